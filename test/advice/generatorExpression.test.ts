import assert from 'node:assert/strict';
import { assertAdvises, assertFixSaves } from './advising.ts';

const rule = 'generator-expression';

describe('generator-expression', function () {
  this.timeout(60_000);

  it('speaks of a list that is built only for sum(), and its fix saves the list and its items', async () => {
    await assertFixSaves('program.py', 'print(sum([n * n for n in range(200_000)]))  # advise\n', rule, 'peak');
  });

  it('leaves brackets where there are other arguments', async () => {
    const program = 'print(max([str(n) for n in range(100_000)], key=len, default=0))  # advise\n';
    await assertFixSaves('program.py', program, rule, 'peak');
  });

  it('offers no fix where a generator would do something else', async () => {
    const program = `
seen = 0
def look(n):
    global seen
    seen += 1
    return n > 5
print(any([look(n) for n in range(300_000)]), seen)  # advise
`;
    const { advice } = await assertAdvises('program.py', program, rule);
    assert.equal(advice.find((each) => each.rule === rule)?.fix, undefined);
  });

  it('is silent where the list is kept, small, not at the peak, suppressed, or sum is not the builtin', async () => {
    const programs = [
      'kept = [n * n for n in range(200_000)]\nprint(sum(kept), len(kept))\n',
      'big = [None] * 10_000_000\nprint(sum([n * n for n in range(9_000)]), len(big))\n',
      'print(sum([n * n for n in range(60_000)]))\nbig = [None] * 1_000_000\nprint(len(big))\n',
      'print(sum([n * n for n in range(200_000)]))  # memory-lens: ignore[generator-expression]\n',
      'def sum(items):\n    return len(items)\nprint(sum([n * n for n in range(200_000)]))\n',
      'print(sum(n * n for n in range(200_000)))\n',
      // What the function made is held by the table, whatever becomes of the list.
      'seen = {}\ndef handle(n):\n    seen[n] = bytes(2000)\n    return n\nprint(sum([handle(n) for n in range(3000)]), len(seen))\n',
    ];
    for (const program of programs) await assertAdvises('program.py', program, rule);
  });
});
