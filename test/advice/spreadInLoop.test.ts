import assert from 'node:assert/strict';
import { testRuntime } from '../runtimes.ts';
import { applyFix, assertAdvises, assertFixSaves } from './advising.ts';

const rule = 'spread-in-loop';

const arrayInLoop = `
function collect(count) {
  let rows = [];
  for (let i = 0; i < count; i++) {
    rows = [...rows, i, -i]; // advise
  }
  return rows;
}
console.log(collect(2000).length);
`;

describe('spread-in-loop', function () {
  this.timeout(120_000);

  for (const major of [18, 24, 26]) {
    it(`speaks of an array that is spread in each round, and its fix saves the copies, on Node ${major}`, async () => {
      await assertFixSaves('program.js', arrayInLoop, rule, 'allocated', { runtimePath: testRuntime(major).executable });
    });
  }

  it('speaks of an array that reduce() spreads', async () => {
    const program = `
const doubled = Array.from({ length: 2000 }, (_, i) => i)
  .reduce((all, n) => [...all, n * 2], [] as number[]); // advise
console.log(doubled.length, doubled.at(-1));
`;
    await assertFixSaves('program.ts', program, rule, 'allocated');
  });

  it('speaks of an object that reduce() spreads, whose fix prints the same with a fraction of the memory', async () => {
    const program = `
const keys: string[] = Array.from({ length: 250 }, (_, i) => 'key' + i);
const lengths = keys.reduce<Record<string, number>>((all, key) => ({ ...all, [key]: (all[key] ?? 0) + key.length }), {}); // advise
console.log(JSON.stringify(lengths).length);
`;
    const before = await assertAdvises('program.ts', program, rule);
    const fixed = applyFix(
      'program.ts',
      program,
      before.advice.find((each) => each.rule === rule),
    );
    const after = await assertAdvises('program.ts', fixed.replace(' // advise', ''), rule);
    assert.equal(after.stdout, before.stdout);
    const [was, is] = [before, after].map(({ profile }) => profile.totals.allocatedBytes ?? NaN) as [number, number];
    assert.ok(is * 5 < was, `${is} instead of ${was} bytes`);
  });

  it('offers no fix where others could see the array grow, or a loop goes over the old one', async () => {
    const programs = [
      `
let events = [];
const atStart = events;
function record(event) {
  events = [...events, event]; // advise
}
for (let i = 0; i < 2000; i++) record(i);
console.log(events.length, atStart.length);
`,
      `
let rows = [1];
for (let i = 0; i < 11; i++) {
  for (const row of rows) {
    rows = [...rows, row + i]; // advise
  }
}
console.log(rows.length);
`,
    ];
    for (const program of programs) {
      const run = await assertAdvises('program.js', program, rule);
      assert.equal(run.advice.find((each) => each.rule === rule)?.fix, undefined);
    }
  });

  it('is silent where copies are kept, rounds are few, memory is little, or one literal spreads something else', async () => {
    const programs = [
      'let rows = [];\nconst history = [];\nfor (let i = 0; i < 1200; i++) {\n  rows = [...rows, i];\n  history.push(rows);\n}\nconsole.log(history.length);\n',
      'let rows = [];\nconst part = new Array(100_000).fill(1);\nfor (let i = 0; i < 4; i++) {\n  rows = [...rows, ...part];\n}\nconsole.log(rows.length);\n',
      'let rows = [];\nfor (let i = 0; i < 100; i++) {\n  rows = [...rows, i];\n}\nconsole.log(rows.length);\n',
      'const base = new Array(1000).fill(1);\nlet rows = [];\nfor (let i = 0; i < 1000; i++) {\n  rows = [...base, i];\n}\nconsole.log(rows.length);\n',
      'let n = 0;\nfor (let i = 0; i < 60_000; i++) {\n  let few = [];\n  for (let k = 0; k < 5; k++) {\n    few = [...few, k];\n  }\n  n += few.length;\n}\nconsole.log(n);\n',
    ];
    for (const program of programs) await assertAdvises('program.js', program, rule);
  });
});
