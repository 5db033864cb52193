# suspect: a worker thread keeps a history of its tasks
import queue, threading
tasks = queue.Queue(50)
histories = {}
def process(number):
    history = histories.setdefault(threading.get_ident(), [])
    history.append({"task": number, "result": "done %d " % number * 40})
    return sum(range(2500))
def work():
    for number in iter(tasks.get, None):
        process(number)
thread = threading.Thread(target=work)
thread.start()
for number in range(20000):
    tasks.put(number)
tasks.put(None)
thread.join()
