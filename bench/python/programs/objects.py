"""Small objects of two classes are made, kept for a while and dropped: a moving window of measurements."""

from collections import deque

from program import measure


class Point:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def moved(self, dx, dy):
        return Point(self.x + dx, self.y + dy)


class Reading:
    def __init__(self, number, place):
        self.number = number
        self.place = place
        self.label = None


def work(size):
    window = deque(maxlen=20000)
    total = 0.0
    place = Point(0.0, 0.0)
    for number in range(int(5_000_000 * size)):
        place = place.moved(0.5, -0.25)
        reading = Reading(number, place)
        if number % 10 == 0:
            reading.label = "reading %d" % number
        window.append(reading)
        total += place.x + place.y
    return round(total + sum(len(reading.label or "") for reading in window), 3)


if __name__ == "__main__":
    measure(work)
