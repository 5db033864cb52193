"""Recursion: with functools.lru_cache over a table of two texts, and without one over permutations and a sum of digits."""

from functools import lru_cache

from program import measure


def distance(first, second):
    @lru_cache(maxsize=None)
    def rest(i, j):
        if i == len(first):
            return len(second) - j
        if j == len(second):
            return len(first) - i
        if first[i] == second[j]:
            return rest(i + 1, j + 1)
        return 1 + min(rest(i + 1, j), rest(i, j + 1), rest(i + 1, j + 1))

    return rest(0, 0)


def permutations(items):
    if len(items) <= 1:
        return [items]
    return [
        [item] + others for index, item in enumerate(items) for others in permutations(items[:index] + items[index + 1 :])
    ]


def fibonacci(number):
    return number if number < 2 else fibonacci(number - 1) + fibonacci(number - 2)


def work(size):
    checksum = 0
    for turn in range(int(66 * size) or 1):
        first = "".join(chr(97 + (turn + i * 7) % 13) for i in range(190))
        second = "".join(chr(97 + (turn + i * 5) % 13) for i in range(190))
        checksum += distance(first, second)
        checksum += len(permutations([1, 2, 3, 4, 5, 6, 7]))
        checksum += fibonacci(18)
    return checksum


if __name__ == "__main__":
    measure(work)
