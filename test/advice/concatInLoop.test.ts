import assert from 'node:assert/strict';
import { applyFix, assertAdvises, assertFixSaves } from './advising.ts';

const rule = 'concat-in-loop';

describe('concat-in-loop', function () {
  this.timeout(120_000);

  it('speaks of an array that concat() makes anew in each round, and its fix saves the copies', async () => {
    const program = `
function merged(parts) {
  let all = [];
  for (const part of parts) {
    all = all.concat(part.split(',')); // advise
  }
  return all;
}
console.log(merged(new Array(500).fill('x,'.repeat(7))).length);
`;
    await assertFixSaves('program.js', program, rule, 'allocated', {}, 2);
  });

  it('pushes what stands in brackets', async () => {
    const program = `
let all = [];
for (let i = 0; i < 2000; i++) {
  all = all.concat([i, i * 2]); // advise
}
console.log(all.length, all.at(-1));
`;
    const { advice } = await assertAdvises('program.js', program, rule);
    const fixed = applyFix(
      'program.js',
      program,
      advice.find((each) => each.rule === rule),
    );
    assert.match(fixed, /^ {2}all\.push\(i, i \* 2\);/m);
  });

  it('speaks of concat() in reduce(), and its fix is flatMap()', async () => {
    const program = `
const parts = Array.from({ length: 500 }, (_, i) => [i]);
const all = parts.reduce((all, [first]) => all.concat(new Array(8).fill(first)), []); // advise
console.log(all.length, all.at(-1));
`;
    await assertFixSaves('program.mjs', program, rule, 'allocated', {}, 2);
  });

  it('speaks without a fix where what is added may be no array, or others hold the array', async () => {
    const programs = [
      'function merged(parts) {\n  let all = [];\n  for (const part of parts) {\n    all = all.concat(part); // advise\n  }\n  return all;\n}\nconsole.log(merged(new Array(400).fill(new Array(200).fill(1))).length);\n',
      'let all = [];\nconst begin = all;\nfor (let i = 0; i < 2000; i++) {\n  all = all.concat([i]); // advise\n}\nconsole.log(all.length, begin.length);\n',
    ];
    for (const program of programs) {
      const { advice } = await assertAdvises('program.js', program, rule);
      assert.equal(advice.find((each) => each.rule === rule)?.fix, undefined);
    }
  });

  it('is silent where strings are joined, rounds are few, copies are kept, or a new array is meant', async () => {
    const programs = [
      "let text = '';\nfor (let i = 0; i < 200_000; i++) {\n  text = text.concat('line ' + i);\n}\nconsole.log(text.length);\n",
      'let all = [];\nfor (let i = 0; i < 3; i++) {\n  all = all.concat(new Array(200_000).fill(i));\n}\nconsole.log(all.length);\n',
      'let all = [];\nconst states = [];\nfor (let i = 0; i < 1200; i++) {\n  all = all.concat([i]);\n  states.push(all);\n}\nconsole.log(states.length);\n',
      'const base = new Array(2000).fill(1);\nlet n = 0;\nfor (let i = 0; i < 1000; i++) {\n  const all = base.concat([i]);\n  n += all.length;\n}\nconsole.log(n);\n',
    ];
    for (const program of programs) await assertAdvises('program.js', program, rule);
  });
});
