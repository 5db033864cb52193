# suspect: the top level makes the values, a method puts them into a store that only grows
class Store:
    def __init__(self):
        self.values = {}

    def put(self, key, value):
        self.values[key] = value
        return sum(range(1500))


store = Store()
for number in range(24000):
    store.put(number, "value %d " % number * 40)
