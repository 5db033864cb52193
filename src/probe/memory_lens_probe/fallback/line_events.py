"""Events of the user's lines and calls: `sys.monitoring` from Python 3.12, `sys.settrace` before."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Callable, Dict, List, Optional

    from .line_ledger import LineLedger

    TraceFunction = Callable[[FrameType, str, object], Optional["TraceFunction"]]

_TOOL_NAME = "memory-lens"
# 0 to 2 and 5 are meant for debuggers, coverage, profilers and optimizers, which the program may use.
_TOOL_IDS = (4, 3)
# Generators, coroutines, asynchronous generators: a call of theirs may go on at any line.
_PAUSING = 0x20 | 0x80 | 0x200


class MonitoringEvents:
    """Python 3.12 and newer: only the user's code objects have events, and quiet lines lose theirs."""

    def __init__(self, ledger: LineLedger, is_user_file: Callable[[str], bool]) -> None:
        self._ledger = ledger
        self._is_user_file = is_user_file
        self._tool_id: Optional[int] = None

    def start(self) -> List[str]:
        """Begins; gives notes for the profile."""
        monitoring = sys.monitoring
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
            ledger.enter(code)
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

        for event, callback in (
            (events.PY_START, on_start),
            (events.LINE, on_line),
            (events.PY_RESUME, on_resume),
            (events.PY_RETURN, on_leave),
            (events.PY_YIELD, on_leave),
            (events.PY_UNWIND, on_unwind),
            (events.PY_THROW, on_throw),
        ):
            monitoring.register_callback(tool_id, event, callback)
        # Exceptions can't be watched for single code objects.
        monitoring.set_events(tool_id, events.PY_START | events.PY_UNWIND | events.PY_THROW)
        return []

    def stop(self) -> List[str]:
        """Ends; gives notes for the profile."""
        tool_id, self._tool_id = self._tool_id, None
        if tool_id is not None and sys.monitoring.get_tool(tool_id) == _TOOL_NAME:
            sys.monitoring.set_events(tool_id, 0)
            sys.monitoring.free_tool_id(tool_id)
        return []


def _line_at(code: CodeType, offset: int) -> int:
    for first, last, line in code.co_lines():  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType, reportUnknownMemberType]
        if first <= offset < last and line is not None:
            return line  # pyright: ignore[reportUnknownVariableType]
    return code.co_firstlineno


class TraceEvents:
    """Before Python 3.12: a trace function, in the threads that `threading` starts, too. A program that sets its own displaces it."""

    def __init__(self, ledger: LineLedger, is_user_file: Callable[[str], bool]) -> None:
        self._ledger = ledger
        self._is_user_file = is_user_file
        self._trace: Optional[TraceFunction] = None

    def start(self) -> List[str]:
        """Begins; gives notes for the profile."""
        if sys.gettrace() is not None:
            return ["Lines have no counts and increments: another tool traces the program."]
        # Imported here: the session has it in any case.
        import threading

        ledger = self._ledger
        run_line, leave, enter, resume = ledger.run_line, ledger.leave, ledger.enter, ledger.resume
        is_user_file = self._is_user_file

        def trace_line(frame: FrameType, event: str, _argument: object) -> TraceFunction:
            if event == "line":
                run_line(frame.f_code, frame.f_lineno)
            elif event == "return":
                leave(frame.f_code)
            return trace_line

        def trace_call(frame: FrameType, _event: str, _argument: object) -> Optional[TraceFunction]:
            code = frame.f_code
            if not is_user_file(code.co_filename):
                return None
            if code.co_flags & _PAUSING:
                resume(code, frame.f_lineno)
            else:
                enter(code)
            return trace_line

        self._trace = trace_call
        threading.settrace(trace_call)
        sys.settrace(trace_call)
        return []

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
        return []


def remember_user_files(is_user_file: Callable[[str], bool]) -> Callable[[str], bool]:
    """Asks once for each file."""
    known: Dict[str, bool] = {}

    def is_known_user_file(path: str) -> bool:
        found = known.get(path)
        if found is None:
            found = known[path] = is_user_file(path)
        return found

    return is_known_user_file
