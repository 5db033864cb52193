"""Counting by the events of `sys.monitoring`, from Python 3.12 on."""

from __future__ import annotations

import ctypes
import sys

from .setup import CountingSetup, CountingUnavailable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_TOOL_NAME = "memory-lens"
# 0 to 2 and 5 are meant for debuggers, coverage, profilers and optimizers, which the program may use.
_TOOL_IDS = (4, 3)


def prepare_monitoring(setup: CountingSetup) -> None:
    """Registers the library's callbacks with a free tool id.

    Events come from the code objects only for which the library asks.

    Raises:
        CountingUnavailable: All free tool ids are taken.
    """
    # The type checker is told of the oldest version, which has none.
    monitoring: Any = getattr(sys, "monitoring")
    tool_id = _take_tool_id(monitoring)
    events = monitoring.events
    callbacks = {
        events.LINE: "makeLineCallback",
        events.PY_START: "makeFunctionStartCallback",
        events.PY_RETURN: "makeReturnCallback",
    }
    for event, name in callbacks.items():
        make_callback = getattr(setup.library, name)
        make_callback.restype = ctypes.py_object
        monitoring.register_callback(tool_id, event, make_callback())
    setup.set_object("setLocalEvents", monitoring.set_local_events)
    setup.set_object("toolId", tool_id)
    setup.set_object("localEvents", events.LINE | events.PY_START | events.PY_RETURN)
    setup.set_object("disable", monitoring.DISABLE)


def _take_tool_id(monitoring: Any) -> int:
    for tool_id in _TOOL_IDS:
        try:
            monitoring.use_tool_id(tool_id, _TOOL_NAME)
            return tool_id
        except ValueError:
            # Taken.
            continue
    raise CountingUnavailable("Lines are not counted: other tools use all of sys.monitoring's free tool ids.")
