/**
 * The native recorder for Linux on arm64, by Debian's Python for it under qemu: known truths through the whole engine.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { buildLibrary } from '../../scripts/native.mjs';
import { nativeTargets } from '../../scripts/nativeTargets.mjs';
import { inProject } from '../../scripts/paths.mjs';
import type { LineProfile, MemoryProfile } from '../../src/core/profile.ts';
import { lineOf, profileProgram } from '../engines/profiling.ts';
import { ensureArm64Python } from './arm64Python.ts';

const MiB = 1024 * 1024;

const program = `
def build():
    a = [1] * (10 ** 6)
    b = [2] * (2 * 10 ** 7)
    del b
    return a

def churn(count):
    for number in range(count):
        block = bytes(1000)
    return block

kept = build()
objects = [object() for _ in range(100_000)]
churn(20_000)
print("done")
`;

describe('on linux-arm64', function () {
  this.timeout(600_000);
  const folder = mkdtempSync(path.join(tmpdir(), 'memory-lens-arm64-'));
  let python: string;

  before(async function () {
    const target = nativeTargets.find(({ name }) => name === 'linux-arm64');
    assert.ok(target !== undefined);
    // What is not there is reported as not covered; on a real arm64 all tests are run with the library.
    if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get')) this.skip();
    try {
      python = await ensureArm64Python();
    } catch (error) {
      console.log(`      No Python for arm64: ${error instanceof Error ? error.message : String(error)}`);
      this.skip();
    }
    await buildLibrary(target, inProject('dist', 'native'));
    writeFileSync(path.join(folder, 'known.py'), program);
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  for (const precision of ['auto', 'exact', 'sampled'] as const) {
    it(`the known truths hold with the precision ${precision}`, async () => {
      const file = path.join(folder, 'known.py');
      const samplingIntervalBytes = precision === 'sampled' ? 512 : undefined;
      const { profile, stdout } = await profileProgram(file, { runtimePath: python, precision, samplingIntervalBytes });
      assert.equal(stdout, 'done\n');
      assert.equal(profile.exit.code, 0);
      const { notes } = profile.engine;
      assert.deepEqual(
        notes.filter((note) => /native recorder|fallback/.test(note)),
        [],
      );
      const isExact = precision !== 'sampled';
      assert.equal(profile.engine.precision, isExact ? 'exact' : 'sampled');
      const near = (actual: number | undefined, expected: number, what: string) => {
        const difference = Math.abs((actual ?? NaN) - expected);
        assert.ok(difference <= expected * (isExact ? 0.01 : 0.1), `${what}: ${actual}, expected ${expected}`);
      };
      const line = (text: string) => lineWith(profile, text);
      near(line('a = [1]').allocatedBytes, 8_000_000, 'a');
      near(line('b = [2]').allocatedBytes, 160_000_000, 'b');
      near(line('b = [2]').peakBytes, 160_000_000, 'b at the peak');
      near(-(line('del b').netBytes ?? NaN), 160_000_000, 'what del b gave back');
      near(line('object()').liveBytes, 100_000 * 16 + 800_984, 'objects');
      near(line('bytes(1000)').allocatedBytes, 20_000 * 1033, 'churn');
      assert.equal(line('bytes(1000)').executionCount, 20_000);
      near(profile.totals.peakBytes, 168_000_000, 'peak');
      assert.ok(profile.totals.liveBytes < 12 * MiB);
    });
  }

  function lineWith(profile: MemoryProfile, text: string): LineProfile {
    const number = program.split('\n').findIndex((source) => source.includes(text)) + 1;
    const found = lineOf(profile, 'known.py', number);
    assert.ok(found !== undefined, `no figures for the line with ${text}`);
    return found;
  }
});
