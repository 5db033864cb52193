# suspect: a table is loaded at the start, then requests are kept
table = {number: str(number) * 3 for number in range(60000)}
audit = []
def handle(number):
    audit.append((number, table[number % 60000] * 100))
    return sum(range(2500))
for number in range(24000):
    handle(number)
