"""The program's own use of tracemalloc while the recorder uses it, too.

The program sees that nothing is traced until it starts tracing. What it starts then is really started anew, with as many frames as it
wants, so its figures are its own; the recorder loses sight of blocks from before.
"""

from __future__ import annotations

import _tracemalloc
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Dict, Tuple

RESTARTED_NOTE = (
    "The program starts and stops tracemalloc itself: what was allocated before is not among what is alive, "
    "and increments of the lines that do it are missing."
)


class ProgramTracing:
    """Stands between the program and tracemalloc.

    Args:
        forget: Called when tracing has begun anew.
        highest_bytes: Gives the highest point that the recorder saw before it had it reset.
        reset_highest: Forgets that point.
    """

    def __init__(self, forget: Callable[[], None], highest_bytes: Callable[[], float], reset_highest: Callable[[], None]) -> None:
        self._forget = forget
        self._highest_bytes = highest_bytes
        self._reset_highest = reset_highest
        self._is_tracing = False
        self._real: Dict[str, Callable[..., object]] = {}
        self.was_used = False

    def install(self) -> None:
        """Takes the place of the functions that the module `tracemalloc` takes over when it is imported."""
        for function in (self.start, self.stop, self.is_tracing, self.get_traced_memory, self.clear_traces):
            self._replace(function.__name__, function)
        for name in ("_get_traces", "_get_object_traceback"):
            self._replace(name, self._only_while_tracing(getattr(_tracemalloc, name), [] if name == "_get_traces" else None))
        if hasattr(_tracemalloc, "reset_peak"):
            # From 3.9 on.
            self._replace("reset_peak", self.reset_peak)
        # Imported again it would have its own functions.
        sys.modules["_tracemalloc"] = _tracemalloc

    def uninstall(self) -> None:
        """Gives the functions back."""
        for name, function in self._real.items():
            setattr(_tracemalloc, name, function)
        self._real = {}

    def start(self, nframe: int = 1, /) -> None:
        """As tracemalloc.start."""
        if not self._is_tracing:
            self._real["stop"]()
            # Raises what it raises for a bad number; then nothing is traced, and the recorder has no figures any more.
            self._real["start"](nframe)
            self._is_tracing = True
            self._begin_anew()

    def stop(self) -> None:
        """As tracemalloc.stop; the recorder goes on."""
        if self._is_tracing:
            self._is_tracing = False
            self._real["stop"]()
            self._real["start"](1)
            self._begin_anew()

    def is_tracing(self) -> bool:
        """As tracemalloc.is_tracing."""
        return self._is_tracing

    def get_traced_memory(self) -> Tuple[int, int]:
        """As tracemalloc.get_traced_memory."""
        if not self._is_tracing:
            return (0, 0)
        now_bytes, top_bytes = _read()
        return (now_bytes, max(top_bytes, int(self._highest_bytes())))

    def clear_traces(self) -> None:
        """As tracemalloc.clear_traces."""
        if self._is_tracing:
            self._real["clear_traces"]()
            self._begin_anew()

    def reset_peak(self) -> None:
        """As tracemalloc.reset_peak."""
        if self._is_tracing:
            self._real["reset_peak"]()
            self._reset_highest()

    def _begin_anew(self) -> None:
        self.was_used = True
        self._forget()

    def _replace(self, name: str, function: Callable[..., object]) -> None:
        self._real[name] = getattr(_tracemalloc, name)
        setattr(_tracemalloc, name, function)

    def _only_while_tracing(self, function: Callable[..., object], otherwise: object) -> Callable[..., object]:
        def answer(*arguments: object) -> object:
            return function(*arguments) if self._is_tracing else otherwise

        return answer


# Before anything was replaced.
_read = _tracemalloc.get_traced_memory
