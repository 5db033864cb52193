"""Runs a Python file under tracemalloc and prints what its lines still hold at the end, as JSON of bytes by line.

Usage: traced.py PROGRAM
"""

import gc
import json
import os
import sys
import tracemalloc


def main() -> None:
    """Prints the JSON as the last line."""
    program = os.path.realpath(sys.argv[1])
    with open(program, encoding="utf-8") as file:
        code = compile(file.read(), program, "exec")
    module = type(sys)("__main__")
    module.__file__ = program
    sys.modules["__main__"] = module
    tracemalloc.start()
    exec(code, module.__dict__)
    gc.collect()
    snapshot = tracemalloc.take_snapshot()
    tracemalloc.stop()
    lines = {}
    for statistic in snapshot.statistics("lineno"):
        frame = statistic.traceback[0]
        if frame.filename == program:
            lines[frame.lineno] = statistic.size
    print(json.dumps(lines))


main()
