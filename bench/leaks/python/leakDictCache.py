# suspect: a cache without a bound, each key used once
import hashlib
cache = {}
def digest(key):
    if key not in cache:
        cache[key] = [hashlib.sha256(b"%d %d" % (key, part)).hexdigest() for part in range(12)]
    return cache[key]
for key in range(36000):
    digest(key)
    hashlib.sha256(b"x" * 20000).hexdigest()
