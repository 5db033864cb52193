"""How every program of the bench is run and says what it did: the time of its work, by two clocks, and what it computed."""

import sys
import time
from typing import Callable


def measure(work: Callable[[float], object]) -> None:
    """Runs the work once and prints its times and its result.

    Args:
        work: Does the program's work; its parameter scales the amount, 1 for about a second and a half.
    """
    size = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    wall, cpu = time.perf_counter(), time.process_time()
    checksum = work(size)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print("elapsedMs", wall * 1000)
    print("cpuMs", cpu * 1000)
    print("checksum", checksum)
    sys.stdout.flush()
