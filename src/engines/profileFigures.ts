/**
 * Arithmetic by which every engine's profile comes out right: totals that hold, standard errors, figures of one line from several.
 */

import type { LineProfile } from '../core/profile.ts';

/**
 * A total and what of it no line accounts for. Lines may come to a little more than the measured total, by their sampling error or by being
 * rounded one by one: then their sum is the total.
 * @param attributed sum over the lines, in bytes
 */
export function wholeAndRest(total: number, attributed: number): { whole: number; rest: number } {
  const whole = Math.max(Math.round(total), Math.ceil(attributed));
  return { whole, rest: whole - attributed };
}

/** One standard error as a share of the figure, at most 1. */
export function errorRatio(variance: number, bytes: number): number {
  return bytes > 0 && variance > 0 ? Math.min(1, Math.sqrt(variance) / bytes) : 0;
}

/**
 * Figures of a line that ran as two: a file that was loaded twice or under two names, a line of two functions. All that can be summed is,
 * counts too; the error is the larger one, the memory in use the second's.
 */
export function addLines(first: LineProfile, second: LineProfile): LineProfile {
  const sums: Record<string, unknown> = { ...first };
  for (const [name, value] of Object.entries(second) as [string, unknown][]) {
    const before = sums[name];
    if (typeof value !== 'number' || typeof before !== 'number' || name.startsWith('inUse')) sums[name] = value;
    else if (name === 'relativeErrorRatio') sums[name] = Math.max(before, value);
    else if (name !== 'line') sums[name] = before + value;
  }
  return sums as unknown as LineProfile;
}
