/**
 * Generated Python programs run the same under the profiler, and its figures are those of referees: sys.settrace, tracemalloc. A failure
 * names its seed; `node -e "import('./test/fuzz/pythonProgram.ts').then((m) => console.log(m.generatePythonProgram(SEED).main))"` shows it.
 * PYTHON_FUZZ_FIRST_SEED and PYTHON_FUZZ_COUNT (of each Python) look further than the seeds of every run.
 */
import assert from 'node:assert/strict';
import { testPythons } from '../runtimes.ts';
import { comparePythonSeed } from './pythonRuns.ts';

const firstSeed = Number(process.env['PYTHON_FUZZ_FIRST_SEED'] ?? 1);
const count = Number(process.env['PYTHON_FUZZ_COUNT'] ?? 1);

describe('generated Python programs', () => {
  testPythons().forEach((python, index) => {
    const first = firstSeed + index * count;
    it(`are measured truly, ${count === 1 ? `seed ${first}` : `seeds ${first} to ${first + count - 1}`} on ${python.name}`, async function () {
      this.timeout(60_000 * count);
      const differences: string[] = [];
      let figureCount = 0;
      let countCount = 0;
      for (let seed = first; seed < first + count; seed += 1) {
        const result = await comparePythonSeed(seed, python);
        differences.push(...result.differences.map((difference) => `seed ${seed}: ${difference}`));
        figureCount += result.comparedFigureCount;
        countCount += result.comparedCountCount;
      }
      assert.deepEqual(differences, []);
      assert.ok(figureCount >= 5 * count, `only ${figureCount} figures were compared`);
      assert.ok(countCount > 50 * count, `only ${countCount} counts were compared`);
    });
  });
});
