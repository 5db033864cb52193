/**
 * Leak suspects: lines whose memory grows over the run in a way that the program's phases don't explain, and survives. A suspicion is no
 * verdict: it rests on growth that was measured, and a person decides.
 *
 * A line is suspected when all of this holds:
 * - What it has alive at the end, after a full collection, is at least 64 KiB, and 1 MiB or 5 % of all that is alive.
 * - It began to grow in the first half of the run, grew in at least 7 of the 10 tenths since and in 2 of the last 3, was never more than
 *   0.35 ahead of even growth nor 0.5 behind (Kolmogorov-Smirnov statistics, see growthCourse.ts), and at least 5 % of it came in the last
 *   fifth of the run.
 * - The memory outlives the call that made it: it comes from a function that was called at least ten times. What one pass of a function
 *   builds (a script that reads a file into a list) is its result, however long that takes. Where a line on the way there makes a
 *   collection grow, that line's function counts instead, for it decides how long the values live: `rows.append(parse(text))` at a script's
 *   top level builds a result, in a handler it is suspected. And what one pass makes is held by calls all the same where only functions that
 *   are called again and again make collections grow: `store.add(Item(number))`.
 *
 * That leaks are told by what grows from one full collection to the next is Jump and McKinley's (Cork, POPL 2007). The thresholds were
 * chosen on the programs in bench/leaks, which also measure precision and recall. What can't be told: a loop at the top level that
 * gathers for ever from one that gathers a result.
 */

import { formatBytes, formatCount, formatDuration, formatRatio } from './formatFigures.ts';
import { measureGrowth, type Course, type Growth } from './growthCourse.ts';
import type { CallNode, FunctionProfile, HolderReport, LeakSuspect, LineProfile, MemoryProfile, SourceRef } from './profile.ts';

/** A line that allocates. */
export interface AllocatingLine {
  readonly at: SourceRef;
  /** Calls of the function in which it does so, where an engine knows that better than by the lines that functions span. */
  readonly callCount?: number;
}

/** The course of one line's live bytes, as an engine followed it. */
export interface LineCourse extends Course, AllocatingLine {}

export interface LeakEvidence {
  readonly courses: readonly LineCourse[];
  /** Lines that made a collection (a list, a map) grow, be it by a little. */
  readonly growingLines: readonly AllocatingLine[];
  /** What is alive at the end was taken after a full collection. */
  readonly collectedAtEnd: boolean;
}

const leastLiveBytes = 65_536;
const notableLiveBytes = 1_048_576;
const notableLiveRatio = 0.05;
const latestBeginningRatio = 0.5;
const leastTenthCount = 7;
const leastLateTenthCount = 2;
const largestAheadRatio = 0.35;
const largestBehindRatio = 0.5;
const leastLastFifthRatio = 0.05;
const repeatedCallCount = 10;
/** Shorter runs are all start-up, and were looked at too seldom. */
const shortestRunMs = 250;
const leastPointCount = 10;
/** What is not suspected may be likely up to this. */
const largestUnsuspectedRatio = 0.5;

/** The profile with what its lines' courses tell: the growth of each, and those that are suspected, most bytes first. */
export function addLeakSuspects(profile: MemoryProfile, { courses, growingLines, collectedAtEnd }: LeakEvidence): MemoryProfile {
  const suspects: LeakSuspect[] = [];
  const growthOf = new Map<string, LineProfile['growth']>();
  const calls = createCallRule(profile, growingLines);
  for (const course of courses) {
    const growth = isFollowed(course, profile) ? measureGrowth(course) : undefined;
    if (growth === undefined) continue;
    const line = lineAt(profile, course.at);
    const isSuspected = line !== undefined && isNotable(line, profile) && isSteady(growth, profile) && calls.isRepeated(course);
    const likelihood = growth.grownTenthCount / 10;
    growthOf.set(keyOf(course.at), {
      liveBytesPerSecond: Math.round(growth.bytesPerSecond),
      leakLikelihoodRatio: isSuspected ? likelihood : Math.min(likelihood, largestUnsuspectedRatio),
    });
    if (!isSuspected) continue;
    suspects.push({
      at: course.at,
      liveBytes: line.liveBytes ?? 0,
      reason: describe(line, growth, collectedAtEnd),
      retainedBy: holderPath(profile.holders, course.at),
      series: { atMs: course.atMs.map(Math.round), liveBytes: course.liveBytes.map(Math.round) },
    });
  }
  return {
    ...profile,
    files: profile.files.map((file) => ({
      ...file,
      lines: file.lines.map((line) => {
        const growth = growthOf.get(keyOf({ path: file.path, line: line.line }));
        return growth === undefined ? line : { ...line, growth };
      }),
    })),
    leakSuspects: suspects.sort((a, b) => b.liveBytes - a.liveBytes),
  };
}

/** Lines that hold less at the end need no course. */
export function isWorthFollowing(liveBytes: number): boolean {
  return liveBytes >= leastLiveBytes;
}

function isNotable({ liveBytes = 0 }: LineProfile, { totals }: MemoryProfile): boolean {
  return isWorthFollowing(liveBytes) && liveBytes >= Math.min(notableLiveBytes, notableLiveRatio * totals.liveBytes);
}

function isFollowed({ atMs }: Course, { durationMs }: MemoryProfile): boolean {
  return durationMs >= shortestRunMs && atMs.length >= leastPointCount;
}

function isSteady(growth: Growth, { durationMs }: MemoryProfile): boolean {
  return (
    growth.beganAtMs <= latestBeginningRatio * durationMs &&
    growth.grownTenthCount >= leastTenthCount &&
    growth.grownLateTenthCount >= leastLateTenthCount &&
    growth.aheadRatio <= largestAheadRatio &&
    growth.behindRatio <= largestBehindRatio &&
    growth.lastFifthRatio >= leastLastFifthRatio
  );
}

function describe(line: LineProfile, growth: Growth, collectedAtEnd: boolean): string {
  const since = growth.beganAtMs < 1 ? 'of the run' : `of the time from ${formatDuration(growth.beganAtMs)} to the end`;
  const liveBytes = line.liveBytes ?? 0;
  const ratio = line.allocatedBytes === undefined || line.allocatedBytes === 0 ? undefined : Math.min(1, liveBytes / line.allocatedBytes);
  const executions =
    line.executionCount === undefined
      ? ''
      : `, over ${line.executionCountIsMinimum === true ? 'at least ' : ''}${formatCount(line.executionCount)} executions`;
  const alive = ratio === undefined ? formatBytes(liveBytes) : `${formatBytes(liveBytes)}, ${formatRatio(ratio)} of what it allocated,`;
  return (
    `Grew in ${growth.grownTenthCount} of 10 tenths ${since}${executions}: ${alive} was alive at the end` +
    (collectedAtEnd ? ', after a full collection.' : '; the program did not end by itself, so no full collection ran then.')
  );
}

interface CallRule {
  /** Whether most of what the course is of was made in, or put into a collection by, a function that was called again and again. */
  isRepeated(course: LineCourse): boolean;
}

function createCallRule(profile: MemoryProfile, growingLines: readonly AllocatingLine[]): CallRule {
  const nodes = profile.callTree?.nodes ?? [];
  const frames = profile.callTree?.frames ?? [];
  const growing = new Map(growingLines.map((line) => [keyOf(line.at), line]));
  const isRepeated = ({ at, callCount }: AllocatingLine): boolean => {
    if (callCount !== undefined) return callCount >= repeatedCallCount;
    const own = innermostFunction(profile, at);
    // What was not counted may have been called any number of times.
    return own !== undefined && (own.callCount ?? Infinity) >= repeatedCallCount;
  };
  // What grows once (a module's names at its import) gathers no values.
  const gathering = growingLines.filter(({ at }) => (lineAt(profile, at)?.executionCount ?? Infinity) >= repeatedCallCount);
  const onlyCallsGrow = gathering.length > 0 && gathering.every(isRepeated);
  const refOf = (node: CallNode): SourceRef | undefined => frames[node.frame];
  /** From the allocating line outwards, the first one that makes a collection grow; undefined: none does. */
  const deciding = (leaf: CallNode): AllocatingLine | undefined => {
    for (let node: CallNode | undefined = leaf; node !== undefined; node = nodes[node.parent]) {
      const at = refOf(node);
      const found = at === undefined ? undefined : growing.get(keyOf(at));
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return {
    isRepeated(course) {
      const { at } = course;
      const isRepeatedItself = onlyCallsGrow || isRepeated(course);
      let repeatedBytes = 0;
      let otherBytes = 0;
      for (const node of nodes) {
        const own = refOf(node);
        if (own === undefined || own.line !== at.line || own.path !== at.path) continue;
        const decidingLine = deciding(node);
        const counts = onlyCallsGrow || decidingLine === undefined ? isRepeatedItself : isRepeated(decidingLine);
        if (counts) repeatedBytes += node.liveBytes ?? 0;
        else otherBytes += node.liveBytes ?? 0;
      }
      return repeatedBytes + otherBytes > 0 ? repeatedBytes > otherBytes : isRepeatedItself;
    },
  };
}

/** undefined: the file's top level. */
function innermostFunction({ files }: MemoryProfile, { path, line }: SourceRef): FunctionProfile | undefined {
  let found: FunctionProfile | undefined;
  for (const candidate of files.find((file) => file.path === path)?.functions ?? []) {
    if (candidate.line <= line && line <= candidate.endLine && (found === undefined || candidate.line >= found.line)) found = candidate;
  }
  return found;
}

function holderPath(holders: readonly HolderReport[] = [], at: SourceRef): readonly string[] {
  const found = holders.filter((holder) => keyOf(holder.at) === keyOf(at));
  const [biggest] = found.sort((a, b) => b.bytes - a.bytes);
  return biggest?.path.map(({ text }) => text) ?? [];
}

function lineAt({ files }: MemoryProfile, { path, line }: SourceRef): LineProfile | undefined {
  return files.find((file) => file.path === path)?.lines.find((candidate) => candidate.line === line);
}

function keyOf({ path, line }: SourceRef): string {
  return `${line}:${path}`;
}
