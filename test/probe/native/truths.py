"""Lines that allocate known numbers of bytes.

After `#=` stands what a line allocates over the whole run (`allocated`) and still holds at the end (`live`), as expressions in the names of
this module: `size` is sys.getsizeof. At the end they are printed as JSON by line.
"""

import array
import io
import json
import re
import sys
import threading

size = sys.getsizeof
EMPTY_LIST = size([])

a = [1] * 10**6  #= live: size(a) - EMPTY_LIST, allocated: size(a) - EMPTY_LIST
b = [2] * (2 * 10**7)  #= live: 0, allocated: 160_000_000
del b
c = [object() for _ in range(200_000)]  #= live: 16 * 200_000 + size(c) - EMPTY_LIST


def grow_dict(n):
    d = {}
    for i in range(n):
        d[i] = None  #= live: size(D) - size({})
    return d


D = grow_dict(200_000)


def worker(out, k):
    out.append([k] * 500_000)  #= live: 4 * 4_000_000, allocated: 4 * 4_000_000


held = []
threads = [threading.Thread(target=worker, args=(held, k)) for k in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
del thread, threads


def generate(n):
    for i in range(n):
        yield [i] * 1000  #= live: 300 * 8000


kept = list(generate(300))


def produce(n):
    return [bytes(50_000) for _ in range(n)]  #= live: 0, allocated: 200 * 50_033


def consume(chunks):
    while chunks:
        chunks.pop()


consume(produce(200))


def append_all(n):
    grown = []
    for _ in range(n):
        grown.append(None)  #= live: size(G) - EMPTY_LIST, allocated: size(G) - EMPTY_LIST
    return grown


G = append_all(1_000_000)
floats = [float(i) for i in range(200_000)]  #= live: 24 * 200_000 + size(floats) - EMPTY_LIST
pairs = [(i, i) for i in range(10**6, 10**6 + 100_000)]  #= live: (size((1, 1)) + size(10**6)) * 100_000 + size(pairs) - EMPTY_LIST


class Slotted:
    """Instances without a dictionary."""

    __slots__ = ("x", "y")


slotted = [Slotted() for _ in range(100_000)]  #= live: size(slotted[0]) * 100_000 + size(slotted) - EMPTY_LIST
numbers = array.array("d", [0.0]) * 500_000  #= live: 4_000_000
stream = io.BytesIO()
stream.write(b"x" * 3_000_000)  #= live: 3_000_000


def fail(n):
    for _ in range(n):
        try:
            raise ValueError("x" * 100)  #= live: 0
        except ValueError:
            pass


fail(20_000)
texts = ["k%05d" % i for i in range(100_000)]  #= live: size(texts[0]) * 100_000 + size(texts) - EMPTY_LIST


def deep(n):
    if n == 0:
        return [[0] * 300_000]  #= live: 0, allocated: 2_400_000 + 8
    return deep(n - 1)


del deep(300)[:]


def main():
    """Prints what is expected of each line."""
    expected = {}
    with open(__file__, encoding="utf-8") as source:
        for number, line in enumerate(source, 1):
            found = re.search(r"  #= (live:.*\S)", line)
            if found is not None:
                expected[number] = eval("dict(%s)" % re.sub(r"(live|allocated):", r"\1=", found.group(1)))
    print(json.dumps(expected))


main()
