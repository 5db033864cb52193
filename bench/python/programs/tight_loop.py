"""A tight loop of ten million turns of integer arithmetic: it allocates next to nothing and runs its lines as often as can be."""

from program import measure


def work(size):
    total = 0
    low = high = 0
    for number in range(int(10_000_000 * size)):
        rest = number & 255
        total += rest * 3 - (number % 5)
        low ^= total & 1023
        high = (high + low) % 65_521
        if rest == 77:
            total -= low
        elif total > 1_000_000:
            total -= 999_983
    return "%d %d %d" % (total, low, high)


if __name__ == "__main__":
    measure(work)
