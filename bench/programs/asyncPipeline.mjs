// Async functions: stages linked by queues of promises, async iteration, Promise.all in batches.
const startedAt = performance.now();

class Channel {
  #items = [];
  #waiting = [];
  #closed = false;
  send(item) {
    const reader = this.#waiting.shift();
    if (reader) reader({ value: item, done: false });
    else this.#items.push(item);
  }
  close() {
    this.#closed = true;
    for (const reader of this.#waiting) reader({ value: undefined, done: true });
  }
  next() {
    if (this.#items.length > 0) return Promise.resolve({ value: this.#items.shift(), done: false });
    if (this.#closed) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
  [Symbol.asyncIterator]() {
    return this;
  }
}

async function lookUp(id) {
  await null;
  return { id, name: `item ${id}`, price: (id * 37) % 101 };
}

async function produce(count, out) {
  for (let id = 0; id < count; id += 10) {
    const batch = await Promise.all(Array.from({ length: 10 }, (_, index) => lookUp(id + index)));
    for (const item of batch) out.send(item);
  }
  out.close();
}

async function transform(input, out) {
  for await (const item of input) out.send({ ...item, price: item.price * 2, tags: [item.name.slice(-2)] });
  out.close();
}

async function collect(input) {
  const totals = new Map();
  for await (const { price, tags } of input) {
    for (const tag of tags) totals.set(tag, (totals.get(tag) ?? 0) + price);
  }
  return totals;
}

let checksum = 0;
for (let round = 0; round < 800; round++) {
  const raw = new Channel();
  const priced = new Channel();
  const [, , totals] = await Promise.all([produce(4000, raw), transform(raw, priced), collect(priced)]);
  checksum += [...totals.values()].reduce((sum, value) => sum + value, 0) + totals.size;
}

console.log(`checksum ${checksum}`);
console.log(`elapsedMs ${performance.now() - startedAt}`);
