/**
 * How what each line has alive at the end came about over the run. Where nearly all that it allocated is alive, its executions tell; else
 * the samples that are alive do, for V8 numbers them.
 */

import { isWorthFollowing, type LineCourse } from '../../core/leakSuspects.ts';
import { bornBy, type BirthSpan } from './births.ts';
import type { RunTotals } from './lineTotals.ts';
import type { Recording } from './recording.ts';

const pointCount = 50;
/** Of what a line has alive, what its courses have to be known of. */
const leastKnownRatio = 0.5;
/** Of what was allocated, alive: all of it, as far as sampling can tell. */
const nearlyAllRatio = 0.85;

/** The share of it that there was at a moment; undefined: not known. */
type Course = ((atMs: number) => number) | undefined;

interface LineParts {
  readonly path: string;
  readonly line: number;
  readonly parts: { readonly liveBytes: number; readonly course: (atMs: number) => number }[];
  liveBytes: number;
  growsCollection: boolean;
}

/** @param endMs of the run, in milliseconds from the program's start */
export function buildLineCourses(
  recording: Recording,
  totals: RunTotals,
  pathOf: (fileIndex: number) => string,
  endMs: number,
): LineCourse[] {
  const last = recording.live?.last;
  if (last === undefined) return [];
  const { executions } = recording;
  const lines = new Map<string, LineParts>();
  const add = (fileIndex: number, line: number, liveBytes: number, course: Course): LineParts => {
    const path = pathOf(fileIndex);
    const key = `${line}:${path}`;
    const parts = lines.get(key) ?? { path, line, parts: [], liveBytes: 0, growsCollection: false };
    lines.set(key, parts);
    parts.liveBytes += liveBytes;
    if (course !== undefined) parts.parts.push({ liveBytes, course });
    return parts;
  };
  for (const { site, fileIndex, line, liveBytes, allocatedBytes } of totals.sites) {
    if (liveBytes === 0) continue;
    const allLives = liveBytes >= nearlyAllRatio * allocatedBytes && executions.siteShare(site, endMs) !== undefined;
    const course = allLives ? (atMs: number): number => executions.siteShare(site, atMs) ?? 0 : courseOf(last.birthsBySite.get(site));
    const parts = add(fileIndex, line, liveBytes, course);
    if (recording.growingSites.has(site) && isWorthFollowing(liveBytes)) parts.growsCollection = true;
  }
  for (const { fileIndex, functionIndex, counter, line, liveBytes, allocatedBytes } of totals.residuals) {
    if (liveBytes === 0) continue;
    const allLives = liveBytes >= nearlyAllRatio * allocatedBytes;
    const spans = last.birthsByFunction.get(`${fileIndex}:${functionIndex}`);
    add(fileIndex, line, liveBytes, allLives ? (atMs): number => executions.counterShare(counter, atMs) ?? 0 : courseOf(spans));
  }
  const times = Array.from({ length: pointCount + 1 }, (_, index) => (endMs * index) / pointCount);
  return [...lines.values()].flatMap(({ path, line, parts, liveBytes, growsCollection }): LineCourse[] => {
    const knownBytes = parts.reduce((sum, part) => sum + part.liveBytes, 0);
    if (!isWorthFollowing(liveBytes) || knownBytes < leastKnownRatio * liveBytes) return [];
    const aliveAt = (atMs: number): number => {
      const known = parts.reduce((sum, part) => sum + part.liveBytes * part.course(atMs), 0);
      return (known * liveBytes) / knownBytes;
    };
    return [{ at: { path, line }, atMs: times, liveBytes: times.map(aliveAt), growsCollection }];
  });
}

function courseOf(spans: readonly BirthSpan[] | undefined): Course {
  return spans === undefined ? undefined : (atMs) => bornBy(spans, atMs);
}
