"""The course of the program's memory and its garbage collections, as TimelineMessage has them; a collection's kind is its generation."""

from __future__ import annotations

import sys

# By itself: the program may put another clock into the module.
from time import perf_counter

if sys.platform != "win32":
    import resource

from ..resident_memory import resident_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List

    from ..json_text import JsonValue

# Between two messages; a program that collects all the time has no more than this.
_MAX_COLLECTIONS = 2000
# What `on_collection` itself may run into.
_OWN_ERRORS = (RecursionError, MemoryError)


class RunTimeline:
    """Gathers points and collections until they are sent.

    Args:
        now_seconds: The run's clock.
        traced_bytes: What is traced now.
        hold_back: Takes what a signal handler of the program raises within `on_collection`, for Python would only print it.
    """

    def __init__(
        self, now_seconds: Callable[[], float], traced_bytes: Callable[[], float], hold_back: Callable[[BaseException], None]
    ) -> None:
        self._now_seconds = now_seconds
        self._hold_back = hold_back
        self._program_hook = self._own_hook = self._on_unraisable
        self._traced_bytes = traced_bytes
        self._points: List[float] = []
        self._collections: List[float] = []
        self._began_seconds = 0.0
        self._bytes_before = 0.0

    def add_point(self, traced_bytes: float) -> None:
        """Notes the memory now."""
        self._points += (self._now_seconds() * 1000, traced_bytes, 0, _resident_or_most_bytes())

    def on_collection(self, phase: str, info: Dict[str, int]) -> None:
        """For gc.callbacks."""
        # A signal that comes during a collection is seen to as soon as Python code runs, which is here; before 3.11 not before the `try`.
        try:
            if phase == "start":
                self._program_hook = sys.unraisablehook
                sys.unraisablehook = self._own_hook
                self._bytes_before = self._traced_bytes()
                self._began_seconds = self._now_seconds()
                return
            self._restore_hook()
            if self._began_seconds and len(self._collections) < 6 * _MAX_COLLECTIONS:
                traced_bytes = self._traced_bytes()
                duration_ms = (self._now_seconds() - self._began_seconds) * 1000
                freed_bytes = max(0, self._bytes_before - traced_bytes)
                self._collections += (self._began_seconds * 1000, duration_ms, info.get("generation", 2), freed_bytes, 0, traced_bytes)
        except _OWN_ERRORS:
            # Its figures are lost, nothing else.
            pass
        except BaseException as error:
            self._restore_hook()
            self._hold_back(error)

    def _restore_hook(self) -> None:
        if sys.unraisablehook is self._own_hook:
            sys.unraisablehook = self._program_hook

    def _on_unraisable(self, unraisable: Any) -> None:
        error = unraisable.exc_value
        if unraisable.object == self.on_collection:
            self._restore_hook()
            if error is not None and not isinstance(error, _OWN_ERRORS):
                self._hold_back(error)
                return
        self._program_hook(unraisable)

    def take_message(self) -> Dict[str, JsonValue]:
        """Gives what was gathered since the last message."""
        message: Dict[str, JsonValue] = {"type": "timeline", "points": self._points, "collections": self._collections}
        self._points, self._collections = [], []
        return message


def _resident_or_most_bytes() -> int:
    """Gives the process' resident memory; elsewhere than on Linux its most so far, and 0 on Windows."""
    resident = resident_bytes()
    if resident is not None:
        return resident
    if sys.platform == "win32":
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # macOS has bytes, others have kibibytes.
    return most if sys.platform == "darwin" else most * 1024


class RunClock:
    """Seconds since the recording began."""

    def __init__(self) -> None:
        self._started_at_seconds = perf_counter()

    def start(self) -> None:
        """Begins."""
        self._started_at_seconds = perf_counter()

    def now_seconds(self) -> float:
        """Gives the time since the beginning."""
        return perf_counter() - self._started_at_seconds
