# A cache without a bound, and one with: the first holds every answer it
# ever gave.
#
# A page takes 10,033 bytes. 2,000 different ones are asked for: the first
# cache still holds all of them at the end (19.1 MiB), the second the last
# hundred (about 1 MiB). Both made each page once.

from functools import lru_cache


@lru_cache(maxsize=None)
def page(number):
    return bytes(10_000)


@lru_cache(maxsize=100)
def recent_page(number):
    return bytes(10_000)


def serve(answer):
    byte_count = 0
    for request in range(10_000):
        byte_count += len(answer(request // 5))
    return byte_count


print('bytes served:', serve(page), serve(recent_page))
print('entries held:', page.cache_info().currsize, recent_page.cache_info().currsize)
