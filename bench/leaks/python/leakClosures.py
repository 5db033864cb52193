# suspect: callbacks that hold their payload are never taken off
callbacks = []
def subscribe(payload):
    def callback():
        return len(payload)
    callbacks.append(callback)
def connect(number):
    subscribe(("client %d " % number) * 80)
    return sum(range(2500))
for number in range(24000):
    connect(number)
