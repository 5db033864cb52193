import assert from 'node:assert/strict';
import { assertAdvises, assertFixSaves } from './advising.ts';

const rule = 'iterate-file';

/** 40,000 lines of 30 characters: a list of them takes 40,000 x (8 + 49 + 30) = 3.5 MB. */
const written = `with open('lines.txt', 'w') as f:
    for part in range(40):
        f.write(('%029d\\n' % part) * 1_000)

`;

describe('iterate-file', function () {
  this.timeout(60_000);

  it('speaks of readlines() in a loop, and its fix saves the list', async () => {
    const loop = `${written}total = 0
with open('lines.txt') as f:
    for line in f.readlines():  # advise
        total += int(line)
print(total)
`;
    await assertFixSaves('loop.py', loop, rule, 'peak');
    const generator = `${written}print(sum(int(line) for line in open('lines.txt').readlines()))  # advise\n`;
    await assertFixSaves('generator.py', generator, rule, 'peak');
  });

  it('speaks of a text that is read whole and split, without a fix', async () => {
    const programs = [
      `for line in open('lines.txt').read().split('\\n'):  # advise\n    len(line)\n`,
      `with open('lines.txt') as f:\n    lines = f.read().splitlines()  # advise\nfor line in lines:\n    len(line)\n`,
      `def main():\n    f = open('lines.txt')\n    text = f.read()  # advise\n    for line in text.splitlines():\n        len(line)\nmain()\n`,
      `from pathlib import Path\nwith Path('lines.txt').open() as f:\n    lines = f.readlines()  # advise\nfor line in lines:\n    len(line)\n`,
    ];
    for (const program of programs) {
      const { advice } = await assertAdvises('program.py', written + program, rule);
      assert.equal(advice.find((each) => each.rule === rule)?.fix, undefined);
    }
  });

  it('offers no fix where the file is used on, or may be written, while the loop runs', async () => {
    const programs = [
      `with open('lines.txt') as f:\n    for line in f.readlines():  # advise\n        f.tell()\n`,
      `f = open('lines.txt')\nfor line in f.readlines():  # advise\n    len(line)\nprint(len(f.read()))\n`,
      `for line in open('lines.txt').readlines():  # advise\n    with open('other.txt', 'w') as out:\n        out.write(line)\n    break\n`,
    ];
    for (const program of programs) {
      const { advice } = await assertAdvises('program.py', written + program, rule);
      assert.equal(advice.find((each) => each.rule === rule)?.fix, undefined, program);
    }
    const closed = `${written}f = open('lines.txt')\nfor line in f.readlines():  # advise\n    len(line)\nf.close()\n`;
    await assertFixSaves('program.py', closed, rule, 'peak');
  });

  it('is silent where the lines are kept or used twice, the file is iterated or small, or it is no file', async () => {
    const programs = [
      `kept = []\nfor line in open('lines.txt').readlines():\n    kept.append(line)\n`,
      `lines = open('lines.txt').readlines()\nfor line in lines:\n    len(line)\nprint(len(lines))\n`,
      `for line in open('lines.txt'):\n    len(line)\n`,
      `big = [None] * 10_000_000\nfor line in open('lines.txt').readlines():\n    len(line)\n`,
      `class Lines:\n    def readlines(self):\n        return [str(n) for n in range(60_000)]\nfor line in Lines().readlines():\n    len(line)\n`,
    ];
    for (const program of programs) await assertAdvises('program.py', written + program, rule);
  });
});
