"""Four threads make and pass on batches of records through queues."""

import threading
from queue import Queue

from program import measure


def produce(queue, first, batch_count):
    for batch in range(batch_count):
        queue.put([{"id": first + batch * 50 + number, "values": [number] * 8} for number in range(50)])
    queue.put(None)


def consume(queue, results):
    total = 0
    for batch in iter(queue.get, None):
        for record in batch:
            total += record["id"] % 13 + sum(record["values"])
        results.append(len(batch))
    results.append(total)


def work(size):
    batch_count = int(36_000 * size)
    results = [[], []]
    threads = []
    for index in range(2):
        queue = Queue(maxsize=16)
        threads.append(threading.Thread(target=produce, args=(queue, index * 1000, batch_count)))
        threads.append(threading.Thread(target=consume, args=(queue, results[index])))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(map(sum, results))


if __name__ == "__main__":
    measure(work)
