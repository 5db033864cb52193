/**
 * Which lines the collections are charged to. V8 tells when it collected, not for whom. It collects because an allocation found no room, so
 * that the allocation was a line's is as likely as the line's share of all that was allocated about then.
 */

import type { Collection, LineProfile } from '../../core/profile.ts';
import type { ExecutionCourse } from './executionCourse.ts';
import type { RunTotals } from './lineTotals.ts';

export type LineCollections = Required<Pick<LineProfile, 'collectionCount' | 'collectionMs'>>;

/** The time between two counts of the executions. */
interface Span {
  collectionCount: number;
  collectionMs: number;
  allocatedBytes: number;
}

/**
 * @param allocatedBytes by the whole run, with what no line accounts for, which is taken to have come as the rest did
 * @returns by `fileIndex:line`, lines that at least one collection is charged to; all their counts come to the run's at most
 */
export function chargeCollections(
  collections: readonly Collection[],
  executions: ExecutionCourse,
  totals: RunTotals,
  allocatedBytes: number,
): ReadonlyMap<string, LineCollections> {
  if (collections.length === 0) return new Map();
  const spans = spansOf(collections, executions.knownAtMs);
  forEachGain(executions, totals, (_line, span, bytes) => ((spans[span] as Span).allocatedBytes += bytes));
  const attributedRatio = totals.attributedAllocatedBytes / Math.max(allocatedBytes, totals.attributedAllocatedBytes);
  const expected = new Map<string, { count: number; durationMs: number }>();
  forEachGain(executions, totals, (line, span, bytes) => {
    const { collectionCount, collectionMs, allocatedBytes: spanBytes } = spans[span] as Span;
    if (collectionCount === 0) return;
    const share = (bytes / spanBytes) * attributedRatio;
    const known = expected.get(line) ?? { count: 0, durationMs: 0 };
    known.count += collectionCount * share;
    known.durationMs += collectionMs * share;
    expected.set(line, known);
  });
  return wholeCounts(expected);
}

/** What ran after the last count is taken to be as what ran before it. */
function spansOf(collections: readonly Collection[], moments: readonly number[]): Span[] {
  const spans = moments.map((): Span => ({ collectionCount: 0, collectionMs: 0, allocatedBytes: 0 }));
  let at = 0;
  for (const { atMs, durationMs } of [...collections].sort((first, second) => first.atMs - second.atMs)) {
    while (at + 1 < spans.length && atMs > (moments[at] as number)) at++;
    const span = spans[at];
    if (span === undefined) break;
    span.collectionCount++;
    span.collectionMs += durationMs;
  }
  return spans;
}

/** Calls `visit` with what a line's expression allocated in a span, where that is anything. */
function forEachGain(
  executions: ExecutionCourse,
  { sites, residuals }: RunTotals,
  visit: (line: string, span: number, bytes: number) => void,
): void {
  const visitAll = (fileIndex: number, line: number, allocatedBytes: number, gains: readonly number[]): void => {
    const key = `${fileIndex}:${line}`;
    for (const [span, gained] of gains.entries()) if (gained > 0) visit(key, span, allocatedBytes * gained);
  };
  for (const { site, fileIndex, line, allocatedBytes } of sites) {
    if (allocatedBytes > 0) visitAll(fileIndex, line, allocatedBytes, executions.siteGains(site));
  }
  for (const { counter, fileIndex, line, allocatedBytes } of residuals) {
    if (allocatedBytes > 0) visitAll(fileIndex, line, allocatedBytes, executions.counterGains(counter));
  }
}

/** Rounds so that the counts' sum is right (largest remainders first). */
function wholeCounts(expected: ReadonlyMap<string, { count: number; durationMs: number }>): Map<string, LineCollections> {
  const entries = [...expected].map(([line, { count, durationMs }]) => ({ line, count, durationMs, whole: Math.floor(count) }));
  let rest = Math.round(entries.reduce((sum, { count, whole }) => sum + count - whole, 0));
  for (const entry of [...entries].sort((first, second) => second.count - second.whole - (first.count - first.whole))) {
    if (rest-- > 0) entry.whole++;
  }
  const charged = entries.filter(({ whole }) => whole > 0);
  return new Map(charged.map(({ line, whole, durationMs }) => [line, { collectionCount: whole, collectionMs: durationMs }]));
}
