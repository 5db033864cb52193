/** What could upset the native recorder, or make it upset the program, on every Python that is here. */

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { buildLibrary } from '../../scripts/native.mjs';
import { nativeTargets } from '../../scripts/nativeTargets.mjs';
import { run } from '../../scripts/processes.mjs';
import { numpyPythons, testPythons } from '../runtimes.ts';
import { recordProgram } from './nativeRecording.ts';
import { projectRoot } from './probedRun.ts';

const programsFolder = path.join(import.meta.dirname, 'native');
const program = (name: string): string => path.join(programsFolder, name);
const precisions = ['auto', 'exact', 'sampled'] as const;
const smallStackCount = 256;

/** Built with what compares the figures that are kept step by step with the same worked out at once. */
let checkedFolder: string;
/** The same with room for few stacks. */
let smallFolder: string;

describe('the native recorder', function () {
  this.timeout(240_000);

  before(async () => {
    const target = nativeTargets.find(({ name }) => name === `${process.platform}-${process.arch}`)!;
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'memory-lens-checked-'));
    checkedFolder = path.join(folder, 'checked');
    smallFolder = path.join(folder, 'small');
    const flags = [...target.flags, '-DMEMORY_LENS_CHECK'];
    await buildLibrary({ ...target, flags }, checkedFolder);
    await buildLibrary({ ...target, flags: [...flags, `-DSTACK_CAPACITY=${smallStackCount}`] }, smallFolder);
  });

  after(() => fs.rmSync(path.dirname(checkedFolder), { recursive: true, force: true }));

  for (const { name, executable } of testPythons()) {
    describe(`on ${name}`, () => {
      it('leaves a program alone that does all that could upset it, and keeps its figures in order', async () => {
        const plain = await run(executable, [program('stress.py')], { output: 'capture', timeoutMs: 60_000 });
        assert.equal(plain.code, 0, plain.output);
        for (const precision of precisions) {
          const recorded = await recordProgram({ executable, program: program('stress.py'), precision, libraryFolder: checkedFolder });
          assert.equal(recorded.output.replaceAll('\r', ''), `${plain.output}check: holds\n`, precision);
          assert.equal(recorded.code, 0, precision);
          assert.equal(recorded.tables.header.state, 2);
          assert.equal(recorded.tables.header.cutStackCount, 0);
        }
      });

      it('keeps the make-up of the peak as a copy at the peak would have it', async () => {
        for (const precision of precisions) {
          const recorded = await recordProgram({ executable, program: program('growing.py'), precision, libraryFolder: checkedFolder });
          assert.equal(recorded.output, 'check: holds\n', precision);
          assert.ok(recorded.tables.header.peakBytes > 1.5 * recorded.tables.header.liveBytes);
        }
      });

      it('cuts stacks to their innermost line when there is no room for more, and loses no bytes', async () => {
        const recorded = await recordProgram({ executable, program: program('manyStacks.py'), libraryFolder: smallFolder });
        assert.equal(recorded.output, 'check: holds\n');
        const { header, stacks } = recorded.tables;
        assert.ok(header.cutStackCount > 0);
        assert.ok(stacks.count <= smallStackCount);
        const attributed = stacks.columns.allocatedBytes.subarray(1).reduce((sum, bytes) => sum + bytes, 0);
        assert.ok(attributed > 1600 * 1033, `${attributed} bytes have a line`);
      });

      it('refuses a layout that is not that of the interpreter, without a crash', async () => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'memory-lens-layouts-'));
        const args = [program('wrongLayouts.py'), path.join(projectRoot, 'dist/probe'), checkedFolder, path.join(folder, 'tables')];
        const { code, output } = await run(executable, args, { output: 'capture', timeoutMs: 60_000 });
        fs.rmSync(folder, { recursive: true });
        assert.equal(code, 0, output);
        assert.deepEqual(JSON.parse(output), { unnoticed: [], rightIsAccepted: true });
      });

      it('names the types of what is alive', async () => {
        const { tables } = await recordProgram({ executable, program: program('livingTypes.py'), libraryFolder: checkedFolder });
        const found = new Map<string, { bytes: number; count: number }>();
        const { columns, count } = tables.types;
        for (let entry = 0; entry < count; entry += 1) {
          const typeName = tables.text(columns.nameOffset[entry]!, columns.nameLength[entry]!);
          const sums = found.get(typeName) ?? { bytes: 0, count: 0 };
          found.set(typeName, { bytes: sums.bytes + columns.liveBytes[entry]!, count: sums.count + columns.liveCount[entry]! });
        }
        for (const [typeName, bytes, objectCount] of [
          ['Point', 10_000 * 48, 10_000],
          ['Slotted', 10_000 * 40, 10_000],
          ['list', 10_000 * 56 + 8 * 1_000_000, 10_000],
          ['set', 2 ** 21, 1],
          ['dict', 15_000 * 24, undefined], // Before 3.11 each point has one, too.
          ['bytearray', 3_000_000, 1],
          ['str', 15_000 * 50, 15_000],
        ] as const) {
          const sums = found.get(typeName) ?? { bytes: 0, count: 0 };
          assert.ok(sums.bytes >= bytes, `${typeName}: ${sums.bytes} bytes, of at least ${bytes}`);
          // Some come from the interpreter's free lists, which were filled before.
          assert.ok(
            objectCount === undefined || (sums.count > objectCount - 100 && sums.count < objectCount * 1.3 + 500),
            `${typeName}: ${sums.count} of ${objectCount}`,
          );
        }
      });

      it('records collections with their generation, what they found and the line that ran', async () => {
        const { tables } = await recordProgram({ executable, program: program('fullCollection.py'), libraryFolder: checkedFolder });
        const { columns, count } = tables.collections;
        const full = [...Array(count).keys()].filter(
          (index) => columns.generation[index] === 2 && columns.collectedCount[index]! >= 10_000,
        );
        assert.equal(full.length, 1);
        assert.ok(columns.freedBytes[full[0]!]! >= 10_000 * 48);
        assert.ok(columns.durationUs[full[0]!]! > 0);
        const frame = tables.stacks.columns.firstFrame[columns.stack[full[0]!]!]!;
        assert.equal(tables.frames.columns.line[frame], 14);
      });
    });
  }

  for (const { name, executable } of numpyPythons()) {
    it(`sees NumPy's data on ${name}, whose import is the program's first line`, async () => {
      for (const precision of precisions) {
        const recorded = await recordProgram({ executable, program: program('numpyData.py'), precision, libraryFolder: checkedFolder });
        assert.equal(recorded.output, 'check: holds\n');
        const { header } = recorded.tables;
        const megabytes = (line: number): number => Math.round((recorded.lines.get(line)?.liveBytes ?? 0) / 1e6);
        assert.deepEqual([4, 5, 6, 8].map(megabytes), [512, 4, 0, 16], precision);
        assert.equal(Math.round((recorded.lines.get(6)?.allocatedBytes ?? 0) / 1e6), 8);
        assert.ok(Math.abs(header.liveExternalBytes - 532e6) < 1e6, `${header.liveExternalBytes} bytes external`);
        assert.ok(Math.abs(header.peakExternalBytes - 532e6) < 9e6);
      }
    });
  }
});
