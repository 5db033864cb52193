import assert from 'node:assert/strict';
import { adviseProgram, applyFix, assertAdvises, assertFixSaves } from './advising.ts';

describe('cache-pure-call', function () {
  this.timeout(60_000);

  const repeated = `def spelled(number):  # advise
    text = ''
    for digit in str(number):
        text = digit + '-' + text
    return text * 40

total = 0
for turn in range(20_000):
    total += len(spelled(turn % 50))
print(total)
`;

  it('speaks of a pure function that is called again and again with the same arguments, and its fix saves the repetition', async () => {
    await assertFixSaves('program.py', repeated, 'cache-pure-call', 'allocated', { explain: true }, 1.3);
  });

  it('keeps apart what is equal and has another type', async () => {
    const program = `def label(value):
    text = ('v' + str(value)) * 100
    return text

for turn in range(20_000):
    label(turn % 50)
print(label(1)[:3], label(1.0)[:5], label(True)[:6])
`;
    const { advice, stdout } = await adviseProgram('program.py', program, { explain: true });
    const fixed = applyFix(
      'program.py',
      program,
      advice.find(({ rule }) => rule === 'cache-pure-call'),
    );
    assert.equal((await adviseProgram('program.py', fixed)).stdout, stdout);
  });

  it('is silent where the arguments differ or the function does more than give a result', async () => {
    const quiet = repeated.replace('  # advise', '');
    for (const program of [
      quiet.replace('turn % 50', 'turn'),
      `seen = []\n${quiet.replace("    text = ''", "    text = ''\n    seen.append(number)")}`,
      `import random\n${quiet.replace("    text = ''", '    text = str(random.random())')}`,
    ]) {
      await assertAdvises('program.py', program, 'cache-pure-call', { explain: true });
    }
  });
});
