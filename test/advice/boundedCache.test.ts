import assert from 'node:assert/strict';
import { testPythons } from '../runtimes.ts';
import { assertAdvises, assertFixSaves } from './advising.ts';

/** 20,000 texts of 200 characters. */
const unbounded = `import functools

@functools.lru_cache(maxsize=None)
def padded(number):  # advise
    return '%0200d' % number

total = 0
for number in range(20_000):
    total += len(padded(number)) + len(padded(number))
print(total)
`;

describe('bounded-cache', function () {
  this.timeout(60_000);

  for (const { name, minor, executable } of testPythons()) {
    it(`speaks of an unlimited cache that only grows, and its fix saves the older entries, on ${name}`, async () => {
      await assertFixSaves('program.py', unbounded, 'bounded-cache', 'live', { runtimePath: executable }, 1.3);
      const short = unbounded
        .replace('import functools', 'from functools import cache')
        .replace('functools.lru_cache(maxsize=None)', 'cache');
      if (minor >= 9) await assertFixSaves('program.py', short, 'bounded-cache', 'live', { runtimePath: executable }, 1.3);
    });
  }

  it('offers no fix where running the function again would do more than give its result', async () => {
    const program = unbounded.replace(
      "    return '%0200d' % number",
      "    if number == 0:\n        print('called')\n    return '%0200d' % number",
    );
    const { advice } = await assertAdvises('program.py', program, 'bounded-cache');
    const found = advice.find(({ rule }) => rule === 'bounded-cache');
    assert.deepEqual(found?.evidence.slice(2), [
      { name: 'hits', value: 20_000, unit: 'count' },
      { name: 'misses', value: 20_000, unit: 'count' },
      { name: 'entries', value: 20_000, unit: 'count' },
    ]);
    assert.equal(found.fix, undefined);
  });

  it('speaks of a dictionary that is a cache', async () => {
    const program = `CACHE = {}  # advise

def padded(number):
    if number not in CACHE:
        CACHE[number] = '%0200d' % number
    return CACHE[number]

print(sum(len(padded(number)) for number in range(20_000)))
`;
    await assertAdvises('program.py', program, 'bounded-cache');
  });

  it('is silent about caches that are bounded, small, or cleared', async () => {
    const quiet = unbounded.replace('  # advise', '');
    for (const program of [
      quiet.replace('maxsize=None', 'maxsize=20_000'),
      quiet.replace('range(20_000)', 'range(100)'),
      `${quiet}padded.cache_clear()\n`,
    ]) {
      await assertAdvises('program.py', program, 'bounded-cache');
    }
  });
});
