// Records that stay and text that does not, as in a report over a table.
//
// What to see: the line that makes the records holds nearly everything that is alive at the end; the line that makes the rows of the
// report allocates much and keeps nothing; the index by id holds its own table of pointers, but not the records themselves.

const recordCount = 100_000;

function makeRecord(id) {
  // One object of four properties (56 bytes), one array of three (40 bytes and its elements), one name.
  return { id, name: `customer ${id}`, balance: (id * 7919) % 1000, orders: [id, id + 1, id + 2] };
}

function report(records) {
  let characterCount = 0;
  for (const record of records) {
    const row = `${record.id};${record.name};${record.balance};${record.orders.join('/')}`; // dies at once: no live bytes
    characterCount += row.length;
  }
  return characterCount;
}

const records = [];
for (let id = 0; id < recordCount; id++) {
  records.push(makeRecord(id)); // only the array's own growth: doubling copies it now and then
}

const byId = new Map(records.map((record) => [record.id, record]));
const rich = records.filter((record) => record.balance > 500);

console.log(`${byId.size} records, ${rich.length} of them rich, a report of ${report(records)} characters`);
globalThis.kept = { records, byId };
