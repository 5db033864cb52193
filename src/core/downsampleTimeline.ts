/**
 * Makes a long timeline short enough to send and draw, without losing what a person looks for in it: its extremes.
 *
 * Averaging, or taking every n-th point, would cut the very spike that made the peak. So the time is divided into equal spans, and of
 * each span the lowest and the highest point of every series stay, where and when they were; nothing is invented between them.
 */

import type { Timeline } from './profile.ts';

/** Lowest and highest of three series in one span. */
const keptPerSpan = 6;

/**
 * At most `maxPointCount` points (never fewer than two when there are two), in order of time, the first and the last among them.
 * A timeline that is short enough comes back as it is.
 * @throws RangeError when `maxPointCount` leaves no room for one span and both ends.
 */
export function downsampleTimeline(timeline: Timeline, maxPointCount: number): Timeline {
  const pointCount = timeline.atMs.length;
  if (maxPointCount < keptPerSpan + 2) throw new RangeError(`A timeline needs room for at least ${keptPerSpan + 2} points`);
  if (pointCount <= maxPointCount) return timeline;

  const spanCount = Math.floor((maxPointCount - 2) / keptPerSpan);
  const kept = new Set<number>([0]);
  for (const [first, end] of spansByTime(timeline.atMs, spanCount)) {
    for (const series of [timeline.heapUsedBytes, timeline.externalBytes, timeline.rssBytes]) {
      const { lowest, highest } = extremes(series, first, end);
      kept.add(lowest).add(highest);
    }
  }
  kept.add(pointCount - 1);

  const indices = [...kept].sort((a, b) => a - b);
  const pick = (series: readonly number[]): number[] => indices.map((index) => series[index] ?? 0);
  return {
    atMs: pick(timeline.atMs),
    heapUsedBytes: pick(timeline.heapUsedBytes),
    externalBytes: pick(timeline.externalBytes),
    rssBytes: pick(timeline.rssBytes),
  };
}

/** Index ranges `[first, end)` of the points in each of `spanCount` equal spans of time; spans without a point are left out. */
function* spansByTime(atMs: readonly number[], spanCount: number): Generator<readonly [number, number]> {
  const startMs = atMs[0] ?? 0;
  const spanMs = ((atMs[atMs.length - 1] ?? 0) - startMs) / spanCount;
  let first = 0;
  for (let span = 1; span <= spanCount && first < atMs.length; span++) {
    let end = first;
    const endMs = startMs + span * spanMs;
    if (span === spanCount) end = atMs.length;
    else while (end < atMs.length && (atMs[end] ?? 0) < endMs) end++;
    if (end > first) yield [first, end];
    first = end;
  }
}

function extremes(series: readonly number[], first: number, end: number): { lowest: number; highest: number } {
  let lowest = first;
  let highest = first;
  for (let index = first + 1; index < end; index++) {
    const value = series[index] ?? 0;
    if (value < (series[lowest] ?? 0)) lowest = index;
    if (value > (series[highest] ?? 0)) highest = index;
  }
  return { lowest, highest };
}
