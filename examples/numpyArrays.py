# Arrays of NumPy, whose data lies outside Python's own memory.
#
# A million numbers take 8,000,000 bytes. Each part of an expression like
# `(a * b) / (a + c)` is an array of its own, one of which dies with it;
# `+=` and its like need none. A view costs nothing, but holds the whole
# array. Numbers of half the width take half.

try:
    import numpy as np
except ImportError:
    raise SystemExit('This example needs NumPy: python -m pip install numpy') from None

count = 1_000_000


def in_parts(a, b, c):
    return (a * b) / (a + c)


def in_place(a, b, c):
    result = a * b
    result /= a
    result += c
    return result


def first_part():
    large = np.ones(8 * count)
    # A view of eight numbers, and 61 MiB that it holds.
    return large[:8]


a, b, c = np.ones(count), np.ones(count), np.ones(count)
parts = in_parts(a, b, c)
place = in_place(a, b, c)
part = first_part()
narrow = a.astype(np.float32)
print(parts.sum(), place.sum(), part.sum(), narrow.sum())
