// Allocation-heavy literals: short-lived objects and arrays in hot loops, some of them kept.
const startedAt = performance.now();

function makeOrder(id) {
  return {
    id,
    customer: { name: 'c' + (id % 100), tags: ['new', 'web'] },
    lines: [
      { sku: id % 17, count: 1 },
      { sku: id % 31, count: 2 },
    ],
  };
}

function swap([left, right]) {
  return [right, left];
}

let checksum = 0;
const kept = [];
for (let id = 0; id < 23_000_000; id++) {
  const order = makeOrder(id);
  const { lines, ...rest } = order;
  const [first, second] = swap([lines[0].count, lines[1].sku]);
  checksum = (checksum + first * 3 + second + rest.customer.tags.length) % 1_000_003;
  if (id % 100 === 0) kept.push({ ...rest, total: first + second });
}

console.log(`checksum ${checksum} ${kept.length}`);
console.log(`elapsedMs ${performance.now() - startedAt}`);
