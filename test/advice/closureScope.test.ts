import assert from 'node:assert/strict';
import { assertAdvises } from './advising.ts';

const rule = 'closure-scope';

/** Functions that live on, made beside a large array. */
const making = (body: string): string => `
const callbacks = [];
function prepare(id) {
${body}
}
for (let i = 0; i < 500; i++) prepare(i);
console.log(callbacks.reduce((sum, callback) => sum + callback(), 0));
`;

describe('closure-scope', function () {
  this.timeout(120_000);

  it('speaks of a variable that another function used once, and a function of its own lets go of it', async () => {
    const before = await assertAdvises(
      'program.mjs',
      making(`  const rows = new Array(2000).fill(id); // advise
  const sum = [1, 2, 3].map((n) => n * rows.length).length;
  callbacks.push(() => id + sum);`),
      rule,
    );
    const after = await assertAdvises(
      'program.mjs',
      making(`  const sum = sumOf(id);
  callbacks.push(() => id + sum);
}
function sumOf(id) {
  const rows = new Array(2000).fill(id);
  return [1, 2, 3].map((n) => n * rows.length).length;`),
      rule,
    );
    assert.equal(after.stdout, before.stdout);
    const savedBytes = before.profile.totals.liveBytes - after.profile.totals.liveBytes;
    const estimatedBytes = before.advice.find((each) => each.rule === rule)?.estimatedSavingBytes ?? NaN;
    assert.ok(savedBytes > estimatedBytes / 1.5 && savedBytes < estimatedBytes * 1.5, `${savedBytes} saved, ${estimatedBytes} estimated`);
  });

  it('speaks of a variable of which only the length is needed, also with a heap snapshot', async () => {
    const program = making(`  const rows = new Array(2000).fill(id); // advise
  callbacks.push(() => rows.length);`);
    await assertAdvises('program.mjs', program, rule);
    await assertAdvises('program.mjs', program, rule, { explain: true });
  });

  it('is silent where the variable is needed, no function shares it, it is kept elsewhere, or nothing lives on', async () => {
    const bodies = [
      '  const rows = new Array(2000).fill(id);\n  callbacks.push(() => rows[0]);',
      '  const rows = new Array(2000).fill(id);\n  const first = () => rows[0];\n  callbacks.push(() => first());',
      '  const rows = new Array(2000).fill(id);\n  const { first } = { first() {\n    return rows[0];\n  } };\n  callbacks.push(() => id, first);',
      '  const rows = new Array(2000).fill(id);\n  const sum = rows.length;\n  callbacks.push(() => sum);',
      '  const rows = new Array(2000).fill(id);\n  const sum = [1].map((n) => n * rows.length).length;\n  callbacks.rows = [...(callbacks.rows ?? []), rows];\n  callbacks.push(() => sum);',
      '  const rows = new Array(2000).fill(id);\n  const sum = [1].map((n) => n * rows.length).length;\n  callbacks.push(Number.bind(null, sum));',
    ];
    for (const body of bodies) await assertAdvises('program.mjs', making(body), rule);
  });
});
