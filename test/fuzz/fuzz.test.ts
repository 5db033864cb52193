/**
 * Generated programs run the same rewritten as not. A failure names its seed; to see that program:
 * `node -e "import('./test/fuzz/generateProgram.ts').then((m) => console.log(m.generateProgram(SEED).code))"`.
 * FUZZ_FIRST_SEED and FUZZ_COUNT look further than the seeds of every run.
 */
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { testRuntime } from '../runtimes.ts';
import { compareSeeds } from './differences.ts';

const batchCount = 150;
const firstSeed = Number(process.env['FUZZ_FIRST_SEED'] ?? 1);
const count = Number(process.env['FUZZ_COUNT'] ?? 1200);

describe('generated programs', () => {
  for (let first = firstSeed; first < firstSeed + count; first += batchCount) {
    const batch = (first - firstSeed) / batchCount;
    const major = [24, 18, 26, 22][batch % 4]!;
    const size = Math.min(batchCount, firstSeed + count - first);
    it(`log the same rewritten as not, seeds ${first} to ${first + size - 1} on Node ${major}`, function () {
      this.timeout(180_000);
      const { differences, programCount, loggedCount, siteCount } = compareSeeds(testRuntime(major).executable, first, size);
      assert.ok(programCount > 0.8 * size, `only ${programCount} programs parse`);
      assert.ok(loggedCount > 40 * programCount, `they log only ${loggedCount} lines`);
      assert.ok(siteCount > 20 * programCount, `they have only ${siteCount} markers`);
      assert.equal(differences.length, 0, inspect(differences, { depth: 4, breakLength: 200 }));
    });
  }
});
