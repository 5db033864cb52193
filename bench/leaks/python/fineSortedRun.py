# innocent: a module-level index is built by calls, then searched for the rest of the run
import bisect, random
random.seed(3)
index = []
def add(number):
    index.append((random.random(), "entry %d" % number))
for number in range(50000):
    add(number)
index.sort()
def search(number):
    return bisect.bisect(index, (number / 1200000, ""))
for number in range(1200000):
    search(number)
