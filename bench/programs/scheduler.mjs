// Classes and virtual calls: an operating system's scheduler in small, with tasks that send one another packets.
const startedAt = performance.now();

class Packet {
  constructor(kind, payload) {
    this.kind = kind;
    this.payload = payload;
    this.hops = 0;
  }
}

class Task {
  #inbox = [];
  constructor(name, priority) {
    this.name = name;
    this.priority = priority;
    this.handled = 0;
  }
  get ready() {
    return this.#inbox.length > 0;
  }
  receive(packet) {
    packet.hops++;
    this.#inbox.push(packet);
  }
  step(system) {
    const packet = this.#inbox.shift();
    this.handled++;
    this.handle(packet, system);
  }
  handle() {
    throw new Error('abstract');
  }
}

class Worker extends Task {
  #turn = 0;
  handle(packet, system) {
    const data = packet.payload.map((value, index) => (value + index + this.#turn) & 0xff);
    this.#turn++;
    system.send(this.#turn % 2 === 0 ? 'disk' : 'net', new Packet('work', data));
  }
}

class Device extends Task {
  constructor(name, priority, delay) {
    super(name, priority);
    this.delay = delay;
    this.queue = [];
  }
  handle(packet, system) {
    this.queue.push({ due: system.now + this.delay, packet });
    while (this.queue.length > 0 && this.queue[0].due <= system.now + 2) {
      const { packet: done } = this.queue.shift();
      system.send('handler', done);
    }
  }
}

class Handler extends Task {
  constructor(name, priority) {
    super(name, priority);
    this.sum = 0;
  }
  handle(packet, system) {
    for (const value of packet.payload) this.sum = (this.sum + value * packet.hops) % 1_000_003;
    system.send('worker', packet.hops > 8 ? new Packet('work', packet.payload.slice()) : packet);
  }
}

class System {
  constructor(tasks) {
    this.tasks = [...tasks].sort((a, b) => b.priority - a.priority);
    this.byName = new Map(tasks.map((task) => [task.name, task]));
    this.now = 0;
  }
  send(name, packet) {
    this.byName.get(name).receive(packet);
  }
  run(steps) {
    while (this.now < steps) {
      const task = this.tasks.find((candidate) => candidate.ready);
      if (task === undefined) return;
      task.step(this);
      this.now++;
    }
  }
}

let checksum = 0;
for (let round = 0; round < 45; round++) {
  const handler = new Handler('handler', 1);
  const system = new System([new Worker('worker', 4), new Device('disk', 3, 1), new Device('net', 2, 2), handler]);
  for (let index = 0; index < 20; index++) system.send('worker', new Packet('work', [1, 2, 3, index]));
  system.run(500_000);
  checksum += handler.sum + handler.handled;
}

console.log(`checksum ${checksum}`);
console.log(`elapsedMs ${performance.now() - startedAt}`);
