/**
 * What came of trying a fix: the program's figures without and with it, and whether it still does the same.
 */

import { formatBytes, formatDuration, formatRatio } from './formatFigures.ts';

/** Of one profiled run. */
export interface TrialFigures {
  readonly peakBytes: number;
  readonly allocatedBytes?: number;
  readonly durationMs: number;
}

/** Both runs were profiled one after the other, in the same way, in a scratch copy of the workspace. */
export interface FixTrial {
  readonly before: TrialFigures;
  readonly after: TrialFigures;
  /**
   * Whether output, error output and exit status were the same to the byte; `varies`: two runs of the original differ too, so that
   * nothing can be said.
   */
  readonly behaviour: 'same' | 'different' | 'varies';
  /** The first thing that differs. */
  readonly difference?: { readonly what: string; readonly before: string; readonly after: string };
  /** What limits the comparison; whole sentences. */
  readonly notes: readonly string[];
}

/** `Peak: 30.2 MiB → 12.1 MiB (60% less)`: one row a figure. */
export function formatTrialFigures({ before, after }: Pick<FixTrial, 'before' | 'after'>): readonly string[] {
  const rows: string[] = [row('Peak', before.peakBytes, after.peakBytes, formatBytes)];
  if (before.allocatedBytes !== undefined && after.allocatedBytes !== undefined) {
    rows.push(row('Allocated', before.allocatedBytes, after.allocatedBytes, formatBytes));
  }
  rows.push(row('Time', before.durationMs, after.durationMs, formatDuration));
  return rows;
}

/** Whether the program still does what it did, as sentences. */
export function formatTrialBehaviour({ behaviour, difference }: Pick<FixTrial, 'behaviour' | 'difference'>): string {
  switch (behaviour) {
    case 'same':
      return 'Output and exit status stay the same.';
    case 'varies':
      return 'The program does something else each time it runs, without the fix too, so its output could not be compared.';
    case 'different': {
      const what = difference === undefined ? '' : ` ${difference.what}: “${difference.before}” became “${difference.after}”.`;
      return `With the fix the program no longer does the same.${what}`;
    }
  }
}

function row(name: string, before: number, after: number, format: (figure: number) => string): string {
  // Of nothing, no share can be told.
  return `${name}: ${format(before)} → ${format(after)}${before > 0 ? ` (${change(before, after)})` : ''}`;
}

/** `60% less`, `3.1% more`, `unchanged` where it is less than a thousandth. */
function change(before: number, after: number): string {
  const ratio = (after - before) / before;
  if (Math.abs(ratio) < 0.001) return 'unchanged';
  // Not rounded to all of it while something is left.
  if (ratio < -0.99 && after > 0) return 'over 99% less';
  return `${formatRatio(Math.abs(ratio))} ${ratio < 0 ? 'less' : 'more'}`;
}
