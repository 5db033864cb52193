"""All that could upset a recorder at once: threads, forks, subprocesses, interpreters, finalizers, generators, errors, tracers, tracemalloc.

Prints one line of what it worked out, the same on every run.
"""

import asyncio
import collections
import copy
import gc
import hashlib
import json
import os
import pickle
import random
import re
import subprocess
import sys
import threading
import traceback
import tracemalloc
import warnings
import zlib

ROUNDS = 12
warnings.simplefilter("ignore", DeprecationWarning)
gc.set_threshold(50, 3, 3)
counts = collections.Counter()


class Finalized:
    """A cycle whose finalizer allocates."""

    def __init__(self):
        self.me = self
        self.items = [1] * random.randrange(50)

    def __del__(self):
        texts = {i: str(i) for i in range(5)}
        self.copies = [*texts]


def make_code():
    names = {}
    for i in range(20):
        text = "def f%d(a):\n  x=[a]*%d\n  return [y for y in x]\nr=f%d(1)\nclass C%d: z=%d" % (i, i, i, i, i)
        exec(compile(text, "<dynamic%d>" % i, "exec"), names)
    return len(names["f19"](1)) + collections.namedtuple("Fresh", "a b c")(1, 2, 3).c


def run_generators():
    def count(n):
        try:
            for i in range(n):
                yield [i] * 10
        finally:
            "x" * 1000

    left = count(100)
    next(left)
    del left
    return len(list(zip(count(20), (i for i in count(5)))))


async def gather():
    async def task(i):
        await asyncio.sleep(0)
        return [i] * 100

    return await asyncio.gather(*[task(i) for i in range(20)])


def recurse(n):
    held = bytearray(n)
    if n:
        return recurse(n - 1)
    raise KeyError(len(held))


def run_errors():
    for _ in range(5):
        try:
            recurse(50)
        except KeyError:
            traceback.format_exc()
    try:
        recurse(5000)
    except RecursionError:
        return 1
    return 0


def run_tracer():
    seen = []

    def trace(frame, event, _):
        seen.append((frame.f_lineno, event))
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        run_generators()
    finally:
        sys.settrace(before)
    return int(len(seen) > 10)


def run_libraries():
    data = {"a": [1, 2, {"b": "c" * 50}] * 5}
    assert json.loads(json.dumps(data)) == pickle.loads(pickle.dumps(data)) == copy.deepcopy(data)
    assert len(zlib.decompress(zlib.compress(os.urandom(5000)))) == 5000
    hashlib.sha256(b"x" * 100_000).hexdigest()
    text = re.sub(r"(\w+)", lambda found: found.group(1) * 2, "a b c d" * 50)
    for make in (lambda: [0] * (1 << 60), lambda: bytearray(1 << 60)):
        try:
            make()
        except MemoryError:
            pass
    grown = bytearray()
    for i in range(200):
        grown += b"x" * i
    numbers = dict.fromkeys(range(500))
    for i in range(500):
        del numbers[i]
    return len(text) + len(grown)


def run_fork():
    child = os.fork()
    if child == 0:
        held = [bytearray(1000) for _ in range(1000)]
        os._exit(7 if len(held) == 1000 else 1)
    return os.waitpid(child, 0)[1] >> 8


def run_interpreter():
    try:
        try:
            import _interpreters as interpreters
        except ImportError:
            import _xxsubinterpreters as interpreters
        fresh = interpreters.create()
        run = getattr(interpreters, "exec", None) or interpreters.run_string
        run(fresh, 'import json\nx = [json.dumps({"a": k}) for k in range(2000)]')
        interpreters.destroy(fresh)
    except ImportError:
        pass


def run_tracemalloc():
    tracemalloc.start(3)
    held = [str(i) for i in range(1000)]
    tracemalloc.take_snapshot()
    tracemalloc.stop()
    return len(held)


def work(seed):
    for i in range(ROUNDS):
        jobs = [make_code, run_generators, lambda: len(asyncio.run(gather())), run_errors, lambda: len([Finalized() for _ in range(30)])]
        counts[seed] += jobs[(i + seed) % len(jobs)]()


def main():
    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for i in range(ROUNDS):
        counts["main"] += run_tracer() + run_libraries()
        if i % 4 == 0 and hasattr(os, "fork"):
            counts["forks"] += run_fork()
        if i % 4 == 1:
            subprocess.run([sys.executable, "-c", "x = [1] * 1000"], check=True)
        if i % 4 == 2:
            counts["traced"] += run_tracemalloc()
        if i % 4 == 3:
            run_interpreter()
    for thread in threads:
        thread.join()
    print(sorted(counts.items(), key=str))


main()
