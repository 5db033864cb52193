/**
 * A profile as an engine would give it, with chosen figures, for tests of how the editor shows one.
 */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { FileProfile, FunctionProfile, LineProfile, MemoryProfile } from '../../src/core/profile.ts';

export interface RecordedFile {
  readonly path: string;
  readonly lines: readonly LineProfile[];
  readonly functions?: readonly FunctionProfile[];
  /** Absent: that of the file as it is. */
  readonly contentSha256?: string;
}

const pythonExtension = /\.py$/;

/** The first file is the program; its language is told by its name. */
export function recordedProfile(...files: readonly [RecordedFile, ...RecordedFile[]]): MemoryProfile {
  const lines = files.flatMap((file) => file.lines);
  const sum = (figure: 'allocatedBytes' | 'liveBytes' | 'peakBytes'): number =>
    lines.reduce((total, line) => total + (line[figure] ?? 0), 0);
  return {
    format: 'memory-lens/profile',
    version: 1,
    startedAt: '2026-01-02T03:04:05.000Z',
    durationMs: 1234,
    runtime: pythonExtension.test(files[0].path)
      ? { name: 'python', version: '3.12.1', executable: '/usr/bin/python3' }
      : { name: 'node', version: 'v24.1.0', executable: '/usr/bin/node' },
    engine: { name: 'recorded', precision: 'exact', notes: [] },
    program: { file: files[0].path, args: [], cwd: '/', kind: 'file' },
    exit: { code: 0, signal: null, stopped: false },
    totals: {
      allocatedBytes: sum('allocatedBytes'),
      liveBytes: sum('liveBytes'),
      peakBytes: sum('peakBytes'),
      peakAtMs: 700,
      peakRssBytes: 90_000_000,
      unattributedAllocatedBytes: 0,
      unattributedLiveBytes: 0,
      unattributedPeakBytes: 0,
    },
    timeline: { atMs: [0, 700, 1234], heapUsedBytes: [4e6, 9e6, 5e6], externalBytes: [0, 0, 0], rssBytes: [6e7, 9e7, 8e7] },
    collections: [],
    files: files.map(recordedFile),
  };
}

function recordedFile({ path, lines, functions = [], contentSha256 }: RecordedFile): FileProfile {
  return {
    path,
    language: pythonExtension.test(path) ? 'python' : 'javascript',
    contentSha256: contentSha256 ?? sha256Of(path),
    lines,
    functions,
  };
}

function sha256Of(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
