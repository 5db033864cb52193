/**
 * What a line weighs: its share of the run, its heat, which lines are hottest.
 */

import type { LineProfile, MemoryProfile, ProfileTotals } from './profile.ts';

/** A figure that lines are ranked by. */
export type Metric = 'allocated' | 'live' | 'peak';

/** What a person chooses to see; `auto`: whatever matters most on the line. */
export type MetricChoice = Metric | 'auto';

/** From 0 (hardly anything) to 4 (most of it); one decoration type and one colour each. */
export type HeatStep = 0 | 1 | 2 | 3 | 4;

export interface HotLine {
  /** Absolute, forward slashes. */
  readonly path: string;
  readonly line: LineProfile;
  /** Of the metric asked for; of `auto`, the figure that has the largest share. */
  readonly bytes: number;
  readonly metric: Metric;
  /** Of the program's total of that metric, from 0 to 1. */
  readonly shareRatio: number;
}

const metrics: readonly Metric[] = ['allocated', 'live', 'peak'];

/** Shares at which the heat steps begin: a line is seen from 1 % on, and from 40 % on it is the place to look. */
const heatStepRatios = [0.01, 0.05, 0.15, 0.4] as const;

/** The line's figure of this metric; undefined when the engine gave none. */
export function lineBytes(line: LineProfile, metric: Metric): number | undefined {
  switch (metric) {
    case 'allocated':
      return line.allocatedBytes;
    case 'live':
      return line.liveBytes;
    case 'peak':
      return line.peakBytes;
  }
}

/** The program's total of this metric; undefined when the engine gave none. */
export function totalBytes(totals: ProfileTotals, metric: Metric): number | undefined {
  switch (metric) {
    case 'allocated':
      return totals.allocatedBytes;
    case 'live':
      return totals.liveBytes;
    case 'peak':
      return totals.peakBytes;
  }
}

/**
 * The line's share of the program's total, from 0 to 1; of `auto`, its largest share of allocated and peak (of what little is alive at
 * the end of most programs, some line always has a large share). Undefined when no figure is known.
 */
export function lineShare(line: LineProfile, totals: ProfileTotals, metric: MetricChoice): number | undefined {
  return heaviest(line, totals, metric)?.shareRatio;
}

/** The heat of a share from 0 to 1. */
export function heatStep(shareRatio: number): HeatStep {
  return heatStepRatios.filter((ratio) => shareRatio >= ratio).length as HeatStep;
}

/** Whether this share of the peak, from 0 to 1, is that of a line which made the peak. */
export function madePeak(shareRatio: number): boolean {
  return heatStep(shareRatio) === heatStepRatios.length;
}

/** The most that any of the line's figures says; what thresholds are compared with. 0 when the line has none. */
export function lineWeightBytes(line: LineProfile): number {
  return Math.max(line.allocatedBytes ?? 0, line.liveBytes ?? 0, line.peakBytes ?? 0, Math.abs(line.netBytes ?? 0));
}

/** Whether the increment is what matters on a line: not where it took much more than it left or gave back. */
export function showsIncrement({ netBytes = 0, allocatedBytes = 0 }: LineProfile): boolean {
  return Math.abs(netBytes) > allocatedBytes / 2;
}

/** Whether the line left less memory than it found: it is no hot line, however much it handled. */
export function givesBack(line: LineProfile): boolean {
  return (line.netBytes ?? 0) < 0 && showsIncrement(line);
}

/**
 * The lines with the largest figures of this metric over all files, largest first; lines without any are left out, and with `auto` those
 * that give back more than they take.
 */
export function hottestLines(profile: MemoryProfile, metric: MetricChoice, limitCount = Infinity): readonly HotLine[] {
  const hot: HotLine[] = [];
  for (const file of profile.files) {
    for (const line of file.lines) {
      if (metric === 'auto' && givesBack(line)) continue;
      const found = heaviest(line, profile.totals, metric);
      if (found && found.bytes > 0) hot.push({ path: file.path, line, ...found });
    }
  }
  hot.sort((a, b) => b.shareRatio - a.shareRatio || b.bytes - a.bytes || a.path.localeCompare(b.path) || a.line.line - b.line.line);
  return hot.slice(0, limitCount);
}

function heaviest(
  line: LineProfile,
  totals: ProfileTotals,
  choice: MetricChoice,
): Pick<HotLine, 'bytes' | 'metric' | 'shareRatio'> | undefined {
  const wanted = choice === 'auto' ? metrics.filter((metric) => metric !== 'live') : [choice];
  let best: Pick<HotLine, 'bytes' | 'metric' | 'shareRatio'> | undefined;
  for (const metric of wanted) {
    const bytes = lineBytes(line, metric);
    const whole = totalBytes(totals, metric);
    if (bytes === undefined || whole === undefined) continue;
    const shareRatio = whole > 0 ? Math.min(1, Math.max(0, bytes / whole)) : 0;
    if (!best || shareRatio > best.shareRatio) best = { bytes, metric, shareRatio };
  }
  // A profile that has neither allocated nor peak by line still has something to rank by.
  return best ?? (choice === 'auto' ? heaviest(line, totals, 'live') : undefined);
}
