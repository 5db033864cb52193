# The traceback says by the bytecode which part of a line was running.
class Thing:
    part = 2


def make(value):
    return lambda other: Thing()


def inner(values):
    total = values[0] + values[1]
    # fmt: off
    return (total and
            [number / 0 for number in [total]])
    # fmt: on


def outer(value):
    first = value + 1
    return inner([first, make(value)(3).part])


outer(3)
