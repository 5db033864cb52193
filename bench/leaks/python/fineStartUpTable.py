# innocent: a table is filled at the start and only read after that
def load(count):
    return {"key %d" % number: [number] * 8 for number in range(count)}
table = load(80000)
def look(number):
    return sum(sum(table["key %d" % ((number * k) % 80000)]) for k in range(100))
for number in range(6000):
    look(number)
