// Four ways to build text, and what each costs.
//
// What to see: `+=` makes a rope, a small object for each step, which is alive until the text is read; `join` makes the whole at once;
// JSON.stringify makes a copy of everything it is given; a short piece cut out of a long text keeps the whole text alive.

const pieceCount = 200_000;

function byAppending() {
  let text = '';
  for (let i = 0; i < pieceCount; i++) text += `item ${i}, `; // a rope: 32 bytes a step besides the piece itself
  return text;
}

function byJoining() {
  const pieces = [];
  for (let i = 0; i < pieceCount; i++) pieces.push(`item ${i}`); // the pieces live until join has read them
  return pieces.join(', ');
}

function asJson() {
  const rows = Array.from({ length: 20_000 }, (_, i) => ({ i, label: `row ${i}` }));
  return JSON.stringify(rows);
}

function keepWord() {
  const page = 'lorem ipsum dolor '.repeat(500_000); // nine million characters, still as a rope
  return page.slice(100, 140); // reading it writes out all 8.6 MiB, and the 40 characters hold them alive
}

const lengths = [byAppending().length, byJoining().length, asJson().length];
globalThis.word = keepWord();
console.log('lengths:', lengths.join(', '), 'and a word of', globalThis.word.length);
