/** Top-level awaits tell where they stand, for Node's warning of one that never settles to show the original line. */

import assert from 'node:assert/strict';
import { instrumented, run } from './runInstrumented.ts';

describe('top-level awaits', () => {
  const told: readonly (readonly [source: string, waits: readonly string[]])[] = [
    ['log(await 1)', ['1:4', 'ran']],
    ['const { a } = [await (1, 2), await (await 3)];\nlog(a); // end', ['1:15', '1:36', '1:29', 'ran']],
    ['if (true) await 1\nexport default class { static [await 2] = 5 }', ['1:10', '2:31', 'ran']],
    ['const f = async () => { await 1 };\nawait f(); export { f }', ['2:0', 'ran']],
    ['for await (const x of [1, 2]) log(x);', ['1:17', 'ran']],
    ['for await (const [x, y] of [[1, 2]]) { await x; log(y) }', ['1:22', '1:39', '1:22', 'ran']],
    ['let x; { for await ({ x } of [{ x: 3 }]) { for await (const y of [x]) log(y) } }', ['1:20', '1:60', '1:20', 'ran']],
    ['for await (const x of [1, 2]) await x', ['1:17', '1:30', '1:17', '1:30', '1:17', 'ran']],
    [
      'for await (const x of [1, 2, 3]) {\n  if (x < 3) continue;\n  for (const y of [1]) { if (y) continue; log(y) }\n  log(await x);\n}',
      ['1:17', '1:17', '1:17', '4:6', '1:17', 'ran'],
    ],
    ['if (true) for await (const x of [1]) log(x); await 2', ['1:27', '1:45', 'ran']],
    ['label: while (true) { await 1; break label }', ['1:22', 'ran']],
    ['try { await Promise.reject(1) } catch { log(await 2) }', ['1:6', '1:44', 'ran']],
  ];
  for (const [source, waits] of told) {
    it(`tell each place in ${JSON.stringify(source)}`, async () => {
      const rewritten = await run(instrumented(source, 'module').code, 'module');
      assert.deepEqual(rewritten.waits, waits);
      assert.deepEqual(rewritten.log, (await run(source, 'module')).log);
    });
  }

  const silent = [
    // They wait where nothing can be put in.
    'await using x = null; await 1',
    'const a = []; for await (a[0] of [1]) log(a)',
    'for await (const x of [1, 2]) { try { if (x) continue } finally { await x } }',
    'for await (const x of await [1]) log(x)',
    'label: for await (const x of [1]) log(x)',
    "import assert from 'node:assert';\nassert(await 1)",
    // Nothing waits.
    'const f = async () => { await 1; for await (const x of []) log(x) }; f()',
  ];
  for (const source of silent) {
    it(`tell nothing in ${JSON.stringify(source)}`, () => {
      assert.ok(!instrumented(source, 'module').code.includes('$ml_y'));
    });
  }
});
