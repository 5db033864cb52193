/** What the native recorder knows of the cycle collector, against truths worked out by hand, on every Python that is here. */

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { testPythons } from '../runtimes.ts';
import { recordProgram } from './nativeRecording.ts';

const program = (name: string): string => path.join(import.meta.dirname, 'native', name);

for (const { name, executable } of testPythons()) {
  describe(`the native recorder of the collector on ${name}`, function () {
    this.timeout(60_000);

    it('tells what only the collector could free, by the line that allocated it', async () => {
      const file = program('collectorFrees.py');
      const recorded = await recordProgram({ executable, program: file });
      assert.equal(recorded.code, 0, recorded.output);
      for (const [line, bytes] of truthsIn(file)) {
        const found = recorded.lines.get(line)?.collectorFreedBytes ?? 0;
        // An object that Python had kept on a free list may be part of garbage that another line made of it.
        assert.ok(Math.abs(found - bytes) <= 200, `line ${line}: ${found} bytes, not ${bytes}`);
      }
    });
  });
}

/** What stands after `#=`, by line. */
function truthsIn(file: string): [line: number, bytes: number][] {
  return fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((text, index): [number, number][] => {
      const bytes = / {2}#= ([\d_]+)$/.exec(text)?.[1];
      return bytes === undefined ? [] : [[index + 1, Number(bytes.replaceAll('_', ''))]];
    });
}
