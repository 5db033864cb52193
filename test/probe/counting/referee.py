"""Counts the lines of a Python file by sys.settrace, as a referee of the counts that the probe gives.

Usage: referee.py RESULT_FILE PROGRAM

What it writes: JSON of {"lines": {line: executions}, "calls": {first line of a function: calls}}.
"""

import dis
import json
import sys
import threading

COMPREHENSIONS = frozenset(("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"))
HAS_FAST_LOCALS = 1


class Referee:
    """Counts what the interpreter reports of one file."""

    def __init__(self, program):
        self.program = program
        self.lines = {}
        self.calls = {}

    def trace(self, frame, event, argument):
        """Is the trace function of all threads."""
        code = frame.f_code
        if code.co_filename != self.program:
            return None
        # A generator that goes on is called again; it has run before.
        if event == "call" and not code.co_name.startswith("<") and code.co_flags & HAS_FAST_LOCALS and is_at_start(frame):
            self.calls[code.co_firstlineno] = self.calls.get(code.co_firstlineno, 0) + 1
        return self.line_tracer(code)

    def line_tracer(self, code):
        """Gives the trace function of one frame."""
        # What a comprehension does in its first line belongs to that line's one execution.
        ignored_line = code.co_firstlineno if code.co_name in COMPREHENSIONS else None
        line_starts = {offset for offset, _ in dis.findlinestarts(code)}
        last = [None, 0]

        def trace_line(frame, event, argument):
            line = frame.f_lineno
            # CPython 3.9 reports the line in which an exception handler lies even when the handler doesn't begin it.
            is_handler = last[0] == "exception" and frame.f_lasti > last[1]
            is_repeated = sys.version_info[:2] == (3, 9) and is_handler and frame.f_lasti not in line_starts
            if event == "line" and line != ignored_line and not is_repeated:
                self.lines[line] = self.lines.get(line, 0) + 1
            last[:] = event, frame.f_lasti
            return trace_line

        return trace_line


def is_at_start(frame):
    """Says whether a frame that is being entered has not run yet."""
    if sys.version_info < (3, 11):
        # 3.10 counts instructions, and enters a generator that goes on behind its `yield`.
        return frame.f_lasti < 0
    # The argument of RESUME says why; what is thrown into a generator comes to its `yield`.
    operation, argument = frame.f_code.co_code[frame.f_lasti : frame.f_lasti + 2]
    return operation == dis.opmap["RESUME"] and argument == 0


def main():
    """Runs the program as `__main__`."""
    result_file, program = sys.argv[1:3]
    sys.argv[:] = [program]
    with open(program, encoding="utf-8") as file:
        code = compile(file.read(), program, "exec")
    module = type(sys)("__main__")
    module.__file__ = program
    sys.modules["__main__"] = module
    referee = Referee(program)
    threading.settrace(referee.trace)
    sys.settrace(referee.trace)
    try:
        exec(code, module.__dict__)
    finally:
        sys.settrace(None)
        threading.settrace(None)
        with open(result_file, "w", encoding="utf-8") as file:
            json.dump({"lines": referee.lines, "calls": referee.calls}, file)


main()
