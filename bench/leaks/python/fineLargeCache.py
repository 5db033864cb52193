# innocent: the newest entries are kept, more than half of all that there ever were
cache = {}


def remember(key):
    cache[key] = ["part %d of %d" % (part, key) for part in range(8)]
    if len(cache) > 12000:
        del cache[next(iter(cache))]
    return sum(range(1500))


for key in range(22000):
    remember(key)
