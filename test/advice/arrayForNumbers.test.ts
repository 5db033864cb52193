import assert from 'node:assert/strict';
import { testPythons } from '../runtimes.ts';
import { assertAdvises, assertFixSaves } from './advising.ts';

const rule = 'array-for-numbers';

/** 100,000 floats of 24 bytes. */
const floats = `"""Doc."""
import random
random.seed(1)
values = [random.random() for _ in range(100_000)]  # advise
print(sum(values), max(values), values[17], len(values))
for value in values:
    if value > 0.9999:
        print(value)
`;

/** Many, for importing array takes 0.6 MB by itself on 3.13. */
const inMain = `def main():
    values = [float(number) for number in range(300_000)]  # advise
    print(sum(values))

main()
`;

describe('array-for-numbers', function () {
  this.timeout(60_000);

  for (const { name, executable } of testPythons()) {
    it(`speaks of lists of floats and ints, and its fix saves the numbers' objects, on ${name}`, async () => {
      const request = { runtimePath: executable };
      await assertFixSaves('floats.py', floats, rule, 'live', request, 1.3);
      await assertFixSaves('inMain.py', inMain, rule, 'peak', request, 1.3);
      const ints =
        'numbers = list(range(1_000_000, 1_100_000))  # advise\nmore = []\nfor n in numbers:\n    more.append(n + 7)  # advise\n';
      const { advice } = await assertAdvises('ints.py', ints, rule, request);
      for (const { estimatedSavingBytes = 0, fix } of advice.filter((each) => each.rule === rule)) {
        // 28 bytes each, rounded up to 32 from 3.11 on, and a hundredth of the count for what is reused.
        assert.ok(estimatedSavingBytes > 2_750_000 && estimatedSavingBytes <= 3_200_032, String(estimatedSavingBytes));
        assert.equal(fix, undefined);
      }
    });
  }

  it('offers no fix where a list is needed', async () => {
    for (const use of [
      'print(str(values)[:9])',
      'values.sort()',
      'values[3] = 1',
      'print(values[2:4])',
      'copy = values + [1.0]',
      'def f():\n    return values',
    ]) {
      const program = `values = [float(number) for number in range(100_000)]  # advise\n${use}\n`;
      const { advice } = await assertAdvises('program.py', program, rule);
      assert.equal(advice.find((each) => each.rule === rule)?.fix, undefined, use);
    }
  });

  it('offers no fix for what is an attribute of a class, whose uses are not seen', async () => {
    const program =
      'class Model:\n    weights = [float(number) for number in range(100_000)]  # advise\n\nModel.weights.sort()\nprint(Model.weights[:2])\n';
    const { advice } = await assertAdvises('program.py', program, rule);
    assert.equal(advice.find((each) => each.rule === rule)?.fix, undefined);
  });

  it('is silent about small ints, which are shared, and lists of other things', async () => {
    const programs = [
      'small = [number % 100 for number in range(400_000)]\nprint(len(small))\n',
      'texts = [str(number) for number in range(100_000)]\nprint(len(texts))\n',
      'import array\nvalues = array.array("d", (float(n) for n in range(400_000)))\nprint(len(values))\n',
      'pairs = [(float(n), n) for n in range(100_000)]\nprint(len(pairs))\n',
    ];
    for (const program of programs) await assertAdvises('program.py', program, rule);
  });
});
