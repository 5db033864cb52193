"""Events of the user's lines and calls from Python 3.12 on: `sys.monitoring`."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Callable, Dict, Iterable, List, Optional, Protocol, Tuple

    from .line_ledger import LineLedger

    class Events(Protocol):
        """Numbers of the events."""

        LINE: int
        PY_RESUME: int
        PY_RETURN: int
        PY_START: int
        PY_THROW: int
        PY_UNWIND: int
        PY_YIELD: int

    class Monitoring(Protocol):
        """What is used of `sys.monitoring`; the type checker is told of the oldest version."""

        DISABLE: object
        events: Events

        free_tool_id: Callable[[int], None]
        get_local_events: Callable[[int, CodeType], int]
        get_tool: Callable[[int], Optional[str]]
        restart_events: Callable[[], None]
        register_callback: Callable[[int, int, Optional[Callable[..., object]]], object]
        set_events: Callable[[int, int], None]
        set_local_events: Callable[[int, CodeType, int], None]
        use_tool_id: Callable[[int, str], None]


_TOOL_NAME = "memory-lens"
# 0 to 2 and 5 are meant for debuggers, coverage, profilers and optimizers, which the program may use.
_TOOL_IDS = (4, 3)


def _monitoring() -> Monitoring:
    return getattr(sys, "monitoring")


class MonitoringEvents:
    """Python 3.12 and newer: only the user's code objects have events, and quiet lines lose theirs."""

    def __init__(self, ledger: LineLedger, is_user_file: Callable[[str], bool]) -> None:
        self._ledger = ledger
        self._is_user_file = is_user_file
        self._tool_id: Optional[int] = None
        self._events: List[int] = []

    def start(self) -> List[str]:
        """Begins; gives notes for the profile."""
        monitoring = _monitoring()
        for tool_id in _TOOL_IDS:
            if monitoring.get_tool(tool_id) is None:
                monitoring.use_tool_id(tool_id, _TOOL_NAME)
                self._tool_id = tool_id
                break
        if self._tool_id is None:
            return ["Lines have no counts and increments: other tools use all of sys.monitoring's free tool ids."]
        tool_id = self._tool_id
        events = monitoring.events
        ledger = self._ledger
        run_line, leave = ledger.run_line, ledger.leave
        disable = monitoring.DISABLE
        local_events = events.LINE | events.PY_START | events.PY_RESUME | events.PY_RETURN | events.PY_YIELD
        is_user_file = self._is_user_file

        def on_start(code: CodeType, _offset: int) -> object:
            if not is_user_file(code.co_filename):
                return disable
            if monitoring.get_local_events(tool_id, code) != local_events:
                monitoring.set_local_events(tool_id, code, local_events)
            if ledger.enter(code):
                monitoring.set_local_events(tool_id, code, 0)
                return disable
            return None

        def on_line(code: CodeType, line: int) -> object:
            return disable if run_line(code, line) else None

        def on_resume(code: CodeType, offset: int) -> None:
            ledger.resume(code, _line_at(code, offset))

        def on_leave(code: CodeType, _offset: int, _value: object) -> None:
            leave(code)

        def on_unwind(code: CodeType, _offset: int, _error: object) -> None:
            if is_user_file(code.co_filename):
                leave(code)

        def on_throw(code: CodeType, offset: int, _error: object) -> None:
            if is_user_file(code.co_filename):
                ledger.resume(code, _line_at(code, offset))

        callbacks: Dict[int, Callable[..., object]] = {
            events.PY_START: on_start,
            events.LINE: on_line,
            events.PY_RESUME: on_resume,
            events.PY_RETURN: on_leave,
            events.PY_YIELD: on_leave,
            events.PY_UNWIND: on_unwind,
            events.PY_THROW: on_throw,
        }
        self._events = list(callbacks)
        for event, callback in callbacks.items():
            monitoring.register_callback(tool_id, event, callback)
        # Exceptions can't be watched for single code objects.
        monitoring.set_events(tool_id, events.PY_START | events.PY_UNWIND | events.PY_THROW)
        return []

    def wake(self) -> None:
        """Has the calls that run get an event of their next line, also when those of quiet lines were ended."""
        _monitoring().restart_events()

    def stop(self) -> List[str]:
        """Ends; gives notes for the profile."""
        tool_id, self._tool_id = self._tool_id, None
        monitoring = _monitoring()
        if tool_id is not None and monitoring.get_tool(tool_id) == _TOOL_NAME:
            monitoring.set_events(tool_id, 0)
            for event in self._events:
                monitoring.register_callback(tool_id, event, None)
            # Frees the tool id's events of code objects, too, so that none comes any more.
            monitoring.free_tool_id(tool_id)
        return []


def _line_at(code: CodeType, offset: int) -> int:
    # From 3.10 on.
    lines: Iterable[Tuple[int, int, Optional[int]]] = getattr(code, "co_lines")()
    for first, last, line in lines:
        if first <= offset < last and line is not None:
            return line
    return code.co_firstlineno
