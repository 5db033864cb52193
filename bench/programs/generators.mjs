// A pipeline of generators over a stream of readings: map, filter, window, zip, flatten.
const startedAt = performance.now();

function* readings(count) {
  let state = 99;
  for (let index = 0; index < count; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield { at: index, sensor: state % 8, value: (state >>> 8) % 1000 };
  }
}

function* map(items, change) {
  for (const item of items) yield change(item);
}

function* filter(items, accepts) {
  for (const item of items) if (accepts(item)) yield item;
}

function* windows(items, size) {
  let window = [];
  for (const item of items) {
    window.push(item);
    if (window.length === size) {
      yield window;
      window = window.slice(size / 2);
    }
  }
}

function* flatten(nested) {
  for (const items of nested) yield* items;
}

function* zip(left, right) {
  const others = right[Symbol.iterator]();
  for (const item of left) {
    const { value, done } = others.next();
    if (done) return;
    yield [item, value];
  }
}

let checksum = 0;
for (let round = 0; round < 65; round++) {
  const calibrated = map(readings(100_000), ({ value, ...rest }) => ({ ...rest, value: value * 1.5 + round }));
  const plausible = filter(calibrated, ({ value }) => value > 50 && value < 1400);
  const means = map(windows(plausible, 16), (window) => window.map(({ sensor, value }) => ({ sensor, mean: value / window.length })));
  for (const [{ sensor, mean }, { at }] of zip(flatten(means), readings(150_000))) {
    checksum = (checksum + Math.floor(mean) * (sensor + 1) + (at & 7)) % 1_000_003;
  }
}

console.log(`checksum ${checksum}`);
console.log(`elapsedMs ${performance.now() - startedAt}`);
