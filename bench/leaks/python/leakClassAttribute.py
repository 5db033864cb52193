# suspect: every instance registers itself in a list of its class
class Session:
    registry = []
    def __init__(self, number):
        self.number = number
        self.buffer = bytearray(700)
        Session.registry.append(self)
    def work(self):
        return sum(i * i for i in range(800))
for number in range(16000):
    Session(number).work()
