"""Keeps account of what each line takes and gives back, from readings of the traced memory whenever the running line changes.

Between two readings one line of the user's code ran. What the memory grew by in that interval, and its highest point, are that line's.
What is alive at each line is known exactly when tracemalloc is asked for all blocks; in between it is what was alive then and what lines
have added since. Frees can't be charged to who had allocated: much coming and going calls for asking again.

All this runs under tracemalloc, which makes every object of the ledger's own dear: hence all figures are floats, of which
Python uses freed ones again without asking the allocator, and calls are used again, too.
"""

from __future__ import annotations

import sys
from _thread import RLock, _local, get_ident

# By itself: the program may put another clock into the module.
from time import process_time

from .line_records import CodeRecord, LineRecord, OpenCall, ThreadAccount
from .traced_memory import TracedMemory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Callable, Dict, List, Optional, Tuple

    from .traced_memory import Blocks

# What the events themselves take and give back in an interval: arguments, numbers, a frame. Measured on 3.8 to 3.13: 28 to 180.
_NOISE_BYTES = 256.0
_COUNTED_EXECUTIONS = 100_000.0
# After so many a line that proved quiet is only counted, and a function of only such lines that was called so often has no events any more.
_OBSERVED_EXECUTIONS = 2000.0
_OBSERVED_CALLS = 20_000.0
# Blocks are asked for when so much came or went since the last time, absolutely and as a share of what is alive,
_STIR_BYTES = 262_144.0
_STIR_RATIO = 0.05
# and while all asking took no longer than this share of the processor's time, and this to begin with.
_ASKING_RATIO = 0.05
_ASKING_SECONDS = 0.15
# Before it was measured with at least so many.
_ASKING_SECONDS_PER_BLOCK = 1e-6
_MEASURED_BLOCKS = 10_000
# Less than this of libraries is not worth guessing whose it is.
_LEAST_LIBRARY_BYTES = 65_536
_SAME_RATIO = 0.999
_LOOK_SECONDS = 0.01
# Numbers up to 256 need no memory.
_MAX_EVENTS_BETWEEN_LOOKS = 255


class LineLedger:
    """The accounts of a program's lines.

    Args:
        memory: Started already when the first event comes.
        stops_functions: Functions of lines that proved quiet need no events after many calls.
        stops_lines: Lines that proved quiet need none after 100,000 executions.
        now_seconds: The clock of the peak.
        is_user_file: Answers quickly.
        look: Called about every ten milliseconds between two lines; what it takes is the probe's own.
    """

    def __init__(
        self,
        memory: TracedMemory,
        stops_functions: bool,
        stops_lines: bool,
        now_seconds: Callable[[], float],
        is_user_file: Callable[[str], bool],
        look: Callable[[], None],
    ) -> None:
        self.lines: Dict[Tuple[str, int], LineRecord] = {}
        self.peak_bytes = 0.0
        self.peak_at_seconds = 0.0
        self.own_bytes = 0.0
        # Taken while no line of the user's ran: the interpreter's own, threads of libraries; and what of it is left.
        self.unclaimed_bytes = 0.0
        self._unclaimed_left_bytes = 0.0
        self.asking_seconds = 0.0
        self._memory = memory
        self._read = memory.read
        self._reset_peak = memory.reset_peak
        self._call_limit = _OBSERVED_CALLS if stops_functions else -1.0
        self._line_limit = _COUNTED_EXECUTIONS if stops_lines else float("inf")
        self._now_seconds = now_seconds
        self._is_user_file = is_user_file
        self._look = look
        self._events_between_looks = 1
        self._events_until_look = 1
        self._looked_at_seconds = 0.0
        # Python switches threads within the callbacks, too. Events of what one thread does in a callback, Python itself holds back.
        self._lock = RLock()
        self._main_thread = get_ident()
        self._codes: Dict[int, CodeRecord] = {}
        # Asking for the thread's number would make a new one each time.
        self._held_back: Optional[BaseException] = None
        self._local = _local()
        self._thread = self._local.account = ThreadAccount()
        self._threads = [self._thread]
        self._current: Optional[LineRecord] = None
        self._last_bytes = 0.0
        self._noticed_bytes = 0.0
        self._highest_bytes = 0.0
        self._peak_version = 1
        self._stirred_bytes = 0.0
        self._stirred_limit_bytes = _STIR_BYTES
        self._asking_seconds_per_block = _ASKING_SECONDS_PER_BLOCK
        self._block_count_before = 0

    def start(self) -> None:
        """Takes the memory as it is for the beginning."""
        self._block_count_before = _count_blocks()
        self._skip_own()

    def enter(self, code: CodeType) -> bool:
        """A call of the user's code begins.

        Returns:
            Whether events of this code are of no use any more.
        """
        with self._lock:
            self._settle()
            known = self._push(code)
            known.call_count += 1.0
            if known.call_count != self._call_limit or not known.stop_if_quiet():
                return False
            self._pop()
            return True

    def resume(self, code: CodeType, line: int) -> None:
        """A generator or coroutine goes on at the line at which it paused."""
        with self._lock:
            self._settle()
            self._begin_line(self._line_of(self._push(code), line))

    def leave(self, code: CodeType) -> None:
        """A call of the user's code ends or pauses."""
        with self._lock:
            self._settle()
            known = self._thread.top.code
            # An end whose beginning was not seen: it ran already when the recording began.
            if known is not None and known.code is code:
                self._pop()

    def run_line(self, code: CodeType, line: int) -> bool:
        """A line of the user's code begins.

        Returns:
            Whether events of this line are of no use any more.
        """
        if self._held_back is not None and get_ident() == self._main_thread:
            self._raise_held_back()
        known = self._thread.top.code
        if known is not None and known.code is code:
            # Of whichever thread this is the call, the record of the line is the same.
            record = known.lines.get(line)
            if record is not None and record.is_only_counted and self._events_until_look > 1:
                self._events_until_look -= 1
                record.execution_count += 1.0
                if record.execution_count < self._line_limit:
                    return False
                record.is_stopped = True
                return True
        with self._lock:
            self._settle()
            self._events_until_look -= 1
            if self._events_until_look <= 0:
                self._look_around()
            known = self._thread.top.code
            if known is None or known.code is not code:
                known = self._find_call(code)
            self._end_line(self._thread.top)
            record = known.lines.get(line) or self._line_of(known, line)
            self._begin_line(record)
            if known.is_comprehension and line == code.co_firstlineno:
                return False
            record.execution_count += 1.0
            if record.execution_count == _OBSERVED_EXECUTIONS:
                record.is_only_counted = record.is_quiet()
            return False

    def hold_back(self, error: BaseException) -> None:
        """Takes what a signal handler of the program raised where it could not come through: the next line of the main thread raises it."""
        self._held_back = error

    def _raise_held_back(self) -> None:
        error, self._held_back = self._held_back, None
        if error is not None:
            trace = error.__traceback__
            # Without the frame of ours in which the handler ran.
            raise error.with_traceback(None if trace is None else trace.tb_next)

    def forget(self) -> None:
        """Begins anew with the memory, of which nothing is known any more."""
        with self._lock:
            for record in self.lines.values():
                record.live_bytes = record.library_bytes = 0.0
            self.own_bytes = self._unclaimed_left_bytes = self._highest_bytes = 0.0
            # What the probe holds from before is not traced any more.
            self._last_bytes = 0.0
            self._skip_own()

    def highest_bytes(self) -> float:
        """Gives the most that was traced since the last reset_highest."""
        return self._highest_bytes

    def reset_highest(self) -> None:
        """Forgets it."""
        self._highest_bytes = 0.0

    def end_alone(self) -> None:
        """For when Python ends: threads that still ran end wherever they stand, one of them maybe where it had the lock."""
        self._lock = RLock()

    def settle_all(self) -> None:
        """Closes the running interval, and counts what all calls took so far."""
        with self._lock:
            self._settle()
            for thread in self._threads:
                self._thread = thread
                while thread.depth:
                    self._pop()
            self._current = None

    def ask_for_blocks(self) -> None:
        """Finds out exactly what is alive at each line."""
        started_at_seconds = process_time()
        self._skip_own()
        blocks = self._memory.blocks()
        self._take_blocks(blocks)
        block_count = blocks.block_count
        # Freed later, they would seem to be what the program frees.
        del blocks
        self._stirred_bytes = 0.0
        self._stirred_limit_bytes = max(_STIR_BYTES, _STIR_RATIO * self._last_bytes)
        self._skip_own()
        took_seconds = process_time() - started_at_seconds
        self.asking_seconds += took_seconds
        if block_count > _MEASURED_BLOCKS:
            self._asking_seconds_per_block = took_seconds / block_count

    def can_ask(self) -> bool:
        """Says whether asking for the blocks costs little enough now."""
        expected_seconds = self._asking_seconds_per_block * max(0, _count_blocks() - self._block_count_before)
        return self.asking_seconds + expected_seconds < _ASKING_SECONDS + _ASKING_RATIO * process_time()

    def traced_bytes(self) -> float:
        """Gives what the program had at the last event."""
        return max(0, self._last_bytes - self.own_bytes)

    def traced_bytes_now(self) -> float:
        """Gives what the program has."""
        return max(0, self._read()[0] - self.own_bytes)

    def allocated_bytes(self) -> float:
        """Gives the sum over the run so far."""
        return self.unclaimed_bytes + sum(record.allocated_bytes for record in self.lines.values())

    def peak_bytes_of(self, record: LineRecord) -> float:
        """Gives what a line had alive at the peak."""
        return record.peak_bytes if record.peak_version == self._peak_version else record.live_bytes

    def _settle(self) -> None:
        """Charges what happened since the last event to the line that ran."""
        now, top = self._read()
        now_bytes, top_bytes = float(now), float(top)
        if now_bytes != self._last_bytes or top_bytes > self._noticed_bytes:
            self._settle_change(now_bytes, top_bytes)
        elif top_bytes != now_bytes and self._reset_peak is not None:
            self._reset_peak()
        try:
            thread = self._local.account
        except AttributeError:
            thread = self._local.account = ThreadAccount()
            self._threads.append(thread)
            self._skip_own()
        if thread is not self._thread:
            self._thread = thread
            self._current = thread.top.record

    def _settle_change(self, now_bytes: float, top_bytes: float) -> None:
        before_bytes = self._last_bytes
        self._last_bytes = now_bytes
        if self._reset_peak is not None:
            self._reset_peak()
        elif top_bytes <= self._noticed_bytes:
            # Before 3.9 only what rises above all before can be seen within an interval.
            top_bytes = now_bytes
        self._set_noticed(top_bytes)
        if top_bytes - max(before_bytes, now_bytes) < _NOISE_BYTES:
            top_bytes = now_bytes
        self._charge(before_bytes, now_bytes, top_bytes)

    def _set_noticed(self, top_bytes: float) -> None:
        """Sets how high the memory must rise within the next interval to be noticed."""
        if self._reset_peak is not None:
            self._noticed_bytes = self._last_bytes + _NOISE_BYTES
        elif top_bytes > self._noticed_bytes:
            self._noticed_bytes = top_bytes

    def _charge(self, before_bytes: float, now_bytes: float, top_bytes: float) -> None:
        grown_bytes = now_bytes - before_bytes
        risen_bytes = max(top_bytes - before_bytes, grown_bytes, 0)
        self._highest_bytes = max(self._highest_bytes, before_bytes + risen_bytes)
        self._thread.grown_bytes += grown_bytes
        record = self._current
        if record is None:
            self.unclaimed_bytes += risen_bytes
            # What is freed may be lines', the variables of a thread's function above all.
            self._unclaimed_left_bytes += max(0.0, grown_bytes)
        else:
            record.allocated_bytes += risen_bytes
        if before_bytes + risen_bytes - self.own_bytes > self.peak_bytes:
            self.peak_bytes = before_bytes + risen_bytes - self.own_bytes
            self.peak_at_seconds = self._now_seconds()
            self._peak_version += 1
            if record is not None:
                record.peak_bytes = record.live_bytes + risen_bytes
                record.peak_version = self._peak_version
        if grown_bytes > 0 and record is not None:
            if record.peak_version != self._peak_version:
                record.peak_bytes = record.live_bytes
                record.peak_version = self._peak_version
            record.live_bytes += grown_bytes
        self._stirred_bytes += abs(grown_bytes)
        if self._stirred_bytes > self._stirred_limit_bytes:
            self._stirred_limit_bytes = self._stirred_bytes + max(_STIR_BYTES, _STIR_RATIO * now_bytes)
            if self.can_ask():
                self.ask_for_blocks()

    def _take_blocks(self, blocks: Blocks) -> None:
        """Sets what is alive at each line.

        Blocks of libraries are distributed over the lines that grew by more than what they hold themselves.
        """
        self.own_bytes = blocks.own_bytes
        library_bytes = -self._unclaimed_left_bytes
        for key, (block_bytes, _) in blocks.by_line.items():
            if key in self.lines:
                continue
            if self._is_user_file(key[0]):
                self._add_line(key, "")
            else:
                library_bytes += block_bytes
        is_peak_now = self.traced_bytes() >= self.peak_bytes * _SAME_RATIO
        excesses: List[Tuple[LineRecord, float]] = []
        for key, record in self.lines.items():
            if is_peak_now:
                # What is found now is meant.
                record.peak_version = 0
            elif record.peak_version != self._peak_version:
                record.peak_bytes = record.live_bytes
                record.peak_version = self._peak_version
            own_bytes, record.live_count = blocks.by_line.get(key, (0, 0))
            excess_bytes = record.live_bytes - record.library_bytes - own_bytes
            if excess_bytes > 0:
                excesses.append((record, excess_bytes))
            record.live_bytes = own_bytes
        self._distribute(library_bytes, excesses)

    def _distribute(self, library_bytes: float, excesses: List[Tuple[LineRecord, float]]) -> None:
        """Gives what libraries allocated to lines: what is new to those that grew by more than they hold."""
        before_bytes = sum(record.library_bytes for record in self.lines.values())
        kept_ratio = min(1.0, max(0.0, library_bytes) / before_bytes) if before_bytes > 0 else 0.0
        excess_bytes = sum(excess for _, excess in excesses)
        new_bytes = library_bytes - before_bytes
        new_ratio = min(1.0, new_bytes / excess_bytes) if new_bytes > _LEAST_LIBRARY_BYTES and excess_bytes > 0 else 0.0
        for record in self.lines.values():
            record.library_bytes *= kept_ratio
        for record, excess in excesses:
            record.library_bytes += excess * new_ratio
        for record in self.lines.values():
            record.live_bytes += record.library_bytes

    def _skip_own(self) -> None:
        """Leaves out what the probe itself took since the last reading."""
        if self._reset_peak is not None:
            self._reset_peak()
        now, top = self._read()
        now_bytes, top_bytes = float(now), float(top)
        self.own_bytes += now_bytes - self._last_bytes
        self._last_bytes = now_bytes
        self._set_noticed(top_bytes)

    def _push(self, code: CodeType) -> CodeRecord:
        known = self._codes.get(id(code))
        thread = self._thread
        thread.depth += 1
        if known is None or thread.depth == len(thread.calls):
            known = self._codes[id(code)] = known or CodeRecord(code)
            if thread.depth == len(thread.calls):
                thread.calls.append(OpenCall())
            self._skip_own()
        thread.top = thread.calls[thread.depth]
        thread.top.code = known
        # Until its first line begins, what happens is still the caller's.
        return known

    def _pop(self) -> None:
        thread = self._thread
        self._end_line(thread.top)
        thread.depth -= 1
        thread.top = thread.calls[thread.depth]
        self._current = thread.top.record

    def _find_call(self, code: CodeType) -> CodeRecord:
        """Makes the innermost call one of this code: those above it ended unseen, or it began before the recording."""
        thread = self._thread
        for index in range(thread.depth, 0, -1):
            known = thread.calls[index].code
            if known is not None and known.code is code:
                while thread.depth > index:
                    self._pop()
                return known
        return self._push(code)

    def _line_of(self, code: CodeRecord, line: int) -> LineRecord:
        key = (code.code.co_filename, line)
        record = self.lines.get(key)
        if record is None:
            record = self._add_line(key, code.code.co_name)
        record.has_run = True
        code.lines[line] = record
        self._skip_own()
        return record

    def _add_line(self, key: Tuple[str, int], function_name: str) -> LineRecord:
        record = self.lines[key] = LineRecord(key[0], key[1], function_name)
        record.peak_version = self._peak_version
        return record

    def _look_around(self) -> None:
        self._look()
        seconds = self._now_seconds()
        if seconds - self._looked_at_seconds > _LOOK_SECONDS:
            self._events_between_looks = max(1, self._events_between_looks >> 1)
        else:
            self._events_between_looks = min(_MAX_EVENTS_BETWEEN_LOOKS, self._events_between_looks << 1)
        self._looked_at_seconds = seconds
        self._events_until_look = self._events_between_looks
        self._skip_own()

    def _begin_line(self, record: LineRecord) -> None:
        thread = self._thread
        call = thread.top
        record.open_count += 1
        record.in_use_before_bytes = self._last_bytes
        call.record = record
        call.grown_before_bytes = thread.grown_bytes
        self._current = record

    def _end_line(self, call: OpenCall) -> None:
        record = call.record
        if record is None:
            return
        call.record = None
        record.in_use_after_bytes = self._last_bytes
        record.open_count -= 1
        grown_bytes = self._thread.grown_bytes
        # With callees; in a recursion the outermost call has it all.
        if grown_bytes is not call.grown_before_bytes and record.open_count == 0:
            record.net_bytes += grown_bytes - call.grown_before_bytes


def _count_blocks() -> int:
    """Gives how many blocks Python has, traced or not; walks no more than its arenas."""
    return sys.getallocatedblocks()
