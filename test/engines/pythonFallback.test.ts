/** Where the native recorder can't work, the recorder in pure Python takes its place, and the profile says so. */

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseProfile } from '../../src/core/decodeProfile.ts';
import { profileSums } from '../../src/core/profileSums.ts';
import { testPythons } from '../runtimes.ts';
import { lineOf, profileProgram, projectRoot } from './profiling.ts';
import { createProgramFolder, type ProgramFolder } from './programFolder.ts';

const mebibyte = 1_048_576;
const founding = path.join(projectRoot, 'test/fixtures/pythonAccuracy/founding.py');

for (const { name: pythonName, executable } of testPythons()) {
  describe(`the fallback on ${pythonName}`, function () {
    this.timeout(60_000);
    let folder: ProgramFolder;
    beforeEach(() => (folder = createProgramFolder()));
    afterEach(() => folder.remove());

    it('shows the founding example as it is told, and that it is the fallback', async () => {
      const { profile } = await profileProgram(founding, { runtimePath: executable, recorder: 'fallback' });
      const source = fs.readFileSync(founding, 'utf8').split('\n');
      for (const [text, netMebibytes] of [
        ['a = [1]', '7.6'],
        ['b = [2]', '152.6'],
        ['del b', '-152.6'],
      ] as const) {
        const line = lineOf(profile, 'founding.py', source.findIndex((candidate) => candidate.includes(text)) + 1);
        assert.equal(((line?.netBytes ?? 0) / mebibyte).toFixed(1), netMebibytes, text);
        assert.equal(line?.executionCount, 1);
      }
      assert.equal(profile.engine.name, 'memory-lens-python-fallback');
      assert.match(profile.engine.notes[0] ?? '', /fallback recorder in pure Python/);
      assert.ok((profile.engine.profilerCpuMs ?? 0) > 0);
      assert.ok(Math.abs(profile.totals.peakBytes / mebibyte - 160.2) < 1, `peak ${profile.totals.peakBytes}`);
      for (const sum of profileSums(profile)) assert.ok(sum.holds, sum.metric);
      parseProfile(JSON.stringify(profile), 'the profile');
    });

    it('gives the figures so far when the program is stopped', async () => {
      const code = 'kept = [1] * 1_000_000\nprint("ready", flush=True)\nwhile True:\n    again = [2] * 1000\n';
      const stop = new AbortController();
      const { profile } = await profileProgram(
        folder.write('spins.py', code),
        { runtimePath: executable, recorder: 'fallback', onOutput: () => setTimeout(() => stop.abort(), 300) },
        { stop: stop.signal },
      );
      assert.equal(profile.exit.stopped, true);
      const kept = lineOf(profile, 'spins.py', 1)?.liveBytes ?? 0;
      assert.ok(Math.abs(kept - 8_000_056) < 1000, `${kept}`);
      for (const sum of profileSums(profile)) assert.ok(sum.holds, sum.metric);
    });

    it('takes the place of a library that can not be loaded', async () => {
      const dist = path.join(folder.path, 'dist');
      fs.cpSync(path.join(projectRoot, 'dist/probe'), path.join(dist, 'probe'), { recursive: true });
      const libraries = fs.readdirSync(path.join(projectRoot, 'dist/native')).filter((name) => /\.(so|dll|dylib)$/.test(name));
      assert.ok(libraries.length > 0);
      for (const [what, content] of [
        // The field of the header that says for which processor it is.
        ['of another processor', (whole: Buffer) => Buffer.concat([whole.subarray(0, 18), Buffer.from([0xf7, 0]), whole.subarray(20)])],
        ['no library', () => Buffer.from('hello')],
        // Loading these would end the program by SIGBUS.
        ['a header only', (whole: Buffer) => whole.subarray(0, 40)],
        ['cut short', (whole: Buffer) => whole.subarray(0, 1000)],
        ['half of one', (whole: Buffer) => whole.subarray(0, whole.length / 2)],
        ['all but one byte', (whole: Buffer) => whole.subarray(0, -1)],
      ] as const) {
        fs.mkdirSync(path.join(dist, 'native'), { recursive: true });
        for (const name of libraries) {
          fs.writeFileSync(path.join(dist, 'native', name), content(fs.readFileSync(path.join(projectRoot, 'dist/native', name))));
        }
        const { profile, stdout, stderr } = await profileProgram(folder.write('program.py', 'kept = [1] * 1_000_000\nprint("ran")\n'), {
          runtimePath: executable,
          distFolder: dist,
        });
        assert.equal(stdout, 'ran\n', stderr);
        assert.equal(stderr, '');
        assert.match(profile.engine.notes[0] ?? '', /fallback recorder in pure Python.*memory-lens-/, what);
        // It gives the least that a line must have, and what moves besides may be some bytes.
        assert.ok((lineOf(profile, 'program.py', 1)?.allocatedBytes ?? 0) >= 8_000_000 - 256, what);
      }
    });
  });
}
