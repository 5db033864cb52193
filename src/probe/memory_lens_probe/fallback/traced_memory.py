"""What tracemalloc knows, by its C functions alone: the module around them imports what takes long, and the program may use it itself."""

from __future__ import annotations

import _tracemalloc
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Dict, List, Optional, Tuple

    LineKey = Tuple[str, int]
    Trace = Tuple[object, ...]

_OWN_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


class Blocks:
    """What is alive: bytes and blocks by the line that allocated them, innermost frame only.

    Attributes:
        by_line: Sums of bytes and of blocks.
        own_bytes: What the probe itself holds.
        block_count: Of all.
    """

    def __init__(self, traces: List[Trace]) -> None:
        self.by_line: Dict[LineKey, List[int]] = {}
        self.own_bytes = 0
        self.block_count = len(traces)
        by_line = self.by_line
        for trace in traces:
            # (domain, size, frames, ...): innermost first, and only that one was asked for unless the program started tracemalloc.
            frames: Tuple[LineKey, ...] = trace[2]  # pyright: ignore[reportAssignmentType]
            key = frames[0]
            sums = by_line.get(key)
            if sums is None:
                by_line[key] = [trace[1], 1]  # pyright: ignore[reportArgumentType]
            else:
                sums[0] += trace[1]  # pyright: ignore[reportOperatorIssue]
                sums[1] += 1
        for key in [key for key in by_line if key[0].startswith(_OWN_FOLDER)]:
            self.own_bytes += by_line.pop(key)[0]


class TracedMemory:
    """Starts tracemalloc and reads it.

    One frame of each block is kept: with four, reading JSON took three times as long again (3.8 to 3.13).

    Attributes:
        read: Gives the bytes traced now, and the most since reset_peak.
        reset_peak: None before 3.9.
    """

    def __init__(self) -> None:
        self.read: Callable[[], Tuple[int, int]] = _tracemalloc.get_traced_memory
        # 3.9 has it first.
        self.reset_peak: Optional[Callable[[], None]] = getattr(_tracemalloc, "reset_peak", None)
        self._stop = _tracemalloc.stop
        # Its stub says what a public one gives.
        self._get_traces: Callable[[], Optional[List[Trace]]] = getattr(_tracemalloc, "_get_traces")
        self._has_started = False

    def start(self) -> bool:
        """Starts tracing.

        Returns:
            Whether the program is traced by its own wish, -X tracemalloc or PYTHONTRACEMALLOC.
        """
        if _tracemalloc.is_tracing():
            return True
        _tracemalloc.start(1)
        self._has_started = True
        return False

    def stop(self) -> None:
        """Stops tracing, unless the program has it traced."""
        if self._has_started:
            self._has_started = False
            self._stop()

    def blocks(self) -> Blocks:
        """Gives what is alive now; takes about a microsecond a block."""
        return Blocks(self._get_traces() or [])
