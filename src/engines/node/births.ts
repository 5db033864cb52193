/**
 * When what is alive was allocated, by site or function: the agent tells it of each span between two restarts of V8's sampling.
 */

import { birthBinCount } from '../../protocol/agentMessages.ts';

/** Bytes alive, by equal parts of a span of the run. */
export interface BirthSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly bins: readonly number[];
}

export type Births<Key> = ReadonlyMap<Key, readonly BirthSpan[]>;

/**
 * From groups of a reading.
 * @param keyLength how many numbers stand before the bins
 */
export function readBirths<Key>(
  groups: readonly number[],
  keyLength: number,
  keyOf: (numbers: readonly number[]) => Key,
  span: { readonly fromMs: number; readonly toMs: number },
): Births<Key> {
  const births = new Map<Key, readonly BirthSpan[]>();
  const groupLength = keyLength + birthBinCount;
  for (let at = 0; at + groupLength <= groups.length; at += groupLength) {
    births.set(keyOf(groups.slice(at, at + keyLength)), [{ ...span, bins: groups.slice(at + keyLength, at + groupLength) }]);
  }
  return births;
}

/** Those of a span together with what is left of those before it. */
export function mergeBirths<Key>(fresh: Births<Key>, carried: Births<Key>, keptOf: (key: Key) => number): Births<Key> {
  const merged = new Map(fresh);
  for (const [key, spans] of carried) {
    const kept = keptOf(key);
    if (kept <= 0) continue;
    const left = spans.map((span) => ({ ...span, bins: span.bins.map((bytes) => bytes * kept) }));
    merged.set(key, [...left, ...(merged.get(key) ?? [])]);
  }
  return merged;
}

/** Of the bytes alive, the share that had been allocated by then; 0 where nothing is known. */
export function bornBy(spans: readonly BirthSpan[], atMs: number): number {
  let bornBytes = 0;
  let allBytes = 0;
  for (const { fromMs, toMs, bins } of spans) {
    const binMs = (toMs - fromMs) / bins.length;
    bins.forEach((bytes, index) => {
      allBytes += bytes;
      const beganMs = fromMs + index * binMs;
      const part = binMs > 0 ? (atMs - beganMs) / binMs : Number(atMs >= toMs);
      bornBytes += bytes * Math.min(1, Math.max(0, part));
    });
  }
  return allBytes > 0 ? bornBytes / allBytes : 0;
}
