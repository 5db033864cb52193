"""A pipeline of generators: lines are made, parsed, filtered, put in windows and summed without a collection of them all."""

from collections import deque
from itertools import islice

from program import measure


def lines(count):
    for number in range(count):
        yield "%d;%d;sensor-%d" % (number, number * 37 % 1013, number % 11)


def parsed(source):
    for line in source:
        number, value, name = line.split(";")
        yield int(number), int(value), name


def wanted(source):
    return (entry for entry in source if entry[2] != "sensor-7" and entry[1] % 5)


def windows(source, length):
    window = deque(islice(source, length), maxlen=length)
    for entry in source:
        window.append(entry)
        yield window


def means(source):
    for window in source:
        yield sum(entry[1] for entry in window) / len(window)


def work(size):
    steps = means(windows(wanted(parsed(lines(int(1_750_000 * size)))), 8))
    return round(sum(steps), 6)


if __name__ == "__main__":
    measure(work)
