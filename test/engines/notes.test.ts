/** The profile says what of a program is not in its figures: other processes and threads. */

import assert from 'node:assert/strict';
import { testRuntimes } from '../runtimes.ts';
import { profileProgram } from './profiling.ts';
import { createProgramFolder, type ProgramFolder } from './programFolder.ts';

const children = /^The program started child processes\. They ran unharmed and were not profiled\.$/;
const workers = /^The program started worker threads\. They ran unharmed, and what they allocated is not in the figures\.$/;

for (const { major, executable } of testRuntimes()) {
  describe(`the notes of a profile on Node ${major}`, function () {
    this.timeout(60_000);
    let folder: ProgramFolder;
    beforeEach(() => (folder = createProgramFolder()));
    afterEach(() => folder.remove());

    it('name worker threads and child processes where there are any, and only there', async () => {
      const cases: readonly [string, boolean, boolean][] = [
        ["require('node:child_process').execFileSync(process.execPath, ['-v']);", true, false],
        ["require('node:child_process').spawn('true').on('exit', () => {});", true, false],
        ["new (require('node:worker_threads').Worker)('1', { eval: true });", false, true],
        ["console.log('alone');", false, false],
      ];
      for (const [index, [code, hasChildren, hasWorkers]] of cases.entries()) {
        const { profile, stderr } = await profileProgram(folder.write(`program${index}.js`, code), { runtimePath: executable });
        assert.equal(profile.exit.code, 0, stderr);
        const { notes } = profile.engine;
        assert.deepEqual(
          [notes.some((note) => children.test(note)), notes.some((note) => workers.test(note))],
          [hasChildren, hasWorkers],
          code,
        );
      }
    });

    it('say that files run as they are with --trace-uncaught, and only then', async () => {
      const file = folder.write('thrown.js', 'process.exitCode = 0;');
      for (const [runtimeArgs, isNoted] of [
        [['--trace-uncaught'], true],
        [[], false],
      ] as const) {
        const { profile } = await profileProgram(file, { runtimePath: executable, runtimeArgs });
        assert.equal(
          profile.engine.notes.some((note) => note.includes('--trace-uncaught')),
          isNoted,
        );
      }
    });
  });
}
