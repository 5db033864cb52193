"""NumPy: large arrays by the step, and small ones by the thousand."""

import numpy

from program import measure


def large(count):
    total = 0.0
    for turn in range(count):
        values = numpy.arange(1_000_000, dtype=numpy.float64)
        values = numpy.sqrt(values + turn) * 0.5
        rows = values.reshape(1000, 1000)
        total += float((rows - rows.mean(axis=1, keepdims=True)).std())
    return total


def small(count):
    total = 0.0
    for turn in range(count):
        vector = numpy.array([turn, turn + 1.0, turn + 2.0])
        total += float(vector.dot(vector)) / (turn + 1)
    return total


def work(size):
    return "%.6f %.6f" % (large(int(120 * size) or 1), small(int(1_000_000 * size)))


if __name__ == "__main__":
    measure(work)
