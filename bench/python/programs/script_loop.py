"""A script without functions: its loops stand in the module's body, so each name is looked up in a dictionary."""

import sys
import time

size = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
wall, cpu = time.perf_counter(), time.process_time()
limit = int(13_500_000 * size)
seen = {}
total = 0
for number in range(limit):
    rest = number % 1000
    total += rest * 2
    if rest == 17:
        seen[number] = total
squares = []
for number in range(limit // 8):
    squares.append(number * number)
longest = 0
for square in squares:
    if square % 7 == 2:
        longest = max(longest, len(str(square)))
wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
print("elapsedMs", wall * 1000)
print("cpuMs", cpu * 1000)
print("checksum", total, len(seen), longest)
