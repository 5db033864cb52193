import assert from 'node:assert/strict';
import { assertAdvises, assertFixSaves } from './advising.ts';

const rule = 'weak-map';

describe('weak-map', function () {
  this.timeout(120_000);

  it('speaks of a Map whose keys only it keeps alive, and a WeakMap lets them go', async () => {
    const program = `
const notes = new Map(); // advise
function noteOf(node) {
  if (!notes.has(node)) notes.set(node, { id: node.id, words: new Array(60).fill(node.id) });
  return notes.get(node);
}
let sum = 0;
for (let i = 0; i < 8_000; i++) sum += noteOf({ id: i }).words.length;
console.log(sum);
`;
    await assertFixSaves('program.mjs', program, rule, 'live', { explain: true });
  });

  it('is sure of keys that a class makes, and says nothing of a saving that no snapshot has shown', async () => {
    const program = `
const owners = new Map<object, number[]>(); // advise
class Item {
  constructor(id: number) {
    owners.set(this, new Array(60).fill(id));
  }
}
for (let i = 0; i < 8_000; i++) new Item(i);
console.log(owners.has(new Item(1)));
`;
    const { advice } = await assertAdvises('program.mts', program, rule);
    const found = advice.find((each) => each.rule === rule);
    assert.equal(found?.estimatedSavingBytes, undefined);
    assert.equal(found?.fix?.edits[0]?.newText, 'WeakMap');
  });

  it('is silent where keys are strings or numbers, the Map is counted or gone through, or entries are deleted', async () => {
    const keeping = (key: string, rest = ''): string =>
      `const notes = new Map();\nfunction note(node) {\n  notes.set(${key}, new Array(60).fill(node.id));\n  return notes.has(node);\n}\nfor (let i = 0; i < 8_000; i++) {\n  note({ id: i });\n}\nconsole.log('done'${rest});\n`;
    const programs = [
      keeping('node.id'),
      keeping('`node ${node.id}`'),
      keeping('node', ', notes.size'),
      keeping('node', ', [...notes.keys()].length'),
      keeping('node', ', notes.delete(notes)'),
    ];
    for (const program of programs) await assertAdvises('program.mjs', program, rule);
  });
});
