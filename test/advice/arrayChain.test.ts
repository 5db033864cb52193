import assert from 'node:assert/strict';
import { testRuntime } from '../runtimes.ts';
import { assertAdvises, assertFixSaves } from './advising.ts';

const rule = 'array-chain';

const chain = `
const orders = Array.from({ length: 400_000 }, (_, i) => ({ id: i, price: i % 100 }));
const total = orders
  .map((order) => ({ ...order, taxed: Math.round(order.price * 1.2) })) // advise
  .filter((order) => order.taxed > 50)
  .reduce((sum, order) => sum + order.taxed, 0);
console.log(total);
`;

describe('array-chain', function () {
  this.timeout(120_000);

  for (const major of [22, 24, 26]) {
    it(`speaks of arrays on the way to one value, and iterator helpers take them from the peak, on Node ${major}`, async () => {
      await assertFixSaves('program.js', chain, rule, 'peak', { runtimePath: testRuntime(major).executable });
    });
  }

  it('offers no iterator helpers where Node has none, or where a callback could tell the difference', async () => {
    const { executable } = testRuntime(20);
    const old = await assertAdvises('program.js', chain, rule, { runtimePath: executable });
    const counting = `
let seen = 0;
const total = Array.from({ length: 150_000 }, (_, i) => i)
  .map((id) => ({ id, at: ++seen })) // advise
  .reduce((sum, { id, at }) => sum + id + at + seen, 0);
console.log(total);
`;
    const { advice } = await assertAdvises('program.js', counting, rule);
    for (const each of [...old.advice, ...advice]) if (each.rule === rule) assert.equal(each.fix, undefined);
  });

  it('is silent where the result is an array, memory is little or not at the peak, or no callback makes it', async () => {
    const programs = [
      'const items = Array.from({ length: 150_000 }, (_, i) => i);\nconst even = items.map((i) => ({ i })).filter(({ i }) => i % 2 === 0);\nconsole.log(even.length);\n',
      'console.log([1, 2, 3].map((i) => ({ i })).reduce((sum, { i }) => sum + i, 0));\n',
      'const items = Array.from({ length: 20_000 }, (_, i) => i);\nlet sum = items.map((i) => ({ i })).reduce((sum, { i }) => sum + i, 0);\nconst kept = [];\nfor (let i = 0; i < 300_000; i++) {\n  kept.push({ i });\n}\nconsole.log(sum, kept.length);\n',
      'const items = Array.from({ length: 300_000 }, (_, i) => i);\nconsole.log(items.slice(0, 250_000).includes(-1));\n',
    ];
    for (const program of programs) await assertAdvises('program.js', program, rule);
  });
});
