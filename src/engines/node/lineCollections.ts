/**
 * Which lines the collections are charged to. V8 tells when it collected, not for whom. It collects because an allocation found no room, so
 * that the allocation was a line's is as likely as the line's share of all that was allocated about then.
 */

import type { Collection, LineProfile } from '../../core/profile.ts';
import type { ExecutionCourse } from './executionCourse.ts';
import type { RunTotals } from './lineTotals.ts';

export type LineCollections = Required<Pick<LineProfile, 'collectionCount' | 'collectionMs'>>;

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
  const expected = new Map<string, { count: number; durationMs: number }>();
  const wholeBytes = Math.max(allocatedBytes, totals.attributedAllocatedBytes);
  for (const span of spansOf(collections, executions.knownAtMs)) {
    const bytesOf = allocatedBetween(executions, totals, span);
    const spanBytes = [...bytesOf.values()].reduce((sum, bytes) => sum + bytes, 0) * (wholeBytes / totals.attributedAllocatedBytes);
    for (const [line, bytes] of bytesOf) {
      if (bytes === 0) continue;
      const known = expected.get(line) ?? { count: 0, durationMs: 0 };
      known.count += span.count * (bytes / spanBytes);
      known.durationMs += span.durationMs * (bytes / spanBytes);
      expected.set(line, known);
    }
  }
  return wholeCounts(expected);
}

/** The time between two counts of the executions, and the collections in it. */
interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  count: number;
  durationMs: number;
}

function spansOf(collections: readonly Collection[], moments: readonly number[]): Span[] {
  const spans = [...moments, Infinity].map((toMs, index): Span => ({ fromMs: moments[index - 1] ?? 0, toMs, count: 0, durationMs: 0 }));
  let at = 0;
  for (const { atMs, durationMs } of [...collections].sort((first, second) => first.atMs - second.atMs)) {
    while (at + 1 < spans.length && atMs > (spans[at] as Span).toMs) at++;
    const span = spans[at] as Span;
    span.count++;
    span.durationMs += durationMs;
  }
  return spans.filter(({ count }) => count > 0);
}

function allocatedBetween(executions: ExecutionCourse, { sites, residuals }: RunTotals, { fromMs, toMs }: Span): Map<string, number> {
  const bytesOf = new Map<string, number>();
  const add = (fileIndex: number, line: number, bytes: number, shareAt: (atMs: number) => number | undefined): void => {
    if (bytes === 0) return;
    const key = `${fileIndex}:${line}`;
    bytesOf.set(key, (bytesOf.get(key) ?? 0) + bytes * ((shareAt(toMs) ?? 0) - (shareAt(fromMs) ?? 0)));
  };
  for (const { site, fileIndex, line, allocatedBytes } of sites) {
    add(fileIndex, line, allocatedBytes, (atMs) => executions.siteShare(site, atMs));
  }
  for (const { counter, fileIndex, line, allocatedBytes } of residuals) {
    add(fileIndex, line, allocatedBytes, (atMs) => executions.counterShare(counter, atMs));
  }
  return bytesOf;
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
