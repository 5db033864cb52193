# The same records as objects, as objects with __slots__, as tuples and as
# columns: what each way takes.
#
# 100,000 records of two numbers. An object with __slots__ takes 48 bytes,
# so all take 4.6 MiB; a plain object about twice that (three times before
# Python 3.11), for it takes attributes of any name; a tuple 56 bytes. Two
# arrays of numbers take 800,000 bytes each and hold no objects at all.
# The lists' own places are on the line that makes the lists.

from array import array

record_count = 100_000


class Plain:
    def __init__(self, x, y):
        self.x = x
        self.y = y


class Slim:
    __slots__ = ('x', 'y')

    def __init__(self, x, y):
        self.x = x
        self.y = y


def fill(make):
    records = [None] * record_count
    for index in range(record_count):
        # 0 and 1 are numbers that Python has anyway.
        records[index] = make(index % 2, 1)
    return records


def plain(x, y):
    return Plain(x, y)


def slim(x, y):
    return Slim(x, y)


def pair(x, y):
    return (x, y)


as_objects = fill(plain)
as_slim_objects = fill(slim)
as_tuples = fill(pair)
as_columns = [
    array('d', [0.0]) * record_count,
    array('d', [1.0]) * record_count,
]

print(len(as_objects), len(as_slim_objects), len(as_tuples), len(as_columns[0]))
