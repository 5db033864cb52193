/**
 * How what each line has alive at the end came about over the run. Where nearly all that it allocated is alive, or what is alive was made by
 * its executions early and late alike, these tell. Else the samples that are alive do, for V8 numbers them as it takes them.
 */

import { isWorthFollowing, type AllocatingLine, type LineCourse } from '../../core/leakSuspects.ts';
import { bornBy, type BirthSpan } from './births.ts';
import type { RunTotals } from './lineTotals.ts';
import type { Recording } from './recording.ts';

const pointCount = 50;
/** Of the run: a longer time without any count says too little of its course. */
const longestGapRatio = 0.4;
/** Of what a line has alive, what its courses have to be known of. */
const leastKnownRatio = 0.5;
/** Of what was allocated, alive: all of it, as far as sampling can tell. */
const nearlyAllRatio = 0.85;
/** By so much, and by chance, survivors may be younger or older than the executions that made them. */
const sameAgeRatio = 0.25;

/** About a hundred elements. */
const leastStoreBytes = 1024;

/** The share of what is alive at the end that there was at a moment. */
type Course = (atMs: number) => number;

/** What one expression of a line has alive. */
interface Part {
  /** Calls of the function in which it stands; undefined: not counted. */
  readonly callCount: number | undefined;
  readonly liveBytes: number;
  readonly allocatedBytes: number;
  /** The share of its executions up to a moment. */
  readonly executed: Course;
  readonly births: readonly BirthSpan[] | undefined;
  /** It makes a collection grow: its store is one value that is replaced, and how often it was added to says nothing of it. */
  readonly isStore: boolean;
}

interface LineParts {
  readonly path: string;
  readonly line: number;
  readonly parts: Part[];
}

/** @param endMs of the run, in milliseconds from the program's start */
export function buildLineCourses(
  recording: Recording,
  totals: RunTotals,
  pathOf: (fileIndex: number) => string,
  endMs: number,
): LineCourse[] {
  if (recording.executions.longestGapMs(endMs) > longestGapRatio * endMs) return [];
  const times = Array.from({ length: pointCount + 1 }, (_, index) => (endMs * index) / pointCount);
  return collectParts(recording, totals, pathOf).flatMap(({ path, line, parts }): LineCourse[] => {
    const liveBytes = parts.reduce((sum, part) => sum + part.liveBytes, 0);
    if (!isWorthFollowing(liveBytes)) return [];
    const known = parts.flatMap((part) => {
      const course = courseOf(part, times, recording.samplingIntervalBytes);
      return course === undefined ? [] : [{ liveBytes: part.liveBytes, course }];
    });
    const knownBytes = known.reduce((sum, part) => sum + part.liveBytes, 0);
    if (knownBytes < leastKnownRatio * liveBytes) return [];
    const aliveAt = (atMs: number): number =>
      (known.reduce((sum, part) => sum + part.liveBytes * part.course(atMs), 0) * liveBytes) / knownBytes;
    const [largest] = [...parts].sort((a, b) => b.liveBytes - a.liveBytes);
    const course = { at: { path, line }, atMs: times, liveBytes: times.map(aliveAt) };
    return [largest?.callCount === undefined ? course : { ...course, callCount: largest.callCount }];
  });
}

/** Lines that made a collection grow. */
export function findGrowingLines(recording: Recording, totals: RunTotals, pathOf: (fileIndex: number) => string): AllocatingLine[] {
  const isGrowing = (site: number): boolean => recording.growingSites.has(site);
  const growing = totals.sites.filter(({ site, allocatedBytes }) => isGrowing(site) && allocatedBytes >= leastStoreBytes);
  return growing.map(({ fileIndex, functionIndex, line }) => {
    const at = { path: pathOf(fileIndex), line };
    const callCount = callsOf(recording, totals, fileIndex, functionIndex);
    return callCount === undefined ? { at } : { at, callCount };
  });
}

/** The top level runs once. */
function callsOf({ files }: Recording, { counters }: RunTotals, fileIndex: number, functionIndex: number): number | undefined {
  if (functionIndex === 0) return 1;
  const counter = files[fileIndex]?.file.functions[functionIndex]?.counter ?? -1;
  return counter < 0 ? undefined : (counters.get(counter) ?? 0);
}

function collectParts(recording: Recording, totals: RunTotals, pathOf: (fileIndex: number) => string): LineParts[] {
  const { executions, growingSites, live } = recording;
  const lines = new Map<string, LineParts>();
  const add = (fileIndex: number, line: number, part: Part): void => {
    if (part.liveBytes === 0) return;
    const key = `${fileIndex}:${line}`;
    const known = lines.get(key);
    if (known === undefined) lines.set(key, { path: pathOf(fileIndex), line, parts: [part] });
    else known.parts.push(part);
  };
  for (const { site, fileIndex, functionIndex, line, liveBytes, allocatedBytes } of totals.sites) {
    const executed = (atMs: number): number => executions.siteShare(site, atMs) ?? 0;
    add(fileIndex, line, {
      callCount: callsOf(recording, totals, fileIndex, functionIndex),
      liveBytes,
      allocatedBytes,
      executed,
      births: live?.last?.birthsBySite.get(site),
      isStore: growingSites.has(site),
    });
  }
  for (const { fileIndex, functionIndex, counter, line, liveBytes, allocatedBytes } of totals.residuals) {
    const executed = (atMs: number): number => executions.counterShare(counter, atMs) ?? 0;
    const births = live?.last?.birthsByFunction.get(`${fileIndex}:${functionIndex}`);
    const callCount = callsOf(recording, totals, fileIndex, functionIndex);
    add(fileIndex, line, { callCount, liveBytes, allocatedBytes, executed, births, isStore: false });
  }
  return [...lines.values()];
}

/** Of a line that drops what is old: it holds about as much all the time. */
const heldThroughout: Course = () => 1;

/** undefined: not known. */
function courseOf(part: Part, times: readonly number[], samplingIntervalBytes: number): Course | undefined {
  const { liveBytes, allocatedBytes, executed, births, isStore } = part;
  if (!isStore && liveBytes >= nearlyAllRatio * allocatedBytes) return executed;
  if (births === undefined) return undefined;
  const course = (atMs: number): number => bornBy(births, atMs);
  // Of so few samples the distribution may be off by so much (Kolmogorov-Smirnov, at about one standard error).
  const chanceRatio = 0.5 / Math.sqrt(Math.max(1, liveBytes / Math.max(1, samplingIntervalBytes)));
  const largestRatio = sameAgeRatio + chanceRatio;
  if (times.some((atMs) => executed(atMs) - course(atMs) > largestRatio)) return heldThroughout;
  const isOlder = times.some((atMs) => course(atMs) - executed(atMs) > largestRatio);
  return isStore || isOlder ? course : executed;
}
