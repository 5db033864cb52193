# suspect: a default argument that keeps what it is given
def collect(value, seen=[]):
    seen.append([value, str(value) * 30])
    return len(seen)
def work(number):
    return sorted((number * k) % 997 for k in range(500))
for number in range(20000):
    work(number)
    collect(number)
