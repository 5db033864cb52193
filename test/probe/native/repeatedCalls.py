"""Calls functions with the same arguments, and with others; `#=` gives how many calls are looked at, and how many of these differ.

Calls are looked at from the 16th on.
"""
import functools


def plain(number):  #= 1003 10
    return number + 1


def several(text, data, ratio, flag, nothing, pair=(1, ("a", None)), *rest, key=2):  #= 985 6
    return text, data, ratio, flag, nothing, pair, rest, key


def told_apart(value):  #= 985 14
    return value


def fibonacci(n):  #= 1005 13
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def logged(function):
    @functools.wraps(function)
    def wrapper(*args):  #= 285 5
        return function(*args)

    return wrapper


@logged
@logged
def decorated(number):  #= 135 5
    return number


class Holder:
    @staticmethod
    def at_rest(number):  #= 185 1
        return number

    def method(self, number):
        return number

    @classmethod
    def of_class(cls, number):
        return number


@functools.lru_cache(maxsize=None)
def cached(number):
    return number


def always_new(number):
    return number


def rare(number):
    return number


def without():
    return 1


def with_list(items):
    return len(items)


def generator(number):
    yield number


async def coroutine(number):
    return number


def with_keywords(number, **keywords):
    return number, keywords


def in_closure(number):
    return lambda: number


class Text(str):
    """Equal by chance only: it may define what equal means."""

    def __eq__(self, other):
        raise SystemExit("asked")

    __hash__ = str.__hash__


def with_subclass(text):
    return text


for number in range(1100):
    plain(number % 10)
for number in range(1000):
    several("é" * (number % 3), b"data", 1.5, True, None, key=number % 2)
values = [0, 0.0, False, None, "0", b"0", (0,), ((0,),), (0, 0), -0.0, 1 << 70, -(1 << 70), "\u8a18", "\U0001f9e0"]
for number in range(1000):
    told_apart(values[number % len(values)])
fibonacci(14)
for number in range(150):
    decorated(int("100000") + number % 5)
for number in range(200):
    Holder.at_rest(7)
    Holder().method(7)
    Holder.of_class(7)
    cached(number % 3)
    always_new(number)
    without()
    with_list([])
    list(generator(7))
    coroutine(7).close()
    with_keywords(7)
    in_closure(7)
    with_subclass(Text("same"))
for number in range(100):
    rare(1)
