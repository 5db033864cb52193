/** What a program prints and how it ends is the same with and without the profiler, on every Node version. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { testRuntimes } from '../runtimes.ts';
import { comparePrograms, differences, fixturePrograms } from './comparing.ts';

const themes = {
  process: 'sees the same process',
  exits: 'ends in the same way',
  errors: 'fails with the same errors at the same places',
  modules: 'loads the same modules',
  threads: 'has the same threads and children',
};

for (const { major, executable } of testRuntimes()) {
  const version = execFileSync(executable, ['-p', 'process.versions.node'], { encoding: 'utf8' });
  describe(`a program on Node ${major}`, function () {
    this.timeout(120_000);
    for (const [theme, sentence] of Object.entries(themes)) {
      it(sentence, async () => {
        const compared = await comparePrograms(fixturePrograms(theme), executable, version);
        assert.ok(compared.length > 0);
        assert.equal(differences(compared).join('\n'), '');
      });
    }
  });
}
