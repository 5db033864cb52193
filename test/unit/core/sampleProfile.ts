/**
 * A small profile with figures worked out by hand, for tests to vary. Its sums hold.
 */

import type { FileProfile, LineProfile, MemoryProfile } from '../../../src/core/profile.ts';

export const mib = 1024 * 1024;

export function sampleFile(path: string, lines: readonly LineProfile[], functions: FileProfile['functions'] = []): FileProfile {
  return {
    path,
    language: 'javascript',
    contentSha256: '0'.repeat(64),
    lines,
    functions,
  };
}

/** 200 MiB allocated, 20 live, 100 at the peak; lines 2, 3 and 5 of /project/a.js and 10, 2, 5 MiB that no line accounts for. */
export function sampleProfile(changes: Partial<MemoryProfile> = {}): MemoryProfile {
  return {
    format: 'memory-lens/profile',
    version: 1,
    startedAt: '2026-11-22T12:00:00.000Z',
    durationMs: 1500,
    runtime: { name: 'node', version: '24.1.0', executable: '/usr/bin/node' },
    engine: {
      name: 'memory-lens-node',
      precision: 'sampled',
      samplingIntervalBytes: 16384,
      profilerCpuMs: 38,
      notes: [],
    },
    program: { file: '/project/a.js', args: [], cwd: '/project', kind: 'file' },
    exit: { code: 0, signal: null, stopped: false },
    totals: {
      allocatedBytes: 200 * mib,
      liveBytes: 20 * mib,
      peakBytes: 100 * mib,
      peakAtMs: 700,
      peakRssBytes: 180 * mib,
      unattributedAllocatedBytes: 10 * mib,
      unattributedLiveBytes: 2 * mib,
      unattributedPeakBytes: 5 * mib,
    },
    timeline: {
      atMs: [0, 700, 1500],
      heapUsedBytes: [4 * mib, 100 * mib, 20 * mib],
      externalBytes: [0, 0, 0],
      rssBytes: [40 * mib, 180 * mib, 90 * mib],
    },
    collections: [
      { atMs: 300, durationMs: 2, kind: 'minor', freedBytes: mib },
      { atMs: 400, durationMs: 3, kind: 'minor', freedBytes: mib },
      { atMs: 900, durationMs: 40, kind: 'major', freedBytes: 80 * mib },
    ],
    files: [
      sampleFile('/project/a.js', [
        {
          line: 2,
          executionCount: 1000,
          allocatedBytes: 150 * mib,
          allocatedCount: 3000,
          liveBytes: 8 * mib,
          peakBytes: 84 * mib,
          relativeErrorRatio: 0.012,
        },
        {
          line: 3,
          executionCount: 1,
          allocatedBytes: 10 * mib,
          liveBytes: 10 * mib,
          peakBytes: 10 * mib,
          relativeErrorRatio: 0.04,
        },
        {
          line: 5,
          executionCount: 2,
          allocatedBytes: 30 * mib,
          liveBytes: 0,
          peakBytes: mib,
          relativeErrorRatio: 0.15,
        },
      ]),
    ],
    ...changes,
  };
}
