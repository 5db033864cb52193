"""Nothing but the moment at which a program's first line runs, counted from the start of its process (Linux only)."""

import os
import time

# The same as in programs/program.py, which this must not import: a module more would be measured too.
with open("/proc/self/stat", encoding="utf-8", errors="replace") as stat:
    started_ticks = int(stat.read().rpartition(")")[2].split()[19])
print("firstLineMs", (time.clock_gettime(time.CLOCK_BOOTTIME) - started_ticks / os.sysconf("SC_CLK_TCK")) * 1000)
print("firstLineCpuMs", time.process_time() * 1000)
