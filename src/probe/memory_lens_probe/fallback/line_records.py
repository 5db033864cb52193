"""What the ledger keeps of lines, code objects, calls and threads.

All figures are floats: Python uses freed ones again without asking the allocator, so keeping account costs no traced memory.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Dict, List, Optional

# A line that took and left less than this an execution takes nothing.
_QUIET_BYTES_PER_EXECUTION = 1.0
# A comprehension's iterations are no executions of the line on which it begins.
_COMPREHENSIONS = frozenset(("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"))


class LineRecord:
    """The figures of a line, see FallbackLine in src/protocol/probeMessages.ts."""

    __slots__ = (
        "allocated_bytes",
        "execution_count",
        "function_name",
        "has_run",
        "in_use_after_bytes",
        "in_use_before_bytes",
        "is_only_counted",
        "is_stopped",
        "library_bytes",
        "line",
        "live_bytes",
        "live_count",
        "net_bytes",
        "open_count",
        "path",
        "peak_bytes",
        "peak_version",
    )

    def __init__(self, path: str, line: int, function_name: str) -> None:
        self.path = path
        self.line = line
        self.function_name = function_name
        # False: only blocks of it were found.
        self.has_run = False
        self.execution_count = 0.0
        # It proved quiet: what it takes is not looked at any more.
        self.is_only_counted = False
        self.is_stopped = False
        self.allocated_bytes = 0.0
        self.net_bytes = 0.0
        self.in_use_before_bytes = 0.0
        self.in_use_after_bytes = 0.0
        self.live_bytes = 0.0
        # Of these, allocated by libraries.
        self.library_bytes = 0.0
        self.live_count = 0
        self.peak_bytes = 0.0
        # The peak whose make-up peak_bytes is of; if it is older than the ledger's, live_bytes has not changed since and is meant.
        self.peak_version = 0
        # Calls in which the line runs just now, for recursion.
        self.open_count = 0

    def is_quiet(self) -> bool:
        """Says whether it proved to take no memory."""
        most_bytes = _QUIET_BYTES_PER_EXECUTION * self.execution_count
        return self.allocated_bytes < most_bytes and -most_bytes < self.net_bytes < most_bytes


class CodeRecord:
    """A code object of the user's; holds it, so that its id stays its own."""

    __slots__ = ("call_count", "code", "is_comprehension", "lines")

    def __init__(self, code: CodeType) -> None:
        self.code = code
        self.call_count = 0.0
        self.is_comprehension = code.co_name in _COMPREHENSIONS
        self.lines: Dict[int, LineRecord] = {}

    def stop_if_quiet(self) -> bool:
        """Stops counting its lines if all proved quiet; says whether it did."""
        if not all(record.is_only_counted for record in self.lines.values()):
            return False
        for record in self.lines.values():
            record.is_stopped = True
        return True


class OpenCall:
    """A call of the user's code that has not ended."""

    __slots__ = ("code", "grown_before_bytes", "record")

    def __init__(self) -> None:
        self.code: Optional[CodeRecord] = None
        self.record: Optional[LineRecord] = None
        self.grown_before_bytes = 0.0


class ThreadAccount:
    """A thread's calls, outermost first, and what the memory grew by while it ran."""

    __slots__ = ("calls", "depth", "grown_bytes", "top")

    def __init__(self) -> None:
        # The first stands for no call; those from depth + 1 on are over, and used again.
        self.calls: List[OpenCall] = [OpenCall()]
        self.depth = 0
        self.top = self.calls[0]
        self.grown_bytes = 0.0
