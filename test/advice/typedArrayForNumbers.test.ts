import assert from 'node:assert/strict';
import { testRuntime } from '../runtimes.ts';
import { assertAdvises, assertFixSaves } from './advising.ts';

const rule = 'typed-array-for-numbers';

const sieve = `
const count = 1_000_000;
const composite = new Array(count).fill(false); // advise
let primes = 0;
for (let i = 2; i < count; i++) {
  if (composite[i]) continue;
  primes++;
  for (let j = i * 2; j < count; j += i) composite[j] = true;
}
console.log(primes);
`;

describe('typed-array-for-numbers', function () {
  this.timeout(120_000);

  for (const major of [18, 24, 26]) {
    it(`speaks of an array of true and false, and its fix saves seven eighths, on Node ${major}`, async () => {
      await assertFixSaves('program.js', sieve, rule, 'peak', { runtimePath: testRuntime(major).executable });
    });
  }

  it('speaks of counters, whose fix saves half', async () => {
    const program = `
const counts = Array(500_000).fill(0); // advise
for (let i = 0; i < 1_000_000; i++) counts[(i * 7919) % counts.length]++;
let most = 0;
for (const count of counts) if (count > most) most = count;
console.log(most, counts[0], counts[counts.length]);
`;
    await assertFixSaves('program.js', program, rule, 'live');
  });

  it('speaks of numbers that are pushed, with what growing and boxes take beyond the numbers', async () => {
    const program = `
function samples(count: number): number[] {
  const values: number[] = [];
  for (let i = 0; i < count; i++) {
    values.push(Math.sin(i) * 100); // advise
  }
  return values;
}
const angles = Array.from({ length: 400_000 }, (_, i) => i / 7); // advise
console.log(samples(400_000).length, angles.length);
`;
    const { advice } = await assertAdvises('program.ts', program, rule);
    const savings = advice
      .filter((each) => each.rule === rule)
      .map(({ at, estimatedSavingBytes = 0 }) => [at.line, estimatedSavingBytes / 400_000]);
    const { 5: pushed = NaN, 9: made = NaN } = Object.fromEntries(savings) as Record<number, number>;
    // The last store has 8 to 12 bytes a number, all before it twice that; 8 stay. A fraction's object has 16, of which V8 spares some.
    assert.ok(pushed > 12 && pushed < 44, String(pushed));
    assert.ok(made > 8 && made < 32, String(made));
  });

  it('offers no fix where something may be stored past the end', async () => {
    const program = `
const counts = new Array(400_000).fill(0); // advise
const count = (at) => counts[at]++;
for (let i = 0; i < 400_000; i++) count((i * 7) % 400_000);
console.log(counts[400_000], counts.length);
`;
    const { advice } = await assertAdvises('program.js', program, rule);
    assert.equal(advice.find((each) => each.rule === rule)?.fix, undefined);
  });

  it('offers no fix where something may be stored in front of the beginning, which is a property of an array', async () => {
    const program = `
const seen = new Array(400_000).fill(0); // advise
let hash = 7;
for (let i = 0; i < 1000; i++) {
  hash = (hash * 31 + i) | 0;
  seen[hash % 400_000] = 1;
}
console.log(seen[hash % 400_000]);
`;
    const { advice } = await assertAdvises('program.js', program, rule);
    assert.equal(advice.find((each) => each.rule === rule)?.fix, undefined);
  });

  it('is silent where there may be other than numbers, where uses are not seen, where arrays are small, or nothing is saved', async () => {
    const programs = [
      'const values = [];\nfor (let i = 0; i < 300_000; i++) {\n  values.push(i % 3 === 0 ? null : i * 2);\n}\nconsole.log(values.length);\n',
      'const values = [];\nfor (let i = 0; i < 300_000; i++) {\n  values.push({ i });\n}\nconsole.log(values.length);\n',
      'const count = 300_000;\nconst flags = new Array(count).fill(0);\nfor (let i = 0; i < count; i++) flags[i] = 1;\nconsole.log(flags.length, String(flags).length);\n',
      'const count = 300_000;\nconst values = new Array(count).fill(0);\nfor (let i = 0; i < count; i++) values[i] = i / 3;\nconsole.log(values[7]);\n',
      'const rows = [];\nfor (let i = 0; i < 20_000; i++) {\n  const row = [];\n  for (let k = 0; k < 10; k++) {\n    row.push(k * i);\n  }\n  rows.push(row);\n}\nconsole.log(rows.length);\n',
      'const flags = new Array(300_000).fill(false);\nflags[3] = true;\nconsole.log(flags[3], flags[4]);\n',
    ];
    for (const program of programs) await assertAdvises('program.js', program, rule);
  });
});
