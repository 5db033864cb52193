# suspect: the loop of a service at the top level keeps what it has seen
import time
history = {}
for number in range(1200):
    history["request %d" % number] = ["header %d %d" % (number, part) * 4 for part in range(12)]
    time.sleep(0.001)
