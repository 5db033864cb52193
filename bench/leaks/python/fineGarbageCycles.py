# innocent: cycles become garbage that the collector frees
class Node:
    def __init__(self, number):
        self.me = self
        self.payload = [number] * 40
def work(number):
    Node(number)
    return sum(range(600))
for number in range(60000):
    work(number)
