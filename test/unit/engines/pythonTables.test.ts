/** What the recorder's tables say becomes figures of lines, functions and callers. */

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { buildAllocationFigures, lineTypes } from '../../../src/engines/python/allocationFigures.ts';
import { readExecutionCounts } from '../../../src/engines/python/executionCounts.ts';
import { lineFigures } from '../../../src/engines/python/figures.ts';
import { describeRun } from '../../../src/engines/python/notes.ts';
import { createPlaces, type LineRange } from '../../../src/engines/python/places.ts';
import { createRecording } from '../../../src/engines/python/recording.ts';
import { openTablesFile, type Tables } from '../../../src/engines/python/tablesFile.ts';
import type { LineProfile } from '../../../src/core/profile.ts';
import { writeTables, type WrittenTables } from './writeTables.ts';

const main = { file: '/w/main.py', name: '<module>', firstLine: 1, lastLine: 20 };
const work = { file: '/w/main.py', name: 'work', firstLine: 3, lastLine: 8 };
const inner = { file: '/w/main.py', name: 'work.<locals>.<listcomp>', firstLine: 5, lastLine: 5 };
const library = { file: '/lib/json.py', name: 'loads', firstLine: 1, lastLine: 9 };

describe('the tables of the native recorder', () => {
  let folder: string;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tables-test-'))));
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  function read(written: WrittenTables): Tables {
    const file = path.join(folder, 'tables');
    writeTables(file, written);
    const opened = openTablesFile(file);
    const tables = opened?.readTables();
    opened?.close();
    assert.ok(tables !== undefined);
    return tables;
  }

  const shownPath = (file: string): string | undefined => (file.startsWith('/w/') ? file : undefined);

  function figuresOf(tables: Tables, limits: readonly LineRange[] = []): Map<number, Omit<LineProfile, 'line'>> {
    const { lines } = buildAllocationFigures(tables, createPlaces(tables, { shownPath, limits }));
    return new Map([...(lines.get('/w/main.py') ?? [])].map(([line, { figures }]) => [line, lineFigures(figures)]));
  }

  it('are read as they were written, and not at all while they are not there or another file', () => {
    assert.equal(openTablesFile(path.join(folder, 'none')), undefined);
    const { header, codes, text, stacks, frames } = read({
      header: { liveBytes: 1.5, eventCount: 2 ** 40, peakBytes: 7, ownBytes: 3 },
      codes: [{ ...work, file: '/w/ключ.py' }],
      stacks: [{ frames: [[0, 5]], figures: { allocatedBytes: 0.25, lastEvent: 2 ** 33 + 1 } }],
    });
    assert.deepEqual([header.liveBytes, header.eventCount, header.peakBytes, header.ownBytes], [1.5, 2 ** 40, 7, 3]);
    assert.equal(text(codes.columns.fileOffset[0]!, codes.columns.fileLength[0]!), '/w/ключ.py');
    assert.deepEqual([stacks.count, frames.count], [2, 1]);
    assert.deepEqual([stacks.columns.allocatedBytes[1], stacks.columns.lastEvent[1]], [0.25, 2 ** 33 + 1]);
    const other = path.join(folder, 'tables');
    writeTables(other, { magic: 'NOTABLES' });
    assert.equal(openTablesFile(other)?.readHeader(), undefined);
    fs.writeFileSync(other, 'short');
    assert.equal(openTablesFile(other)?.readTables(), undefined);
  });

  it('charge the innermost line of the user, and callers with what they called, once under recursion', () => {
    const figures = figuresOf(
      read({
        codes: [main, work, library],
        stacks: [
          // The library's allocation, called from line 6, called from line 6 again, called from line 12.
          { frames: [[2, 4], [1, 6], [1, 6], [0, 12]], figures: { allocatedBytes: 100, allocatedCount: 2, liveBytes: 40, liveCount: 1 } }, // prettier-ignore
          { frames: [[0, 12]], figures: { allocatedBytes: 10, freedBytes: 30 } },
          { frames: [[2, 4]], figures: { allocatedBytes: 7 } },
        ],
        noStack: { allocatedBytes: 5 },
      }),
    );
    assert.deepEqual([...figures.keys()].sort(), [12, 6]);
    const at6 = figures.get(6);
    assert.deepEqual([at6?.allocatedBytes, at6?.allocatedCount, at6?.liveBytes, at6?.liveCount], [100, 2, 40, 1]);
    assert.deepEqual([at6?.totalAllocatedBytes, at6?.netBytes], [100, 100]);
    const at12 = figures.get(12);
    assert.deepEqual([at12?.allocatedBytes, at12?.totalAllocatedBytes, at12?.netBytes, at12?.liveBytes], [10, 110, 80, 0]);
  });

  it('give the peak of a stack that has not changed since the peak from what is alive', () => {
    const figures = figuresOf(
      read({
        header: { peakEvent: 50 },
        codes: [main],
        stacks: [
          { frames: [[0, 1]], figures: { liveBytes: 8, peakBytes: 3, lastEvent: 50 } },
          { frames: [[0, 2]], figures: { liveBytes: 8, peakBytes: 3, lastEvent: 51 } },
        ],
      }),
    );
    assert.deepEqual([figures.get(1)?.peakBytes, figures.get(2)?.peakBytes], [8, 3]);
  });

  it('tell the error of sampled figures', () => {
    const sampled = { allocatedBytes: 1000, allocatedVariance: 10_000, liveBytes: 100, liveVariance: 400 };
    const figures = figuresOf(read({ codes: [main], stacks: [{ frames: [[0, 1]], figures: sampled }] }));
    assert.equal(figures.get(1)?.relativeErrorRatio, 0.2);
  });

  it('limit the figures to chosen functions, which then answer for what they call', () => {
    const tables = read({
      codes: [main, work],
      stacks: [
        { frames: [[1, 4], [0, 12]], figures: { allocatedBytes: 100 } }, // prettier-ignore
        { frames: [[0, 13]], figures: { allocatedBytes: 10 } },
      ],
    });
    const limited = figuresOf(tables, [{ path: '/w/main.py', line: 10, endLine: 12 }]);
    assert.deepEqual([...limited].map(([line, { allocatedBytes }]) => [line, allocatedBytes]), [[12, 100]]); // prettier-ignore
  });

  it('make functions of code, with comprehensions as part of the function around them', () => {
    const tables = read({
      codes: [main, work, inner],
      stacks: [{ frames: [[2, 5], [1, 5], [0, 12]], figures: { allocatedBytes: 100 } }], // prettier-ignore
    });
    const { functions, callTree } = buildAllocationFigures(tables, createPlaces(tables, { shownPath, limits: [] }));
    const found = [...functions].map(([{ name }, { figures }]) => [name, figures.allocatedBytes, figures.totalAllocatedBytes]);
    assert.deepEqual(found.sort(), [
      ['<module>', 0, 100],
      ['work', 100, 100],
    ]);
    const path = callTree.nodes.map(({ frame, parent }) => [callTree.frames[frame]?.functionName, callTree.frames[frame]?.line, parent]);
    assert.deepEqual(path, [
      ['<module>', 12, -1],
      ['work', 5, 0],
      ['work', 5, 1],
    ]);
    assert.deepEqual(callTree.nodes.map(({ allocatedBytes }) => allocatedBytes), [0, 0, 100]); // prettier-ignore
  });

  it('tell collections with the line that they ran in, and the types of what is alive', () => {
    const tables = read({
      header: { startedAtUs: 1000 },
      codes: [main, library],
      stacks: [{ frames: [[1, 2], [0, 4]], figures: { liveBytes: 5 } }], // prettier-ignore
      collections: [
        { atUs: 3500, durationUs: 1500, generation: 2, stack: 1, collectedCount: 9, uncollectableCount: 1, freedBytes: 64 },
        { atUs: 500, durationUs: 1, generation: 0, stack: 0 },
      ],
      types: [
        { stack: 1, name: 'list', liveBytes: 5, liveCount: 1 },
        { stack: 1, name: 'dict', liveBytes: 9, liveCount: 1 },
        { stack: 1, name: 'list', liveBytes: 6, liveCount: 2 },
        { stack: 0, name: 'int', liveBytes: 1, liveCount: 1 },
      ],
    });
    const { collections, lines } = buildAllocationFigures(tables, createPlaces(tables, { shownPath, limits: [] }));
    assert.deepEqual(collections[0], {
      atMs: 2.5,
      durationMs: 1.5,
      kind: 'gen2',
      freedBytes: 64,
      collectedCount: 9,
      uncollectableCount: 1,
      line: { path: '/w/main.py', line: 4 },
    });
    assert.deepEqual([collections[1]?.atMs, collections[1]?.kind, collections[1]?.line], [0, 'gen0', undefined]);
    const line = lines.get('/w/main.py')?.get(4);
    assert.ok(line !== undefined);
    assert.deepEqual([line.collectionCount, line.collectionMs], [1, 1.5]);
    assert.deepEqual(lineTypes(line), [
      { name: 'list', liveBytes: 11, liveCount: 3 },
      { name: 'dict', liveBytes: 9, liveCount: 1 },
    ]);
  });

  it('say what they had no room for', () => {
    const describe = (spareCount: number): readonly string[] => {
      const tables = read({ spareCount, codes: [main], stacks: [{ frames: [[0, 1]], figures: {} }] });
      const totals = { liveBytes: 0, peakBytes: 0, peakAtMs: 0, peakRssBytes: 0 };
      return describeRun({
        recording: createRecording(),
        tables,
        totals,
        files: [],
        collections: [],
        collectorLeftOff: undefined,
        durationMs: 1,
        limits: [],
        precision: 'auto',
      });
    };
    assert.ok(!describe(7).some((note) => note.includes('very many')));
    for (const what of ['lines', 'collections', 'types', 'functions']) {
      assert.ok(
        describe(0).some((note) => note.includes(`very many ${what}`)),
        what,
      );
    }
  });

  it('count lines and calls apart, and tell counts that stopped', () => {
    const counts = readExecutionCounts(
      read({
        lines: [
          { file: '/w/main.py', line: 3, executionCount: 1, inUseBeforeBytes: 10, inUseAfterBytes: 30 },
          { file: '/w/main.py', line: 3, flags: 2, executionCount: 70 },
          { file: '/w/main.py', line: 4, flags: 1, executionCount: 100_000 },
          { file: '/lib/json.py', line: 4, executionCount: 5 },
          { file: '/w/main.py', line: 9, executionCount: 0 },
        ],
      }),
      { shownPath, limits: [] },
    );
    const lines = counts.lines.get('/w/main.py')!;
    assert.deepEqual(lines.get(3), { count: 1, isMinimum: false, inUseBeforeBytes: 10, inUseBytes: 30 });
    assert.deepEqual([lines.get(4)?.count, lines.get(4)?.isMinimum, lines.size], [100_000, true, 2]);
    assert.deepEqual(counts.calls.get('/w/main.py')?.get(3), { count: 70, isMinimum: false });
    assert.deepEqual([...counts.lines.keys()], ['/w/main.py']);
  });
});
