# Why memory is still there at the end, and what waits for the cycle collector.
#
# RATES: 100,000 numbers that only the module's name keeps alive: 800,056
# bytes of references and 24 bytes a number, 3.1 MiB in all. seen: a table
# that only grows, 1,000 entries of 2,033 bytes. page(): a cache without a
# limit, 1,000 pages of 5,033 bytes that are each asked for five times. Each
# request leaves a Node that refers to itself.

from functools import lru_cache

RATES = [float(number) for number in range(100_000)]
seen = {}


class Node:
    def __init__(self, payload):
        self.me = self
        self.payload = payload


@lru_cache(maxsize=None)
def page(number):
    return bytes(5_000)


def handle(request):
    if request % 5 == 0 and request not in seen:
        seen[request] = bytes(2_000)
    Node(bytes(1_000))
    return len(page(request // 5))


byte_count = 0
for request in range(5_000):
    byte_count += handle(request)
print('bytes served:', byte_count, 'at', RATES[-1])
