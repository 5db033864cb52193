// Why memory is still there at the end: a Map that only grows, a module's
// variable, and a listener that was never removed.
//
// sessions: 2,000 entries, each an array of 100 numbers of 8 bytes, its map
// and length included 864 bytes: 1.6 MiB. table: 200,000 numbers, 1.5 MiB.
// The listener's closure holds an array of 100,000 numbers: 0.8 MiB.

const { EventEmitter } = require('node:events');

const sessions = new Map();
const table = new Array(200_000).fill(0.5);
const updates = new EventEmitter();

function open(id) {
  if (sessions.has(id)) return sessions.get(id);
  const history = new Array(100).fill(id);
  sessions.set(id, history);
  return history;
}

function watch() {
  const seen = new Array(100_000).fill(0);
  updates.on('change', (id) => {
    seen[id % seen.length] += 1;
  });
}

watch();
let openCount = 0;
for (let request = 0; request < 10_000; request++) {
  openCount += open(request % 2_000).length;
  updates.emit('change', request);
}
console.log('opened:', openCount, 'kept:', sessions.size, table.length);
