import assert from 'node:assert/strict';
import { addLeakSuspects, type LeakEvidence, type LineCourse } from '../../../src/core/leakSuspects.ts';
import type { CallTree, FunctionProfile, LeakSuspect, MemoryProfile } from '../../../src/core/profile.ts';
import { mib, sampleFile, sampleProfile } from './sampleProfile.ts';

const path = '/project/server.js';
const tenths = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

/** 4 MiB, steadily over one second, of line 5. */
const steady: LineCourse = {
  at: { path, line: 5 },
  atMs: tenths.map((tenth) => tenth * 100),
  liveBytes: tenths.map((tenth) => tenth * 0.4 * mib),
};

/** Line 5 is in `handle`, which line 10 of the top level calls. */
function server(callCount: number, changes: Partial<MemoryProfile> = {}): MemoryProfile {
  const handle: FunctionProfile = { name: 'handle', line: 4, endLine: 7, callCount };
  const lines = [
    { line: 1, executionCount: 1, allocatedBytes: 2048, liveBytes: 2048 },
    { line: 5, executionCount: 1200, allocatedBytes: 5 * mib, liveBytes: 4 * mib },
    { line: 10, executionCount: 1200, allocatedBytes: mib, liveBytes: mib },
  ];
  const { totals } = sampleProfile();
  return sampleProfile({
    durationMs: 1000,
    files: [sampleFile(path, lines, [handle])],
    totals: { ...totals, liveBytes: 6 * mib },
    ...changes,
  });
}

function suspects(profile: MemoryProfile, courses: readonly LineCourse[], more: Partial<LeakEvidence> = {}): readonly LeakSuspect[] {
  return addLeakSuspects(profile, { courses, growingLines: [], collectedAtEnd: true, ...more }).leakSuspects ?? [];
}

const callTree: CallTree = {
  frames: [
    { functionName: '<module>', path, line: 10 },
    { functionName: 'handle', path, line: 5 },
  ],
  nodes: [
    { frame: 0, parent: -1, liveBytes: mib },
    { frame: 1, parent: 0, liveBytes: 4 * mib },
  ],
};

describe('leak suspects', () => {
  it('are lines of a function called again and again that grow all the run, with the figures that say so', () => {
    assert.deepEqual(suspects(server(1200), [steady]), [
      {
        at: { path, line: 5 },
        liveBytes: 4 * mib,
        reason:
          'Grew in 10 of 10 tenths of the run, over 1,200 executions: 4.0 MiB, 80% of what it allocated, was alive at the end, after a full collection.',
        retainedBy: [],
        series: { atMs: [...steady.atMs], liveBytes: steady.liveBytes.map(Math.round) },
      },
    ]);
  });

  it('say that no full collection ran where the program was stopped', () => {
    assert.match(
      suspects(server(1200), [steady], { collectedAtEnd: false })[0]?.reason ?? '',
      /the program did not end by itself, so no full collection ran then\.$/,
    );
  });

  it('are not lines of a function that was called a few times, nor of the top level', () => {
    assert.deepEqual(suspects(server(9), [steady]), []);
    assert.deepEqual(suspects(server(1200), [{ ...steady, at: { path, line: 10 } }]), []);
  });

  it('are not lines whose values the top level puts into a list, which is its result', () => {
    assert.equal(suspects(server(1200, { callTree }), [steady]).length, 1);
    assert.deepEqual(suspects(server(1200, { callTree }), [steady], { growingLines: [{ at: { path, line: 10 } }] }), []);
  });

  it('are not lines of the top level on which a function stands that is called often', () => {
    assert.equal(suspects(server(1200), [{ ...steady, callCount: 1200 }]).length, 1);
    assert.deepEqual(suspects(server(1200), [{ ...steady, callCount: 1 }]), []);
  });

  it('are lines of the top level, too, where only functions called again and again make collections grow', () => {
    const made = { ...steady, at: { path, line: 10 } };
    const inHandle = { at: { path, line: 6 } };
    assert.equal(suspects(server(1200), [made], { growingLines: [inHandle] }).length, 1);
    assert.deepEqual(suspects(server(1200), [made], { growingLines: [inHandle, { at: { path, line: 10 } }] }), []);
    assert.equal(suspects(server(1200), [made], { growingLines: [inHandle, { at: { path, line: 1 } }] }).length, 1, 'line 1 ran once');
  });

  it('are not lines that stopped growing, or hold little, or ran for too short a time', () => {
    const stopped = { ...steady, liveBytes: tenths.map((tenth) => Math.min(4, tenth * 0.5) * mib) };
    assert.deepEqual(suspects(server(1200), [stopped]), []);
    const large = sampleProfile().totals;
    const little = server(1200, { totals: { ...large, liveBytes: 100 * mib } });
    assert.equal(suspects(little, [steady]).length, 1, '4 MiB is enough though it is 4 % of all');
    const small = { ...little, files: [sampleFile(path, [{ line: 5, liveBytes: mib - 1 }], little.files[0]?.functions)] };
    assert.deepEqual(suspects(small, [steady]), []);
    const short = { ...steady, atMs: steady.atMs.map((atMs) => atMs / 5) };
    assert.deepEqual(suspects({ ...server(1200), durationMs: 200 }, [short]), []);
  });

  it('are told what holds them, root first', () => {
    const holders = [
      {
        at: { path, line: 5 },
        typeName: 'Session',
        bytes: 4 * mib,
        rootKind: 'global' as const,
        path: [{ text: 'server.js: sessions' }, { text: '[0]' }],
      },
    ];
    assert.deepEqual(suspects(server(1200, { holders }), [steady])[0]?.retainedBy, ['server.js: sessions', '[0]']);
  });

  it('give each line its growth, and what is not suspected a likelihood of one half at most', () => {
    const line = (profile: MemoryProfile): object | undefined =>
      addLeakSuspects(profile, { courses: [steady], growingLines: [], collectedAtEnd: true }).files[0]?.lines[1]?.growth;
    assert.deepEqual(line(server(1200)), { liveBytesPerSecond: 4 * mib, leakLikelihoodRatio: 1 });
    assert.deepEqual(line(server(1)), { liveBytesPerSecond: 4 * mib, leakLikelihoodRatio: 0.5 });
  });
});
