/**
 * Which calls with the same arguments are worth telling of, and which first: the same for all languages.
 */

import type { RepeatedCallReport } from '../core/profile.ts';

type Counts = Pick<RepeatedCallReport, 'checkedCallCount' | 'distinctArgumentsCount'>;

/** Fewer calls say little, and repeating them costs little. */
const leastCheckedCount = 100;
/** Of the checked calls: where more differ, a cache would answer less than every second call. */
const mostDistinctRatio = 0.5;

/** Whether calls with the same arguments are more than chance. */
export function areRepeated({ checkedCallCount, distinctArgumentsCount }: Counts): boolean {
  return checkedCallCount >= leastCheckedCount && distinctArgumentsCount <= checkedCallCount * mostDistinctRatio;
}

/** Sorts the most often repeated to the front. */
export function compareRepeats(a: Counts, b: Counts): number {
  return b.checkedCallCount - b.distinctArgumentsCount - (a.checkedCallCount - a.distinctArgumentsCount);
}
