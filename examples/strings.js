// Four ways with text, and what each costs.
//
// `+=` makes a rope: a small object for each step, alive until the text
// is read. `join` needs all the pieces at once. JSON.stringify needs all
// the rows. A short piece cut out of a long text keeps the whole alive.

const pieceCount = 200_000;

function byAppending() {
  let text = '';
  for (let i = 0; i < pieceCount; i++) {
    text += `item ${i}, `;
  }
  return text;
}

function byJoining() {
  const pieces = [];
  for (let i = 0; i < pieceCount; i++) {
    pieces.push(`item ${i}`);
  }
  return pieces.join(', ');
}

function asJson() {
  const rows = Array.from({ length: 20_000 }, (_, i) => ({ row: i }));
  return JSON.stringify(rows);
}

function keepWord() {
  const page = 'lorem ipsum dolor '.repeat(500_000);
  // Reading it writes out nine million characters (8.6 MiB), and the 40
  // that are returned hold them all alive.
  return page.slice(100, 140);
}

const texts = [byAppending(), byJoining(), asJson()];
console.log('lengths:', texts.map((text) => text.length).join(', '));
texts.length = 0;
globalThis.word = keepWord();
