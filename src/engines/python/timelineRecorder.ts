/**
 * The course of a run: points of traced and resident memory, and when the peak was seen. However long the run, the number of points is
 * bounded.
 */

import type { Timeline } from '../../core/profile.ts';

export interface TimelinePoint {
  readonly atMs: number;
  readonly heapUsedBytes: number;
  readonly externalBytes: number;
  readonly rssBytes: number;
}

export interface TimelineRecorder {
  /** Points come in the order of their time. */
  add(point: TimelinePoint): void;
  /** A peak of traced memory that was reached by then; the first time of the highest one counts. */
  seePeak(peakBytes: number, atMs: number): void;
  readonly peakAtMs: number;
  readonly last: TimelinePoint | undefined;
  build(): Timeline;
}

/** Five minutes at 15 ms; then only every second point is kept, and so on. */
const maxPointCount = 20_000;

export function createTimelineRecorder(): TimelineRecorder {
  let points: TimelinePoint[] = [];
  let leastStepMs = 0;
  /** When the last point began to stand for all that came since. */
  let lastBeganAtMs = 0;
  let peakBytes = -1;
  let peakAtMs = 0;
  return {
    add(point) {
      const before = points.at(-1);
      const atMs = Math.max(0, point.atMs, before?.atMs ?? 0);
      const whole: TimelinePoint = { ...point, atMs };
      if (before !== undefined && atMs - lastBeganAtMs < leastStepMs) {
        points[points.length - 1] = higher(before, whole);
        return;
      }
      lastBeganAtMs = atMs;
      points.push(whole);
      if (points.length < maxPointCount) return;
      points = points.flatMap((one, index) => (index % 2 === 0 ? [higher(one, points[index + 1] ?? one)] : []));
      leastStepMs = Math.max(1, ((points.at(-1)?.atMs ?? 0) / points.length) * 0.9);
    },
    seePeak(bytes, atMs) {
      if (bytes <= peakBytes) return;
      peakBytes = bytes;
      peakAtMs = Math.max(0, atMs);
    },
    get peakAtMs() {
      return peakAtMs;
    },
    get last() {
      return points.at(-1);
    },
    build: () => ({
      atMs: points.map(({ atMs }) => atMs),
      heapUsedBytes: points.map(({ heapUsedBytes }) => heapUsedBytes),
      externalBytes: points.map(({ externalBytes }) => externalBytes),
      rssBytes: points.map(({ rssBytes }) => rssBytes),
    }),
  };
}

/** Of two points that become one, what was highest shall be seen still. */
function higher(first: TimelinePoint, second: TimelinePoint): TimelinePoint {
  const traced = (point: TimelinePoint): number => point.heapUsedBytes + point.externalBytes;
  const kept = traced(second) >= traced(first) ? second : first;
  return { ...kept, rssBytes: Math.max(first.rssBytes, second.rssBytes) };
}
