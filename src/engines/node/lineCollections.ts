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
  if (collections.length === 0) return new Map();
  const spans = spansOf(collections, executions.knownAtMs);
  const bytesByLine = allocatedInSpans(executions, totals, spans.length);
  const spanBytes = new Float64Array(spans.length);
  for (const bytes of bytesByLine.values())
    for (const [span, more] of bytes.entries()) spanBytes[span] = (spanBytes[span] as number) + more;
  const attributedRatio = totals.attributedAllocatedBytes / Math.max(allocatedBytes, totals.attributedAllocatedBytes);
  const expected = new Map<string, Charge>();
  for (const [line, bytes] of bytesByLine) {
    const charge = { count: 0, durationMs: 0 };
    for (const [index, span] of spans.entries()) {
      if (bytes[index] === 0) continue;
      const share = ((bytes[index] as number) / (spanBytes[index] as number)) * attributedRatio;
      charge.count += span.count * share;
      charge.durationMs += span.durationMs * share;
    }
    expected.set(line, charge);
  }
  return wholeCounts(expected);
}

/** Collections, or shares of some, and how long they took. */
interface Charge {
  count: number;
  durationMs: number;
}

/** What ran between each count of the executions and the one before it; after the last one, it is taken to be as before it. */
function spansOf(collections: readonly Collection[], moments: readonly number[]): Charge[] {
  const spans = moments.map((): Charge => ({ count: 0, durationMs: 0 }));
  let at = 0;
  for (const { atMs, durationMs } of [...collections].sort((first, second) => first.atMs - second.atMs)) {
    while (at + 1 < spans.length && atMs > (moments[at] as number)) at++;
    const span = spans[at];
    if (span === undefined) break;
    span.count++;
    span.durationMs += durationMs;
  }
  return spans;
}

/** Bytes by line, in each span. */
function allocatedInSpans(executions: ExecutionCourse, { sites, residuals }: RunTotals, spanCount: number): Map<string, Float64Array> {
  const bytesByLine = new Map<string, Float64Array>();
  const add = (fileIndex: number, line: number, allocatedBytes: number, gains: readonly number[]): void => {
    const key = `${fileIndex}:${line}`;
    const bytes = bytesByLine.get(key) ?? new Float64Array(spanCount);
    bytesByLine.set(key, bytes);
    for (const [span, gained] of gains.entries()) if (gained > 0) bytes[span] = (bytes[span] as number) + allocatedBytes * gained;
  };
  for (const { site, fileIndex, line, allocatedBytes } of sites) {
    if (allocatedBytes > 0) add(fileIndex, line, allocatedBytes, executions.siteGains(site));
  }
  for (const { counter, fileIndex, line, allocatedBytes } of residuals) {
    if (allocatedBytes > 0) add(fileIndex, line, allocatedBytes, executions.counterGains(counter));
  }
  return bytesByLine;
}

/** Rounds so that the counts' sum is right (largest remainders first). */
function wholeCounts(expected: ReadonlyMap<string, Charge>): Map<string, LineCollections> {
  const entries = [...expected].map(([line, { count, durationMs }]) => ({ line, count, durationMs, whole: Math.floor(count) }));
  let rest = Math.round(entries.reduce((sum, { count, whole }) => sum + count - whole, 0));
  for (const entry of [...entries].sort((first, second) => second.count - second.whole - (first.count - first.whole))) {
    if (rest-- > 0) entry.whole++;
  }
  const charged = entries.filter(({ whole }) => whole > 0);
  return new Map(charged.map(({ line, whole, durationMs }) => [line, { collectionCount: whole, collectionMs: durationMs }]));
}
