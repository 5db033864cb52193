# suspect: of every five hundred events, one hundred stay when the others are dropped
events = []


def record(number):
    events.append("event %d " % number * 60)
    if number % 500 == 499:
        del events[-400:]
    return sum(range(2500))


for number in range(24000):
    record(number)
