# suspect: lru_cache without a limit, each argument new
from functools import lru_cache
@lru_cache(maxsize=None)
def render(number):
    return "<p>%d</p>" % number * 50
def serve(number):
    page = render(number)
    return sum(map(ord, page))
for number in range(40000):
    serve(number)
