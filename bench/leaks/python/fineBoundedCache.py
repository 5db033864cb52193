# innocent: an lru_cache with a limit that is soon full
from functools import lru_cache
@lru_cache(maxsize=2000)
def render(number):
    return "<p>%d</p>" % number * 100
def serve(number):
    page = render(number)
    return sum(map(ord, page[:400]))
for number in range(90000):
    serve(number)
