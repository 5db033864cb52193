// innocent: what is known of objects is held weakly
const details = new WeakMap();
function visit(number) {
  const node = { number };
  details.set(node, { number, notes: Array.from({ length: 40 }, (_, i) => number + i) });
  return details.get(node).notes.length;
}
function work() {
  let sum = 0;
  for (let i = 0; i < 20000; i++) sum += i % 7;
  return sum;
}
for (let number = 0; number < 50000; number++) {
  visit(number);
  work();
}
