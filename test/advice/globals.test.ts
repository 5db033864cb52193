import assert from 'node:assert/strict';
import { assertAdvises, assertFixSaves } from './advising.ts';

const rule = 'global-to-local';
const texts = "['%060d' % number for number in range(20_000)]";

describe('global-to-local', function () {
  this.timeout(60_000);

  it('speaks of a name that one function alone uses, which was called once', async () => {
    const program = `TABLE = ${texts}  # advise

def total():
    return sum(len(text) for text in TABLE)

print(total())
`;
    const { advice } = await assertAdvises('program.py', program, rule);
    assert.match(advice.find((each) => each.rule === rule)?.title ?? '', /^Make TABLE a local variable of total\(\)/);
  });

  it('speaks of a name that is not used any more while the program goes on, and its fix lets go of it', async () => {
    const program = `table = ${texts}  # advise
print(len(table))
total = 0
for number in range(300_000):
    total += len('%050d' % number)
print(total)
`;
    await assertFixSaves('program.py', program, rule, 'live');
  });

  it('is silent where it is used by several functions or calls, or to the end', async () => {
    const programs = [
      `TABLE = ${texts}\ndef first():\n    return TABLE[0]\ndef second():\n    return TABLE[1]\nprint(first(), second())\n`,
      `TABLE = ${texts}\ndef look(at):\n    return TABLE[at]\nprint(look(0), look(1))\n`,
      `table = ${texts}\nprint(len(table))\n`,
      `SMALL = ['%010d' % number for number in range(2_000)]\ndef total():\n    return len(SMALL)\nprint(total())\n`,
    ];
    for (const program of programs) await assertAdvises('program.py', program, rule);
  });
});

describe('share-equal-strings', function () {
  this.timeout(60_000);

  it('speaks of equal strings, and its fix keeps one of each', async () => {
    const program = `names = [f'the name of person number {number % 50:05d}' for number in range(40_000)]  # advise
print(len(names), names[77])
`;
    await assertFixSaves('program.py', program, 'share-equal-strings', 'live', {}, 1.3);
  });

  it('is silent about strings that differ, and about shared ones', async () => {
    for (const program of [
      "names = [f'the name of person number {number:05d}' for number in range(40_000)]\nprint(len(names))\n",
      "import sys\nnames = [sys.intern(f'the name of person number {number % 50:05d}') for number in range(400_000)]\nprint(len(names))\n",
    ]) {
      await assertAdvises('program.py', program, 'share-equal-strings');
    }
  });
});
