# innocent: a pool of buffers that are used again
pool = [bytearray(65536) for _ in range(40)]
def borrow():
    return pool.pop()
def work(number):
    buffer = borrow()
    buffer[:8192] = bytes([number % 251]) * 8192
    total = sum(buffer[:4096])
    pool.append(buffer)
    return total
for number in range(20000):
    work(number)
