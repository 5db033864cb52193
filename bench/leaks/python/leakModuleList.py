# suspect: handle appends each request to a module-level list
import time
log = []
def handle(number):
    text = "request %d " % number * 60
    log.append(text)
    return len(text)
for number in range(24000):
    handle(number)
    sum(range(1500))
