// Records that stay and text that does not, as in a report over a table.
//
// The line that makes the records holds nearly all that is alive at the
// end. The line that makes the rows of the report allocates much and
// keeps nothing. The index by id has a table of its own, not the records.

const recordCount = 100_000;

function makeRecord(id) {
  const name = `customer ${id}`;
  return { id, name, balance: (id * 7919) % 1000, orders: [id, id + 1] };
}

function report(records) {
  let characterCount = 0;
  for (const { id, name, balance, orders } of records) {
    // Each row dies at once: no live bytes.
    const row = `${id};${name};${balance};${orders.join('/')}`;
    characterCount += row.length;
  }
  return characterCount;
}

const records = [];
for (let id = 0; id < recordCount; id++) {
  // Only the list's own growth: now and then it moves to a larger place.
  records.push(makeRecord(id));
}

const byId = new Map(records.map((record) => [record.id, record]));
const rich = records.filter((record) => record.balance > 500);

console.log(`${byId.size} records, ${rich.length} of them rich`);
console.log(`a report of ${report(records)} characters`);
globalThis.kept = { records, byId };
