// suspect: a table is loaded at the start, then an audit trail grows
const table = Array.from({ length: 120000 }, (_, i) => ({ id: i, name: `row ${i}` }));
const audit = [];
function handle(number) {
  const row = table[(number * 7919) % table.length];
  audit.push({ at: number, row: row.id, before: { name: row.name, flag: number % 2 }, after: [number, row.id] });
}
function work() {
  let sum = 0;
  for (let i = 0; i < 30000; i++) sum += i % 7;
  return sum;
}
for (let number = 0; number < 24000; number++) {
  handle(number);
  work();
}
