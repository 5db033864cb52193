"""Object orientation as in a simulated operating system: tasks of several classes hand packets to each other by priority."""

from program import measure


class Packet:
    def __init__(self, link, kind):
        self.link = link
        self.kind = kind
        self.position = 0
        self.data = [0] * 4


class Task:
    def __init__(self, system, name, priority):
        self.system = system
        self.name = name
        self.priority = priority
        self.first = None
        self.waiting = False
        self.handled = 0

    def offer(self, packet):
        packet.link = None
        if self.first is None:
            self.first = packet
            self.waiting = False
            return
        last = self.first
        while last.link is not None:
            last = last.link
        last.link = packet

    def take(self):
        packet = self.first
        if packet is not None:
            self.first = packet.link
        return packet

    def ready(self):
        return not self.waiting

    def run(self):
        raise NotImplementedError


class Worker(Task):
    def run(self):
        packet = self.take()
        if packet is None:
            self.waiting = True
            return
        for index in range(len(packet.data)):
            packet.data[index] = (packet.data[index] + self.handled + index) % 26
        self.handled += 1
        self.system.send(packet, "device" if packet.kind == 0 else "handler")


class Device(Task):
    def run(self):
        packet = self.take()
        if packet is None:
            self.waiting = True
            return
        self.handled += sum(packet.data)
        packet.kind = 1 - packet.kind
        self.system.send(packet, "handler")


class Handler(Task):
    def run(self):
        packet = self.take()
        if packet is None:
            self.waiting = True
            return
        self.handled += 1
        packet.position += 1
        if packet.position % 40 == 0:
            packet = Packet(None, packet.kind)
        self.system.send(packet, "worker")


class System:
    def __init__(self):
        self.tasks = [Worker(self, "worker", 30), Device(self, "device", 20), Handler(self, "handler", 10)]
        self.by_name = {task.name: task for task in self.tasks}
        self.sent = 0

    def send(self, packet, name):
        self.sent += 1
        self.by_name[name].offer(packet)

    def step(self):
        best = None
        for task in self.tasks:
            if task.ready() and (best is None or task.priority > best.priority):
                best = task
        if best is not None:
            best.run()


def work(size):
    system = System()
    for number in range(12):
        system.send(Packet(None, number % 2), "handler")
    for _ in range(int(2_600_000 * size)):
        system.step()
    return "%d %s" % (system.sent, [task.handled for task in system.tasks])


if __name__ == "__main__":
    measure(work)
