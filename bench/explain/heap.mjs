// Holds so many MiB of small objects, the dearest kind of heap to explain: `node heap.mjs MIB`.

// An object of four properties: 24 bytes and 8 for each of them. Strings of their own: 32 bytes with so few characters.
const recordBytes = 24 + 4 * 8 + 32;
const count = Math.round((Number(process.argv[2]) * 1024 * 1024) / (recordBytes + 8));
const records = [];
for (let id = 0; id < count; id++) records.push({ id, name: `record ${id}`, before: records[id - 1], flag: id % 2 === 0 });
console.log(`records ${records.length}`);
