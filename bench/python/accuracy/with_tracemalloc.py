"""Runs a program with tracemalloc and prints what each of its lines has alive at the end: `line NUMBER BYTES`."""

import runpy
import sys
import tracemalloc

tracemalloc.start(1)
kept = runpy.run_path(sys.argv[1], run_name="__main__")
snapshot = tracemalloc.take_snapshot()
for statistic in snapshot.statistics("lineno"):
    if statistic.traceback[0].filename == sys.argv[1]:
        print("line", statistic.traceback[0].lineno, statistic.size)
