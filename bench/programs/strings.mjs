// Strings: templates, concatenation, splitting, replacing, joining, and counting words.
const startedAt = performance.now();

const words = ['lens', 'heap', 'Line', 'peak', 'byte', 'Trace', 'live', 'graph', 'Node', 'cache'];

function sentence(seed) {
  let text = '';
  for (let index = 0; index < 12; index++) {
    text += (index === 0 ? '' : ' ') + words[(seed * 7 + index * index) % words.length];
  }
  return `${text}, no. ${seed}.`;
}

function slug(text) {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

const counts = new Map();
let checksum = 0;
for (let seed = 0; seed < 800_000; seed++) {
  const text = sentence(seed);
  for (const word of text.split(' ')) counts.set(word.slice(0, 4), (counts.get(word.slice(0, 4)) ?? 0) + 1);
  const name = slug(text);
  const padded = name.padEnd(90, '.').substring(10, 60);
  checksum = (checksum * 31 + padded.charCodeAt(seed % 50) + name.length) % 1_000_003;
}
const report = [...counts.keys()]
  .sort()
  .map((word) => `${word.padStart(6)}=${counts.get(word)}`)
  .join('\n');

console.log(`checksum ${checksum} ${report.length}`);
console.log(`elapsedMs ${performance.now() - startedAt}`);
