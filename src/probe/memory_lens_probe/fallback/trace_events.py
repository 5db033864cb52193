"""Events of the user's lines and calls before Python 3.12: a trace function."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Callable, List, Optional, Set

    from .line_ledger import LineLedger

    TraceFunction = Callable[[FrameType, str, object], Optional["TraceFunction"]]

# Generators, coroutines, asynchronous generators: a call of theirs may go on at any line.
_PAUSING = 0x20 | 0x80 | 0x200


class TraceEvents:
    """A trace function, in the threads that `threading` starts, too.

    A program that sets its own displaces it. At the recursion limit Python can't call it and takes it away; 3.8 and 3.9 then show old lines
    in later tracebacks of the functions that were being traced (they keep a traced frame's line in a field of its own).
    """

    def __init__(self, ledger: LineLedger, is_user_file: Callable[[str], bool]) -> None:
        self._ledger = ledger
        self._is_user_file = is_user_file
        self._trace: Optional[TraceFunction] = None
        self._trace_line: Optional[TraceFunction] = None

    def start(self) -> List[str]:
        """Begins; gives notes for the profile."""
        if sys.gettrace() is not None:
            return ["Lines have no counts and increments: another tool traces the program."]
        # Imported here: the session has it in any case.
        import threading

        ledger = self._ledger
        run_line, leave, enter, resume = ledger.run_line, ledger.leave, ledger.enter, ledger.resume
        is_user_file = self._is_user_file
        # Numbers of code objects, which the ledger keeps.
        stopped: Set[int] = set()

        def trace_line(frame: FrameType, event: str, _argument: object) -> TraceFunction:
            if event == "line":
                run_line(frame.f_code, frame.f_lineno)
            elif event == "return":
                leave(frame.f_code)
            return trace_line

        def trace_call(frame: FrameType, _event: str, _argument: object) -> Optional[TraceFunction]:
            code = frame.f_code
            if id(code) in stopped or not is_user_file(code.co_filename):
                return None
            if code.co_flags & _PAUSING:
                resume(code, frame.f_lineno)
            elif enter(code):
                stopped.add(id(code))
                return None
            return trace_line

        self._trace = trace_call
        self._trace_line = trace_line
        threading.settrace(trace_call)
        sys.settrace(trace_call)
        return []

    def wake(self) -> None:
        """Has the calls that run get an event of their next line, also when Python has taken the trace function away."""
        if self._trace is None or sys.gettrace() not in (None, self._trace):
            return
        frame: Optional[FrameType] = sys._getframe()
        while frame is not None:
            if frame.f_trace is None and self._is_user_file(frame.f_code.co_filename):
                frame.f_trace = self._trace_line
            frame = frame.f_back
        sys.settrace(self._trace)

    def stop(self) -> List[str]:
        """Ends; gives notes for the profile."""
        import threading

        trace, self._trace = self._trace, None
        if trace is None:
            return []
        if getattr(threading, "_trace_hook", None) is trace:
            # Its type does not say that None takes it back.
            threading.settrace(None)  # pyright: ignore[reportArgumentType]
        if sys.gettrace() is not trace:
            return [
                "The program set a trace function of its own, or reached Python's recursion limit: "
                "since then lines have no counts and increments."
            ]
        sys.settrace(None)
        # Before CPython 3.10 a frame with a trace function takes its line from the last event, also when there are no more: what is raised
        # in it later would be reported at that line.
        frame: Optional[FrameType] = sys._getframe()
        while frame is not None:
            if frame.f_trace is self._trace_line:
                frame.f_trace = None
            frame = frame.f_back
        return []
