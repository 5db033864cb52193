# innocent: a batch of events is gathered and sent now and then
pending = []
def send():
    total = sum(len(event) for event in pending)
    pending.clear()
    return total
def record(number):
    pending.append("event %d " % number * 100)
    if len(pending) >= 2500:
        send()
    return sum(range(1200))
for number in range(24000):
    record(number)
send()
