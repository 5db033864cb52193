"""The recorder in pure Python: tracemalloc, read whenever a line of the user's begins, and what that says of lines sent over the pipe.

What it costs, by the processor's time, on the programs of bench/python cut to a tenth of a second to 0.2 seconds of work (3.11 with a trace
function, 3.13 with sys.monitoring): JSON 18 and 12 times, text 55 and 31, n-body 53 and 40, a tight loop 79 and 45, records 82 and 62,
recursion 176 and 155. An event of a line that takes no memory costs about a microsecond, one of a line that does about ten. From 3.12 on
lines that take none have no events any more after 100,000 executions, so the longer such a program runs, the lower its ratio: a loop of
ten million turns takes 11 times, which is what tracemalloc costs there.
"""

from __future__ import annotations

import gc
import sys

# By itself: the program may put another clock into the module.
from time import process_time

from ..collection_callbacks import remove_collection_callback
from ..user_files import is_user_file
from .line_ledger import LineLedger
from .monitoring_events import MonitoringEvents
from .program_tracing import RESTARTED_NOTE, ProgramTracing
from .run_timeline import RunClock, RunTimeline
from .trace_events import TraceEvents
from .traced_memory import TracedMemory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Dict, List, Mapping, Union

    from ..json_text import JsonValue
    from .line_ledger import LineRecord

# Between two reports, and of the whole time at most this share is spent on them.
_LEAST_REPORT_SECONDS = 0.25
_REPORT_RATIO = 0.03

_NOTES = (
    "What a line allocated is the least that it must have: what it grew by or the highest point while it ran, whichever is more.",
    "What libraries in Python allocated is charged to the lines that grew meanwhile.",
)
_OUTSIDE_TRACING_NOTE = "tracemalloc was started from the outside; the highest point that it tells is reset by the recorder."
_NO_PEAK_RESET_NOTE = "Before Python 3.9 memory that is freed within the same line is seen only where it makes a new peak."


class FallbackRecorder:
    """Records a run; one a process.

    Args:
        send: Sends a message; False or an exception of it are the pipe's own matter.
        workspace_folder: Files under it are the user's.
        counting: `bounded`, `all` or `none`.
    """

    def __init__(self, send: Callable[[Mapping[str, JsonValue]], object], workspace_folder: str, counting: str) -> None:
        self._send = send
        self._counting = counting
        self._clock = RunClock()
        self._memory = TracedMemory()
        has_limits = counting != "all"
        # Before 3.12 a trace function gets the events of all lines of a call.
        stops_lines = has_limits and hasattr(sys, "monitoring")
        is_known_user_file = remember_user_files(lambda path: is_user_file(path, workspace_folder))
        self._ledger = LineLedger(self._memory, has_limits, stops_lines, self._clock.now_seconds, is_known_user_file, self._look)
        self._program_tracing = ProgramTracing(self._ledger.forget, self._ledger.highest_bytes, self._ledger.reset_highest)
        self._timeline = RunTimeline(self._clock.now_seconds, self._ledger.traced_bytes_now, self._hold_back)
        # One object, to be found again.
        self._on_collection = self._timeline.on_collection
        self._events: Union[MonitoringEvents, TraceEvents]
        if hasattr(sys, "monitoring"):
            self._events = MonitoringEvents(self._ledger, is_known_user_file)
        else:
            # Before 3.12.
            self._events = TraceEvents(self._ledger, is_known_user_file)
        self._thresholds = gc.get_threshold()
        self._notes: List[str] = list(_NOTES)
        self._next_report_seconds = _LEAST_REPORT_SECONDS / 2
        self._reporting_seconds = 0.0
        self._is_recording = False

    def start(self) -> None:
        """Begins; the last thing before the program."""
        if self._memory.reset_peak is None:
            self._notes.append(_NO_PEAK_RESET_NOTE)
        if self._memory.start():
            self._notes.append(_OUTSIDE_TRACING_NOTE)
        else:
            self._program_tracing.install()
        self._clock.start()
        self._is_recording = True
        gc.callbacks.append(self._on_collection)
        self._ledger.start()
        self._notes += self._events.start()

    def stop(self) -> None:
        """Ends, and sends what is known."""
        if not self._is_recording:
            return
        self._is_recording = False
        if sys.is_finalizing():
            self._ledger.end_alone()
        self._notes += self._events.stop()
        remove_collection_callback(self._on_collection)
        self._ledger.settle_all()
        self._timeline.add_point(self._ledger.traced_bytes())
        self._ledger.ask_for_blocks()
        self._report()
        if self._program_tracing.was_used:
            self._notes.append(RESTARTED_NOTE)
        self._notes += self._collector_notes()
        for text in self._notes:
            self._send({"type": "note", "text": text})

    def end(self) -> None:
        """Stops tracing, which until then knows which line allocated what."""
        self._end_tracing()

    def disable_in_child(self) -> None:
        """In a forked child: records and sends nothing any more."""
        if self._is_recording:
            self._is_recording = False
            self._events.stop()
            remove_collection_callback(self._on_collection)
            self._end_tracing()

    def _collector_notes(self) -> List[str]:
        """What the program left changed about the collector; where it did that is not seen."""
        notes: List[str] = []
        if not gc.isenabled():
            notes.append("The cycle collector was off when the program ended: garbage in reference cycles counts as alive.")
        if gc.get_threshold() != self._thresholds:
            notes.append("The program changed the cycle collector's thresholds from %s to %s." % (self._thresholds, gc.get_threshold()))
        if gc.get_freeze_count() > 0:
            notes.append("The program froze %d objects, which the cycle collector leaves alone." % gc.get_freeze_count())
        return notes

    def _end_tracing(self) -> None:
        self._program_tracing.uninstall()
        # The program's own goes on.
        if not self._program_tracing.is_tracing():
            self._memory.stop()

    def _hold_back(self, error: BaseException) -> None:
        self._ledger.hold_back(error)
        self._events.wake()

    def _look(self) -> None:
        """Sends a report when it is time; called between lines now and then."""
        if self._clock.now_seconds() < self._next_report_seconds or not self._is_recording:
            return
        started_at_seconds = process_time()
        asked_before_seconds = self._ledger.asking_seconds
        self._timeline.add_point(self._ledger.traced_bytes())
        if self._ledger.can_ask():
            self._ledger.ask_for_blocks()
        self._report()
        took_seconds = process_time() - started_at_seconds
        # Asking has its own account.
        self._reporting_seconds += took_seconds - (self._ledger.asking_seconds - asked_before_seconds)
        self._next_report_seconds = self._clock.now_seconds() + max(_LEAST_REPORT_SECONDS, took_seconds / _REPORT_RATIO)

    def _report(self) -> None:
        ledger = self._ledger
        lines = [self._line_message(record) for record in list(ledger.lines.values())]
        self._send(self._timeline.take_message())
        self._send(
            {
                "type": "fallbackLines",
                "atMs": self._clock.now_seconds() * 1000,
                "lines": lines,
                "liveBytes": ledger.traced_bytes(),
                "peakBytes": max(0, ledger.peak_bytes),
                "peakAtMs": ledger.peak_at_seconds * 1000,
                "allocatedBytes": ledger.allocated_bytes(),
                "ownCpuMs": (ledger.asking_seconds + self._reporting_seconds) * 1000,
            }
        )

    def _line_message(self, record: LineRecord) -> Dict[str, JsonValue]:
        message: Dict[str, JsonValue] = {
            "path": record.path,
            "line": record.line,
            "functionName": record.function_name,
            "liveBytes": round(record.live_bytes),
            "liveCount": record.live_count,
            "peakBytes": round(self._ledger.peak_bytes_of(record)),
        }
        if record.has_run:
            message["allocatedBytes"] = record.allocated_bytes
            message["netBytes"] = record.net_bytes
            message["inUseBeforeBytes"] = record.in_use_before_bytes
            message["inUseBytes"] = record.in_use_after_bytes
            if self._counting != "none":
                message["executionCount"] = int(record.execution_count)
        if record.is_stopped:
            message["countStopped"] = True
        return message


def remember_user_files(is_user_file: Callable[[str], bool]) -> Callable[[str], bool]:
    """Asks once for each file."""
    known: Dict[str, bool] = {}

    def is_known_user_file(path: str) -> bool:
        found = known.get(path)
        if found is None:
            found = known[path] = is_user_file(path)
        return found

    return is_known_user_file
