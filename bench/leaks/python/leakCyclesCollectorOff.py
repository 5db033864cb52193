# suspect: cycles with a finaliser registry that holds them
import gc
gc.disable()
graveyard = []
class Node:
    def __init__(self, number):
        self.me = self
        self.text = "node %d " % number * 40
        graveyard.append(self)
def build(number):
    Node(number)
    return [number * k for k in range(1200)]
for number in range(24000):
    build(number)
