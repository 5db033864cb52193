/** Figures against known truths, on every Node version. */

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { profileSums } from '../../src/core/profileSums.ts';
import { testRuntimes } from '../runtimes.ts';
import { untruthsOf } from './knownTruths.ts';
import { profileProgram, projectRoot } from './profiling.ts';

const folder = path.join(projectRoot, 'test/fixtures/accuracy');
const imported = ['rows.mjs', 'extra.mjs'];
const programs = fs.readdirSync(folder).filter((name) => /\.m?js$/.test(name) && !imported.includes(name));

for (const { major, executable } of testRuntimes()) {
  describe(`accuracy on Node ${major}`, function () {
    this.timeout(60_000);
    // Figures are sampled: now and then one is off by more than three of its standard errors, but not again and again. Of eight strings
    // of 500 kB, which can't be followed by weak references, about one run in four misses one that is alive.
    this.retries(2);
    for (const name of programs) {
      it(`gives the known figures of ${name}`, async () => {
        const { profile } = await profileProgram(path.join(folder, name), { runtimePath: executable });
        assert.deepEqual(
          profile.files.flatMap((file) => untruthsOf(file)),
          [],
        );
        for (const sum of profileSums(profile))
          assert.ok(sum.holds, `${sum.metric}: lines and rest make ${sum.linesBytes} and ${sum.unattributedBytes}`);
      });
    }
  });
}
