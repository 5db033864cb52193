/**
 * A profile in the shape of a real one: a program that keeps records, with buffers outside the heap and 14 collections in two seconds.
 */

import { type MemoryProfile, profileFormat, profileVersion } from '../../src/core/profile.ts';

const MiB = 1024 * 1024;

/** Figures are round, so that a test can name what the page must say. */
export function sampleProfile(): MemoryProfile {
  const atMs = Array.from({ length: 401 }, (_, index) => index * 5);
  const heapUsedBytes = atMs.map((at) => 4 * MiB + ((at % 150) / 150) * 6 * MiB + (Math.min(at, 1400) / 1400) * 30 * MiB);
  const externalBytes = atMs.map((at) => (at < 600 ? 1 * MiB : 9 * MiB));
  const rssBytes = atMs.map((at) => 46 * MiB + (Math.min(at, 1400) / 1400) * 40 * MiB + (at > 600 ? 8 * MiB : 0));
  return {
    format: profileFormat,
    version: profileVersion,
    startedAt: '2025-11-22T12:00:00.000Z',
    durationMs: 2000,
    runtime: { name: 'node', version: 'v24.1.0', executable: '/usr/bin/node' },
    engine: {
      name: 'memory-lens-node',
      precision: 'sampled',
      samplingIntervalBytes: 32_768,
      profilerCpuMs: 120,
      notes: ['Worker threads are not profiled: 1 was started.', 'Line 88 of records.js was not instrumented: it uses direct eval.'],
    },
    program: { file: '/home/me/project/records.js', args: [], cwd: '/home/me/project', kind: 'file' },
    exit: { code: 0, signal: null, stopped: false },
    totals: {
      allocatedBytes: 320 * MiB,
      liveBytes: 36 * MiB,
      peakBytes: 48 * MiB,
      peakAtMs: 1495,
      peakRssBytes: 94 * MiB,
      peakExternalBytes: 9 * MiB,
      unattributedAllocatedBytes: 12 * MiB,
      unattributedLiveBytes: 2 * MiB,
      unattributedPeakBytes: 3 * MiB,
    },
    timeline: { atMs, heapUsedBytes, externalBytes, rssBytes },
    collections: [
      ...Array.from({ length: 12 }, (_, index) => ({ atMs: 150 + index * 150, durationMs: 1.5, kind: 'minor', freedBytes: 6 * MiB })),
      { atMs: 700, durationMs: 9, kind: 'major', freedBytes: 10 * MiB },
      { atMs: 1500, durationMs: 13, kind: 'major', freedBytes: 12 * MiB },
    ],
    files: [
      {
        path: '/home/me/project/records.js',
        language: 'javascript',
        contentSha256: '0'.repeat(64),
        functions: [
          { name: 'buildRecords', line: 10, endLine: 20, callCount: 1 },
          { name: 'readBlocks', line: 30, endLine: 40, callCount: 8 },
        ],
        lines: [
          { line: 3, allocatedBytes: 2 * MiB, liveBytes: 2 * MiB, peakBytes: 2 * MiB, relativeErrorRatio: 0.12 },
          { line: 12, allocatedBytes: 160 * MiB, liveBytes: 20 * MiB, peakBytes: 24 * MiB, relativeErrorRatio: 0.014 },
          { line: 14, allocatedBytes: 96 * MiB, liveBytes: 0, peakBytes: 6 * MiB, relativeErrorRatio: 0.02 },
          { line: 33, allocatedBytes: 8 * MiB, liveBytes: 8 * MiB, peakBytes: 8 * MiB, externalAllocatedBytes: 8 * MiB },
        ],
      },
      {
        path: '/home/me/project/lib/a module with a rather long name.mjs',
        language: 'javascript',
        contentSha256: '1'.repeat(64),
        functions: [{ name: 'parseEverythingThatThereIs', line: 1, endLine: 50, callCount: 2 }],
        lines: [{ line: 7, allocatedBytes: 42 * MiB, liveBytes: 4 * MiB, peakBytes: 5 * MiB, relativeErrorRatio: 0.03 }],
      },
    ],
  };
}

/** A Python program: generations of collections, resident memory that nothing explains. */
export function samplePythonProfile(): MemoryProfile {
  const profile = sampleProfile();
  return {
    ...profile,
    runtime: { name: 'python', version: '3.12.1', executable: '/home/me/project/.venv/bin/python' },
    engine: { name: 'memory-lens-python', precision: 'exact', notes: ['Only functions with @profile have figures (load).'] },
    program: { file: '/home/me/project/load.py', args: [], cwd: '/home/me/project', kind: 'file' },
    totals: { ...profile.totals, unattributedRssBytes: 21 * MiB, collectorFreedBytes: 14 * MiB },
    collectorChanges: [
      { change: 'thresholds', at: { path: '/home/me/project/load.py', line: 4 }, count: 1, thresholds: [50_000, 20, 20] },
      { change: 'collected', at: { path: '/home/me/project/load.py', line: 61 }, count: 3 },
    ],
    collections: [
      ...Array.from({ length: 12 }, (_, index) => ({ atMs: 150 + index * 150, durationMs: 0.5, kind: 'gen0', collectedCount: 3 })),
      { atMs: 800, durationMs: 2, kind: 'gen1' },
      { atMs: 1500, durationMs: 13, kind: 'gen2', collectedCount: 1200, uncollectableCount: 2 },
    ],
  };
}
