/** Which collections of a JavaScript program are listed, and what they moved out of the young generation. */

import assert from 'node:assert/strict';
import type { Collection } from '../../src/core/profile.ts';
import { testRuntimes } from '../runtimes.ts';
import { profileProgram } from './profiling.ts';
import { createProgramFolder, type ProgramFolder } from './programFolder.ts';

/** About 24 MB of objects that are kept, nothing else. */
const keepsAll = 'const kept = [];\nfor (let i = 0; i < 300_000; i++) kept.push({ i, pair: [i, i + 1] });\nglobalThis.kept = kept;\n';
/** About as much, of which nothing is kept. */
const keepsNone = 'let last;\nfor (let i = 0; i < 300_000; i++) last = { i, pair: [i, i + 1] };\nglobalThis.last = last;\n';
/** One line that fills the young generation by itself, and then two of which the one allocates three times as much as the other. */
const phases = `let last;
for (let i = 0; i < 400_000; i++)
  last = { i, pair: [i, i + 1] };
console.log(performance.now());
for (let i = 0; i < 400_000; i++) {
  last = [i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i];
  last = [i, i, i, i];
}
console.log(performance.now());
globalThis.last = last;
`;

for (const { major, executable } of testRuntimes()) {
  describe(`collections on Node ${major}`, function () {
    this.timeout(60_000);
    let folder: ProgramFolder;
    beforeEach(() => (folder = createProgramFolder()));
    afterEach(() => folder.remove());

    async function promotedRatio(program: string): Promise<number> {
      const { profile } = await profileProgram(folder.write('program.js', program), { runtimePath: executable });
      const minor = profile.collections.filter(({ kind }) => kind === 'minor');
      assert.ok(minor.length > 0);
      assert.ok(minor.every(({ promotedBytes }) => promotedBytes !== undefined));
      assert.ok(profile.collections.every(({ kind, promotedBytes }) => kind === 'minor' || promotedBytes === undefined));
      return minor.reduce((sum, { promotedBytes = 0 }) => sum + promotedBytes, 0) / (profile.totals.allocatedBytes ?? 0);
    }

    it('promote what is kept, as far as full collections did not, and hardly anything of what is not', async () => {
      // What a full collection of the profiling's finds first, it promotes itself: more of it on a busy machine.
      let kept = 0;
      for (let attempt = 0; attempt < 3 && kept <= 0.1; attempt++) kept = await promotedRatio(keepsAll);
      const dropped = await promotedRatio(keepsNone);
      assert.ok(kept > 0.1 && kept < 1, String(kept));
      // What is being made when a collection begins survives it, and so does what V8 makes for itself.
      assert.ok(dropped < 0.1 && dropped < kept / 2, `${dropped} of what is dropped, ${kept} of what is kept`);
    });

    it('are charged to the lines that filled the young generation, in each phase of the run by its own allocations', async function () {
      // When a collection ran is known between two looks only, which a busy machine draws apart.
      this.retries(2);
      const { profile, stdout } = await profileProgram(folder.write('program.js', phases), { runtimePath: executable });
      // The profile's clock starts where the program does, the program's own with the process: they tell the same distance.
      const [firstEndMs = NaN, secondEndMs = NaN] = stdout.trim().split('\n').map(Number);
      const inSecond = profile.durationMs - (secondEndMs - firstEndMs);
      const isSecond = ({ atMs }: Collection): boolean => atMs >= inSecond;
      const second = profile.collections.filter(isSecond).length;
      const first = profile.collections.length - second;
      const counts = new Map(profile.files[0]?.lines.map(({ line, collectionCount = 0 }) => [line, collectionCount]));
      const [alone, larger, smaller] = [counts.get(3) ?? 0, counts.get(6) ?? 0, counts.get(7) ?? 0];
      const text = JSON.stringify({ first, second, alone, larger, smaller });
      assert.ok(Math.abs(alone - first) <= 2 + 0.15 * first, text);
      assert.ok(Math.abs(larger + smaller - second) <= 2 + 0.15 * second, text);
      assert.ok(Math.abs(larger - 3 * smaller) <= 2 + 0.25 * larger, text);
      assert.ok([...counts.values()].reduce((sum, count) => sum + count, 0) <= profile.collections.length, text);
      assert.match(profile.engine.notes.join(' '), /collections are charged to lines by what each allocated/);
    });

    it('leave out those that the profiling asked for, and say so', async () => {
      const { profile } = await profileProgram(folder.write('program.js', 'globalThis.kept = new Array(100_000).fill(1);\n'), {
        runtimePath: executable,
      });
      assert.deepEqual(
        profile.collections.filter(({ kind }) => kind === 'major'),
        [],
      );
      assert.match(profile.engine.notes.join(' '), /the profiling ran \d+ full collections? of its own, which are not listed\./);
    });
  });
}
