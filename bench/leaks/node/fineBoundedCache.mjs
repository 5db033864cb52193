// innocent: the least recently used entries are dropped
const cache = new Map();
function get(key) {
  let value = cache.get(key);
  if (value) cache.delete(key);
  else value = { key, body: Array.from({ length: 60 }, (_, i) => key + i) };
  cache.set(key, value);
  if (cache.size > 2000) cache.delete(cache.keys().next().value);
  return value;
}
function work() {
  let sum = 0;
  for (let i = 0; i < 20000; i++) sum += i % 7;
  return sum;
}
for (let key = 0; key < 40000; key++) {
  get(key);
  work();
}
