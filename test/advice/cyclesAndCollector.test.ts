import assert from 'node:assert/strict';
import { testPythons } from '../runtimes.ts';
import { adviseProgram, assertAdvises, assertFixSaves } from './advising.ts';

/** Each node refers to itself and holds 800 bytes and more. */
const node = `class Node:
    def __init__(self):
        self.me = self
        self.room = [None] * 100

`;
const nodes = `for number in range(5_000):
    Node()  # advise
print('done')
`;

describe('break-cycle', function () {
  this.timeout(60_000);

  for (const { name, executable } of testPythons()) {
    it(`speaks of the line that makes cycles, with the circle, on ${name}`, async () => {
      const { advice } = await assertAdvises('program.py', node + nodes, 'break-cycle', { runtimePath: executable });
      const found = advice.find(({ rule }) => rule === 'break-cycle');
      assert.match(found?.title ?? '', /Node/);
      // 5,000 lists of 56 + 800 bytes, and their instances.
      assert.ok((found?.estimatedSavingBytes ?? 0) > 5_000 * 856 * 0.9, String(found?.estimatedSavingBytes));
    });
  }

  it('is silent where the reference is weak, and where nothing refers back', async () => {
    const weak = `import weakref\n${node.replace('self.me = self', 'self.me = weakref.ref(self)')}`;
    const none = node.replace('self.me = self', 'self.me = None');
    for (const start of [weak, none]) {
      const { advice } = await adviseProgram('program.py', start + nodes);
      assert.deepEqual(
        advice.filter(({ rule }) => rule === 'break-cycle'),
        [],
      );
    }
  });
});

describe('collector-off', function () {
  this.timeout(60_000);

  const off = `import gc\n${node}gc.disable()  # advise\n${nodes.replace('  # advise', '')}`;

  it('speaks of the line that turned it off, and its fix lets the cycles go while the program runs', async () => {
    await assertFixSaves('program.py', off, 'collector-off', 'peak', {}, 1.6);
  });

  it('is silent where the collector is turned on again, called, or nothing is in cycles', async () => {
    const programs = [`${off}gc.enable()\n`, `${off}gc.collect()\n`, off.replace('self.me = self', 'self.me = None'), node + nodes];
    for (const program of programs) await assertAdvises('program.py', program.replaceAll('  # advise', ''), 'collector-off');
  });
});
