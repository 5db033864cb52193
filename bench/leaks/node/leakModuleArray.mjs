// suspect: each request is kept in a module-level array
const log = [];
function busy(count) {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += Math.sqrt(i);
  return sum;
}
function handle(number) {
  const entry = { number, path: `/item/${number}`, headers: { host: `host${number}`, agent: 'test' } };
  log.push(entry);
  return busy(20000);
}
for (let number = 0; number < 20000; number++) handle(number);
