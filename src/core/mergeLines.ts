/**
 * Makes one line's figures of several: bytes add up, counts of runs don't, for the parts of one original line ran together.
 */

import type { LineProfile } from './profile.ts';

/** The figures of lines that stand for one: bytes and objects are summed, runs are the largest, the standard error is that of the sum. */
export function mergeLines(line: number, parts: readonly LineProfile[]): LineProfile {
  const [only] = parts;
  if (parts.length === 1 && only) return { ...only, line };
  const sum = (figure: keyof LineProfile): number | undefined => fold(parts, figure, (a, b) => a + b);
  const max = (figure: keyof LineProfile): number | undefined => fold(parts, figure, Math.max);
  const merged: LineProfile = {
    line,
    executionCount: max('executionCount'),
    ...(parts.some((part) => part.executionCountIsMinimum === true) ? { executionCountIsMinimum: true as const } : {}),
    allocatedBytes: sum('allocatedBytes'),
    allocatedCount: sum('allocatedCount'),
    totalAllocatedBytes: sum('totalAllocatedBytes'),
    netBytes: sum('netBytes'),
    inUseBeforeBytes: max('inUseBeforeBytes'),
    inUseBytes: max('inUseBytes'),
    liveBytes: sum('liveBytes'),
    liveCount: sum('liveCount'),
    peakBytes: sum('peakBytes'),
    externalAllocatedBytes: sum('externalAllocatedBytes'),
    externalLiveBytes: sum('externalLiveBytes'),
    relativeErrorRatio: errorOfSum(parts),
    types: mergeTypes(parts),
    collectionCount: sum('collectionCount'),
    collectionMs: sum('collectionMs'),
    // Growth is a statistic of one line's own course; that of a sum can't be had from those of its parts.
  };
  // What no part knows stays absent.
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined)) as unknown as LineProfile;
}

function fold(parts: readonly LineProfile[], figure: keyof LineProfile, join: (a: number, b: number) => number): number | undefined {
  return parts.map((part) => part[figure] as number | undefined).reduce((a, b) => (a === undefined ? b : b === undefined ? a : join(a, b)));
}

/** Of independent estimates, variances add up. */
function errorOfSum(parts: readonly LineProfile[]): number | undefined {
  if (parts.every((part) => part.relativeErrorRatio === undefined)) return undefined;
  const bytesOf = (part: LineProfile): number => part.allocatedBytes ?? part.liveBytes ?? part.peakBytes ?? 0;
  const bytes = parts.reduce((sum, part) => sum + bytesOf(part), 0);
  if (bytes === 0) return Math.max(...parts.map((part) => part.relativeErrorRatio ?? 0));
  return Math.sqrt(parts.reduce((sum, part) => sum + (bytesOf(part) * (part.relativeErrorRatio ?? 0)) ** 2, 0)) / bytes;
}

function mergeTypes(parts: readonly LineProfile[]): LineProfile['types'] {
  if (parts.every((part) => part.types === undefined)) return undefined;
  const byName = new Map<string, { name: string; liveBytes: number; liveCount: number }>();
  for (const { name, liveBytes, liveCount } of parts.flatMap((part) => part.types ?? [])) {
    const before = byName.get(name);
    byName.set(name, { name, liveBytes: liveBytes + (before?.liveBytes ?? 0), liveCount: liveCount + (before?.liveCount ?? 0) });
  }
  return [...byName.values()].sort((a, b) => b.liveBytes - a.liveBytes);
}
