"""Runs a Python program under tracemalloc, as a referee of the memory figures that the probe gives.

Usage: referee.py RESULT_FILE PROGRAM live|net

Prints what the program prints. What it writes: JSON of {line: bytes}; `live` is what is alive after the program, `net` what traced memory
grew by while the line ran, with callees, as memory_profiler has it: from each line event of a frame to the frame's next. A line that calls
itself again counts once.
"""

import array
import gc
import json
import os
import sys
import tracemalloc

FRAME_COUNT = 10
DEEPEST = 1000


class Referee:
    """Adds up by line of one file what traced memory grew by.

    It allocates nothing that outlives a call of its own, for that would be in its figures.
    """

    def __init__(self, program, line_count):
        self.program = program
        self.net = array.array("q", bytes(8 * (line_count + 2)))
        self.running = array.array("q", bytes(8 * (line_count + 2)))
        # By the depth of the stack; a frame that has not come to a line yet stands at line 0.
        self.lines = array.array("q", bytes(8 * DEEPEST))
        self.before = array.array("q", bytes(8 * DEEPEST))
        self.depth = 0
        self.own_trace = None

    def trace(self, frame, event, argument):
        """Is the trace function of the main thread and of its frames."""
        if frame.f_code.co_filename != self.program:
            return None
        # Read once: what it is given in is kept by Python, and the program's next tuple is made of it.
        now = tracemalloc.get_traced_memory()[0]
        if event == "call":
            self.depth += 1
            self.lines[self.depth] = 0
            # A generator that goes on is in the midst of a line.
            if frame.f_lineno != frame.f_code.co_firstlineno:
                self.begin_line(frame.f_lineno, now)
        elif event != "exception":
            self.end_line(now)
            if event == "return":
                self.depth -= 1
            else:
                self.begin_line(frame.f_lineno, now)
        return self.own_trace

    def begin_line(self, line, now):
        """Notes what is in use."""
        self.lines[self.depth] = line
        self.running[line] += 1
        self.before[self.depth] = now

    def end_line(self, now):
        """Charges the line that ran in this frame."""
        line = self.lines[self.depth]
        if line != 0:
            self.running[line] -= 1
            if self.running[line] == 0:
                self.net[line] += now - self.before[self.depth]


def live_by_line(program):
    """Gives what is alive by the lines of the program that were innermost in its folder."""
    folder = os.path.dirname(program) + os.sep
    live = {}
    for statistic in tracemalloc.take_snapshot().statistics("traceback"):
        # The most recent call comes last.
        for frame in reversed(list(statistic.traceback)):
            if frame.filename.startswith(folder):
                if frame.filename == program:
                    live[frame.lineno] = live.get(frame.lineno, 0) + statistic.size
                break
    return live


def main():
    """Runs the program as `__main__`."""
    result_file, program, what = sys.argv[1:4]
    sys.argv[:] = [program]
    sys.path[0] = os.path.dirname(program)
    with open(program, encoding="utf-8") as file:
        source = file.read()
    code = compile(source, program, "exec")
    module = type(sys)("__main__")
    module.__file__ = program
    sys.modules["__main__"] = module
    referee = Referee(program, source.count("\n"))
    tracemalloc.start(FRAME_COUNT if what == "live" else 1)
    try:
        if what == "net":
            referee.own_trace = referee.trace
            sys.settrace(referee.own_trace)
        exec(code, module.__dict__)
    finally:
        sys.settrace(None)
        if gc.isenabled():
            gc.collect()
        found = live_by_line(program) if what == "live" else dict(enumerate(referee.net))
        tracemalloc.stop()
        with open(result_file, "w", encoding="utf-8") as file:
            json.dump(found, file)


main()
