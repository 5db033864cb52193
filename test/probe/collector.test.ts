/** What the native recorder knows of the cycle collector, against truths worked out by hand, on every Python that is here. */

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { run } from '../../scripts/processes.mjs';
import { readCollectorSteering } from '../../src/engines/python/collectorChanges.ts';
import { createPlaces } from '../../src/engines/python/places.ts';
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
      for (const [line, truth] of truthsIn(file)) {
        const bytes = Number(truth.replaceAll('_', ''));
        const found = recorded.lines.get(line)?.collectorFreedBytes ?? 0;
        // An object that Python had kept on a free list may be part of garbage that another line made of it.
        assert.ok(Math.abs(found - bytes) <= 200, `line ${line}: ${found} bytes, not ${bytes}`);
      }
    });

    it('tells where the program steers the collector, and changes nothing of how that works', async () => {
      const file = program('collectorChanges.py');
      const plain = await run(executable, [file], { output: 'capture', timeoutMs: 30_000 });
      assert.equal(plain.code, 0, plain.output);
      const recorded = await recordProgram({ executable, program: file });
      assert.equal(recorded.output, plain.output);
      const { changes, leftOff } = readCollectorSteering(
        recorded.tables,
        createPlaces(recorded.tables, { shownPath: (name) => name, limits: [] }),
      );
      // record.py collects at the end, and the thread runs no line of the user's.
      const own = changes.filter(({ at }) => at?.path !== program('record.py'));
      const found = own.map(({ change, at, count, thresholds = [] }) => `${at?.line ?? 0} ${[change, count, ...thresholds].join(' ')}`);
      assert.deepEqual(found.sort(), [...truthsIn(file).map(([line, truth]) => `${line} ${truth}`), '0 enabled 1'].sort());
      assert.equal(leftOff?.at?.line, Math.max(...truthsIn(file).map(([line]) => line)));
    });
  });
}

/** What stands after `#=`, by line. */
function truthsIn(file: string): [line: number, truth: string][] {
  return fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((text, index): [number, string][] => {
      const truth = / {2}#= ([\w ]+)/.exec(text)?.[1];
      return truth === undefined ? [] : [[index + 1, truth.trim()]];
    });
}
