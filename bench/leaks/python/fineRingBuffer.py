# innocent: the last thousand messages are kept
from collections import deque
recent = deque(maxlen=1000)
def handle(number):
    recent.append("message %d " % number * 200)
    return sum(range(1500))
for number in range(20000):
    handle(number)
