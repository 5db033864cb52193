"""Grows and shrinks in waves, each higher than the last, from many lines and stacks."""


def hold(kept, size):
    kept.append(bytearray(size))


def first(kept, size):
    hold(kept, size)
    kept.append([0] * (size // 8))


def second(kept, size):
    first(kept, size // 2)
    kept.append("x" * size)
    hold(kept, size)


def wave(height):
    kept = []
    for i in range(height):
        (first, second, hold)[i % 3](kept, 100 * i)
        if i % 5 == 4:
            kept.pop(0)
    low = kept[::7]
    del kept
    return low


left = []
for height in (50, 200, 100, 400, 300, 500, 20):
    left.append(wave(height))
    if len(left) > 2:
        left.pop(0)
