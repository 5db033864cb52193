"""Objects of known types that are alive at the end."""

import sys


class Point:
    """Has a dictionary."""

    def __init__(self, i):
        self.x = i
        self.y = 1.5


class Slotted:
    """Has none."""

    __slots__ = ("a", "b", "c")


points = [Point(i) for i in range(10_000)]
slotted = [Slotted() for _ in range(10_000)]
lists = [[i] for i in range(10_000)]
long_list = [0] * 1_000_000
integers = set(range(5000, 60_000))
texts = {i: "text %d" % i for i in range(15_000)}
octets = bytearray(3_000_000)
assert sys.getsizeof(points[0]) <= 64
