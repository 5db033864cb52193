"""Runs a Python file under the native recorder alone, without the rest of the probe, and leaves the file of tables.

Usage: record.py PROBE_FOLDER NATIVE_FOLDER TABLES_FILE PRECISION INTERVAL PROGRAM [ARG...]
"""

import ctypes
import gc
import os
import sys


def main() -> None:
    """Records the program as `__main__` and stops when it has ended."""
    probe_folder, native_folder, tables_path, precision, interval, program = sys.argv[1:7]
    sys.path.insert(0, probe_folder)
    from memory_lens_probe.native import NativeRecorder

    sys.path.pop(0)
    folder = os.path.dirname(os.path.realpath(program))
    recorder = NativeRecorder(native_folder, tables_path, folder, precision, int(interval) or None)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=recorder.disable_in_child)
    sys.argv[:] = [program] + sys.argv[7:]
    sys.path[0] = folder
    with open(program, encoding="utf-8") as file:
        code = compile(file.read(), os.path.realpath(program), "exec")
    module = type(sys)("__main__")
    module.__file__ = os.path.realpath(program)
    sys.modules["__main__"] = module
    recorder.start()
    try:
        exec(code, module.__dict__)
    finally:
        del code
        gc.collect()
        recorder.stop()
        if hasattr(recorder.library, "problemFound"):
            recorder.library.problemFound.restype = ctypes.c_char_p
            problem = recorder.library.problemFound().decode()
            print("check:", problem or "holds", file=sys.stderr)
        recorder.record_survivors()


main()
