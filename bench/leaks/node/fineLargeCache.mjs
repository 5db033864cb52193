// innocent: the newest entries are kept, more than half of all that there ever were
const cache = new Map();
function remember(key) {
  const body = [];
  for (let i = 0; i < 30; i++) body.push(key + i);
  cache.set(key, { key, body });
  if (cache.size > 12000) cache.delete(cache.keys().next().value);
}
function work() {
  let sum = 0;
  for (let i = 0; i < 30000; i++) sum += i % 7;
  return sum;
}
for (let key = 0; key < 22000; key++) {
  remember(key);
  work();
}
