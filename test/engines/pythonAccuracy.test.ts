/** Figures of Python programs against known truths, on every Python that is here. */

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseProfile } from '../../src/core/decodeProfile.ts';
import { profileSums } from '../../src/core/profileSums.ts';
import type { MemoryProfile } from '../../src/core/profile.ts';
import { numpyPythons, testPythons } from '../runtimes.ts';
import { untruthsOf } from './knownTruths.ts';
import { lineOf, profileProgram, projectRoot } from './profiling.ts';

const folder = path.join(projectRoot, 'test/fixtures/pythonAccuracy');
const mebibyte = 1_048_576;
const numpyProgram = 'numpyArrays.py';
const programs = fs.readdirSync(folder).filter((name) => name.endsWith('.py') && name !== numpyProgram);
const exactRatio = 0.05;
const sampledRatio = 0.1;

for (const { name: pythonName, executable } of testPythons()) {
  describe(`accuracy on ${pythonName}`, function () {
    this.timeout(60_000);
    for (const name of programs) {
      it(`gives the known figures of ${name}`, async () => {
        const { profile, stderr } = await profileProgram(path.join(folder, name), { runtimePath: executable, precision: 'exact' });
        assert.equal(profile.exit.code, 0, stderr);
        assert.equal(profile.engine.precision, 'exact', profile.engine.notes.join('\n'));
        assert.deepEqual(
          profile.files.flatMap((file) => untruthsOf(file, exactRatio)),
          [],
        );
        assertHolds(profile);
      });
    }

    it('shows the founding example as it is told', async () => {
      const { profile } = await profileProgram(path.join(folder, 'founding.py'), { runtimePath: executable });
      const source = fs.readFileSync(path.join(folder, 'founding.py'), 'utf8').split('\n');
      const lineNumber = (text: string): number => source.findIndex((line) => line.includes(text)) + 1;
      for (const [text, netMebibytes] of [
        ['a = [1]', 7.6],
        ['b = [2]', 152.6],
        ['del b', -152.6],
      ] as const) {
        const net = lineOf(profile, 'founding.py', lineNumber(text))?.netBytes ?? 0;
        assert.equal((net / mebibyte).toFixed(1), netMebibytes.toFixed(1), text);
      }
    });
  });
}

describe('accuracy of figures that are sampled, all of them or where there are very many', function () {
  this.timeout(60_000);
  // Now and then one is off by more than three of its standard errors, but not again and again.
  this.retries(2);
  for (const { name: pythonName, executable } of testPythons()) {
    it(`is within a tenth on ${pythonName}`, async () => {
      for (const precision of ['sampled', 'auto'] as const) {
        for (const name of ['lists.py', 'founding.py', 'classes.py', 'comprehensions.py']) {
          const { profile } = await profileProgram(path.join(folder, name), { runtimePath: executable, precision });
          if (precision === 'sampled') assert.ok((profile.engine.samplingIntervalBytes ?? 0) > 0);
          assert.deepEqual(
            profile.files.flatMap((file) => untruthsOf(file, sampledRatio)),
            [],
          );
          assertHolds(profile);
        }
      }
    });
  }
});

for (const { name: pythonName, executable } of numpyPythons()) {
  describe(`accuracy of NumPy's arrays on ${pythonName}`, function () {
    this.timeout(60_000);
    it('gives the known figures', async () => {
      const { profile, stderr } = await profileProgram(path.join(folder, numpyProgram), { runtimePath: executable, precision: 'exact' });
      assert.equal(profile.exit.code, 0, stderr);
      assert.deepEqual(
        profile.files.flatMap((file) => untruthsOf(file, exactRatio)),
        [],
      );
      assertHolds(profile);
    });
  });
}

/** The sums of the format, and its schema. */
function assertHolds(profile: MemoryProfile): void {
  for (const { metric, holds, linesBytes, unattributedBytes } of profileSums(profile)) {
    assert.ok(holds, `${metric}: lines and rest make ${linesBytes} and ${unattributedBytes}`);
  }
  parseProfile(JSON.stringify(profile), 'the profile');
}
