/** What the native recorder knows of the cycle collector, against truths worked out by hand, on every Python that is here. */

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { run } from '../../scripts/processes.mjs';
import { readCollectorSteering } from '../../src/engines/python/collectorChanges.ts';
import { readCycles } from '../../src/engines/python/cycles.ts';
import { createPlaces, type Places } from '../../src/engines/python/places.ts';
import { testPythons } from '../runtimes.ts';
import { profileProgram } from '../engines/profiling.ts';
import { recordProgram, type Recorded } from './nativeRecording.ts';

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
      const { changes, leftOff } = readCollectorSteering(recorded.tables, placesOf(recorded));
      // record.py collects at the end, and the thread runs no line of the user's.
      const own = changes.filter(({ at }) => at?.path !== program('record.py'));
      const found = own.map(({ change, at, count, thresholds = [] }) => `${at?.line ?? 0} ${[change, count, ...thresholds].join(' ')}`);
      assert.deepEqual(found.sort(), [...truthsIn(file).map(([line, truth]) => `${line} ${truth}`), '0 enabled 1'].sort());
      assert.equal(leftOff?.at?.line, Math.max(...truthsIn(file).map(([line]) => line)));
    });

    for (const precision of ['exact', 'sampled'] as const) {
      it(`tells which types make cycles, how many objects, where, and the way round, with ${precision} figures`, async () => {
        const recorded = await recordProgram({ executable, program: program('cycles.py'), precision, intervalBytes: 64 });
        assert.equal(recorded.code, 0, recorded.output);
        const found = readCycles(recorded.tables, placesOf(recorded));
        const truths = JSON.parse(recorded.output) as readonly (readonly [string[], number, number | null, number, string])[];
        for (const [typeNames, objectCount, line, finalizerCount, cyclePath] of truths) {
          const cycle = found.find((candidate) => candidate.typeNames.join() === typeNames.join());
          assert.ok(cycle !== undefined, `no cycles of ${typeNames.join()}`);
          assert.equal(cycle.objectCount, objectCount, cycle.path);
          assert.equal(cycle.path, cyclePath);
          assert.equal(cycle.finalizerCount ?? 0, finalizerCount);
          assert.equal(cycle.uncollectable, false);
          // Of a few objects a sample may hold none that the line made.
          if (line !== null && (precision === 'exact' || objectCount >= 100)) assert.equal(cycle.at?.line, line, cycle.path);
        }
        assert.ok(!found.some(({ typeNames }) => typeNames.includes('Innocent')), 'what is in use is no garbage');
        if (precision === 'exact') assert.equal(found.find(({ typeNames }) => typeNames[0] === 'Slotted')?.bytes, 100 * (48 + 1000));
      });
    }

    it('looks for cycles unnoticed: as much is collected, and nothing is asked, kept or let go', async () => {
      const plain = await run(executable, [program('garbageHazards.py')], { output: 'capture', timeoutMs: 30_000 });
      const recorded = await recordProgram({ executable, program: program('garbageHazards.py') });
      assert.equal(recorded.output, plain.output);
      const found = readCycles(recorded.tables, placesOf(recorded)).map(({ path: cyclePath }) => cyclePath);
      for (const expected of ['Watched.me -> Watched', 'Slotted.me -> Slotted', 'Keys -> Keys', 'Rising.me -> Rising']) {
        assert.ok(found.includes(expected), found.join('\n'));
      }
    });

    it('tells the cycles of a program that leaves the collector off, and says that it did', async () => {
      const { profile } = await profileProgram(program('collectorOff.py'), { runtimePath: executable, precision: 'exact' });
      assert.deepEqual(
        profile.cycles?.filter(({ typeNames }) => typeNames.includes('Node')).map(({ at, ...rest }) => ({ ...rest, line: at?.line })),
        [{ typeNames: ['Node'], objectCount: 60_000, bytes: 2_400_000, uncollectable: false, path: 'Node.me -> Node', line: 14 }],
      );
      assert.deepEqual(
        profile.collectorChanges?.map(({ change, at, count }) => [change, at?.line, count]),
        [['disabled', 11, 1]],
      );
      assert.ok(profile.engine.notes.some((note) => note.includes('switched off at collectorOff.py:11')));
      assert.ok((profile.totals.collectorFreedBytes ?? 0) < 40_000);
      const fallback = await profileProgram(program('collectorOff.py'), { runtimePath: executable, recorder: 'fallback' });
      assert.ok(fallback.profile.engine.notes.some((note) => note.startsWith('The cycle collector was off when the program ended')));
    });
  });
}

function placesOf({ tables }: Recorded): Places {
  return createPlaces(tables, { shownPath: (name) => name, limits: [] });
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
