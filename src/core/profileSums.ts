/**
 * Whether a profile's sums hold: over all lines, a figure plus what no line accounts for is the program's total.
 */

import { lineBytes, totalBytes, type Metric } from './metrics.ts';
import type { MemoryProfile, ProfileTotals } from './profile.ts';

export interface ProfileSum {
  readonly metric: Metric;
  readonly linesBytes: number;
  /** undefined: the engine did not say, which only holds when nothing is left over. */
  readonly unattributedBytes?: number;
  readonly totalBytes: number;
  /** Lines plus unattributed minus total. */
  readonly differenceBytes: number;
  readonly holds: boolean;
}

/** Floating-point sums of many figures may be off by this much. */
const toleranceBytes = 1;

/** The sums of all metrics of which the profile has a total. */
export function profileSums(profile: MemoryProfile): readonly ProfileSum[] {
  const metrics: readonly Metric[] = ['allocated', 'live', 'peak'];
  return metrics.flatMap((metric) => {
    const wholeBytes = totalBytes(profile.totals, metric);
    if (wholeBytes === undefined) return [];
    let linesBytes = 0;
    for (const file of profile.files) for (const line of file.lines) linesBytes += lineBytes(line, metric) ?? 0;
    const leftBytes = unattributedBytes(profile.totals, metric);
    const differenceBytes = linesBytes + (leftBytes ?? 0) - wholeBytes;
    return [
      {
        metric,
        linesBytes,
        unattributedBytes: leftBytes,
        totalBytes: wholeBytes,
        differenceBytes,
        holds: Math.abs(differenceBytes) <= toleranceBytes,
      },
    ];
  });
}

/** What no line accounts for; undefined when the engine did not say. */
function unattributedBytes(totals: ProfileTotals, metric: Metric): number | undefined {
  switch (metric) {
    case 'allocated':
      return totals.unattributedAllocatedBytes;
    case 'live':
      return totals.unattributedLiveBytes;
    case 'peak':
      return totals.unattributedPeakBytes;
  }
}
