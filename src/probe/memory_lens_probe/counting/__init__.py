"""Counts how often each line of the user's files ran.

Exact up to at least 100,000 executions of a line; then that line stops being counted, so that counting costs a bounded time. Python 3.12
and newer report lines by `sys.monitoring`; in older versions probes are written into the bytecode of the user's modules just before they
run. Both are done by the native library, no Python code runs for a line.
"""

from __future__ import annotations

import sys

from .setup import CountingSetup, CountingUnavailable

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ctypes
    from typing import List, Optional, Protocol, Tuple

    class LoadedRecorder(Protocol):
        """What is needed of the native recorder."""

        library: ctypes.PyDLL


# One more than promised, so that the header of a loop of so many turns is exact, too.
_COUNTED_EXECUTIONS = 100_001

_running: Optional[CountingSetup] = None


def start_counting(recorder: LoadedRecorder, mode: str) -> Tuple[str, List[str]]:
    """Gets everything ready to count the lines of what runs from now on.

    Args:
        recorder: The native recorder; its tables are laid out. What it takes for the user's is counted.
        mode: `bounded`, `all` (lines never stop being counted) or `none`.

    Returns:
        How it is done, as MeasuringMessage says it, and notes for the profile.
    """
    global _running
    if mode == "none":
        return "none", []
    try:
        setup = CountingSetup(recorder.library, None if mode == "all" else _COUNTED_EXECUTIONS)
        if sys.version_info >= (3, 12):
            from .monitoring import prepare_monitoring

            prepare_monitoring(setup)
            how = "monitoring"
        else:
            from .rewriting import prepare_rewriting

            prepare_rewriting(setup)
            how = "rewriting"
        setup.start()
    except CountingUnavailable as unavailable:
        return "none", [str(unavailable)]
    _running = setup
    return how, []


def stop_counting() -> List[str]:
    """Stops counting for good.

    Returns:
        Notes for the profile: what could not be counted.
    """
    global _running
    setup, _running = _running, None
    return [] if setup is None else setup.stop()
