import assert from 'node:assert/strict';
import { testRuntime } from '../runtimes.ts';
import { adviseProgram, assertAdvises } from './advising.ts';

const repeated = `function spelled(number, separator) { // advise
  return String(number).split('').join(separator).repeat(200).split('').join('+');
}
const worth = (text) => text.length;
let total = 0;
for (let turn = 0; turn < 5000; turn += 1) total += worth(spelled(turn % 50, '-'));
console.log(total, String(spelled).length, String(worth));
`;
const quiet = repeated.replace(' // advise', '');

for (const major of [18, 24]) {
  describe(`cache-pure-call on Node ${major}`, function () {
    this.timeout(60_000);
    const request = { runtimePath: testRuntime(major).executable, explain: true };

    it('speaks of a pure function that is called again and again with the same arguments, with their count', async () => {
      const { profile, advice, stdout } = await assertAdvises('program.mjs', repeated, 'cache-pure-call', request);
      assert.equal(stdout, (await adviseProgram('program.mjs', repeated, { ...request, explain: false })).stdout);
      const report = profile.repeatedCalls?.find(({ name }) => name === 'spelled');
      // Calls 16 to 1,015, then each 64th of the others.
      const checkedCallCount = 1000 + Math.floor((5000 - 1015) / 64);
      assert.deepEqual({ ...report, at: undefined }, { name: 'spelled', at: undefined, checkedCallCount, distinctArgumentsCount: 50 });
      const said = advice.find(({ rule }) => rule === 'cache-pure-call');
      const figures = Object.fromEntries(said?.evidence.map(({ name, value }) => [name, value]) ?? []);
      assert.equal(figures['calls looked at'], checkedCallCount);
      assert.equal(figures['different arguments'], 50);
      const allocatedBytes = figures['allocated'] ?? NaN;
      const savedRatio = (said?.estimatedSavingBytes ?? NaN) / allocatedBytes;
      assert.ok(Math.abs(savedRatio - (1 - 50 / checkedCallCount)) < 0.001, String(savedRatio));
    });

    it('speaks of TypeScript on its own lines', async () => {
      const typed = `interface Named {\n  readonly name: string;\n}\n${repeated
        .replace('number, separator', 'number: number, separator: Named["name"]')
        .replace('(text) =>', '(text: string): number =>')
        .replace('total = 0', 'total: number = 0')}`;
      await assertAdvises('program.ts', typed, 'cache-pure-call', request);
    });

    it('is silent where the arguments differ, are objects, or the function does more than give a result', async () => {
      const programs = {
        differing: quiet.replace('turn % 50', 'turn'),
        objects: quiet.replace('turn % 50', '{ toString: () => String(turn % 50) }'),
        effects: `const seen = new Set();\n${quiet.replace('return', 'seen.add(number); return')}`,
        chance: quiet.replace('String(number)', 'String(number + Math.random())'),
      };
      const named = Object.entries(programs).map(([name, text]) => text.replaceAll('spelled', name));
      for (const program of named) await assertAdvises('program.mjs', program, 'cache-pure-call', request);
    });

    it('is silent where memory is not explained, for nobody looked at the arguments', async () => {
      const { profile } = await assertAdvises('program.mjs', quiet, 'cache-pure-call', { ...request, explain: false });
      assert.equal(profile.repeatedCalls, undefined);
    });
  });
}
