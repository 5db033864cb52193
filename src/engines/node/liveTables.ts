/**
 * What is alive, by site and by function, followed from reading to reading.
 *
 * V8 keeps samples only since sampling (re)started. When the agent restarts it with a coarser interval, what was alive then is carried
 * over; what of it is still alive later is told by the exact total: heap in use after the collection less what the newer samples stand for.
 */

import type { ReadingMessage } from '../../protocol/agentMessages.ts';
import { mergeBirths, readBirths, type Births } from './births.ts';
import type { SiteAllocation } from './siteFigures.ts';

/** Bytes by key: a site ('12') or a function outside of its markers ('file:function'). */
export interface LiveTable {
  readonly atMs: number;
  /** Exact: what the program holds in all, without what the runtime held at its start. */
  readonly heapBytes: number;
  readonly externalBytes: number;
  readonly bySite: ReadonlyMap<number, number>;
  readonly byFunction: ReadonlyMap<string, number>;
  readonly externalBySite: ReadonlyMap<number, number>;
  /** One standard error, in bytes, of the figure of a site; absent: exact or taken from an exact figure. */
  readonly errorBySite: ReadonlyMap<number, number>;
  /** When what is alive was allocated, of those that have much. */
  readonly birthsBySite: Births<number>;
  readonly birthsByFunction: Births<string>;
  readonly externalsKnown: boolean;
}

export interface LiveTables {
  /** Takes a reading in; `allocations` are the sites' figures at that moment. */
  add(reading: ReadingMessage, allocations: ReadonlyMap<number, SiteAllocation>): void;
  readonly last: LiveTable | undefined;
  readonly peak: LiveTable | undefined;
}

/** Up to so many standard errors a sampled figure is taken for all of what was allocated, which is known better. */
const sameErrorCount = 2.5;
const sameRatio = 0.12;
/** From so many on it is more. */
const surelyMoreErrorCount = 4;
/** And below this share of what was allocated for nothing: values that the program has just at hand, and V8's own caches. */
const noneRatio = 0.005;
const noneBytes = 65_536;
/** Fewer values say too little about the rest. */
const minFollowedCount = 8;
/** About what V8 takes for itself and its sampler does not see: code, feedback, maps. */
const unseenBytes = 262_144;
/** What was carried over is known so roughly: it is what is left of the total, and taken for all or nothing when it is near to that. */
const carriedErrorRatio = 0.15;
/** V8 grows a store by half. */
const replacedRatio = 1.4;

export interface SiteTraits {
  /** All that the site allocates lives as long as its value: literals and `new`. */
  isSteady(site: number): boolean;
  /** The site makes collections grow. */
  isGrowing(site: number): boolean;
}

export function createLiveTables(baseline: { readonly heapBytes: number; readonly externalBytes: number }, traits: SiteTraits): LiveTables {
  let carriedSites = new Map<number, number>();
  let carriedFunctions = new Map<string, number>();
  let carriedOther = 0;
  let carriedBirthsBySite: Births<number> = new Map();
  let carriedBirthsByFunction: Births<string> = new Map();
  let executionsAtEra: ReadonlyMap<number, number> = new Map();
  let allocatedAtEra: ReadonlyMap<number, number> = new Map();
  const self: { last: LiveTable | undefined; peak: LiveTable | undefined; add: LiveTables['add'] } = {
    last: undefined,
    peak: undefined,
    add(reading, allocations) {
      const heapBytes = Math.max(0, reading.heapUsedBytes - baseline.heapBytes - reading.ownBytes);
      const externalBytes = Math.max(0, reading.externalBytes - baseline.externalBytes);
      const sites = pairs(reading.sites);
      const functions = triples(reading.functions);
      const sampledBytes = sum(sites.values()) + sum(functions.values()) + reading.otherBytes;
      const carriedBytes = sum(carriedSites.values()) + sum(carriedFunctions.values()) + carriedOther;
      const kept = keptRatios(heapBytes - sampledBytes, carriedBytes, carriedSites, reading.survival, executionsAtEra, (site, bytes) => {
        // A collection that grew since has a new, larger store, and the old one is garbage.
        return traits.isGrowing(site) && (sites.get(site) ?? 0) > replacedRatio * bytes;
      });

      const fresh = new Map(sites);
      const errorBySite = combineWithFollowed(fresh, reading, (site) => {
        return traits.isSteady(site) ? Math.max(0, (allocations.get(site)?.heapBytes ?? 0) - (allocatedAtEra.get(site) ?? 0)) : undefined;
      });
      const keptOf = (site: number): number => kept.bySite.get(site) ?? kept.others;
      const bySite = merge(fresh, carriedSites, keptOf);
      const byFunction = merge(functions, carriedFunctions, () => kept.others);
      const restError = Math.hypot(
        samplingError(reading.samplingIntervalBytes, sum(functions.values()) + reading.otherBytes),
        carriedErrorRatio * carriedBytes,
      );
      fitToTotal(bySite, errorBySite, heapBytes - sum(byFunction.values()) - reading.otherBytes - carriedOther * kept.others, restError);
      settle(bySite, errorBySite, allocations);
      const span = { fromMs: reading.birthsFromMs, toMs: reading.atMs };
      const siteBirths = readBirths(reading.siteBirths, 1, ([site = 0]) => site, span);
      const functionBirths = readBirths(reading.functionBirths, 2, (key) => key.join(':'), span);
      const table: LiveTable = {
        atMs: reading.atMs,
        heapBytes,
        externalBytes,
        bySite,
        byFunction,
        externalBySite: pairs(reading.externals ?? []),
        errorBySite,
        birthsBySite: mergeBirths(siteBirths, carriedBirthsBySite, keptOf),
        birthsByFunction: mergeBirths(functionBirths, carriedBirthsByFunction, () => kept.others),
        externalsKnown: reading.externals !== undefined,
      };
      self.last = table;
      if (self.peak === undefined || heapBytes + externalBytes > self.peak.heapBytes + self.peak.externalBytes) self.peak = table;
      if (reading.reason === 'restart') {
        carriedSites = new Map(bySite);
        carriedFunctions = new Map(byFunction);
        carriedBirthsBySite = table.birthsBySite;
        carriedBirthsByFunction = table.birthsByFunction;
        executionsAtEra = new Map([...allocations].map(([site, { executionCount }]) => [site, executionCount] as const));
        allocatedAtEra = new Map([...allocations].map(([site, { heapBytes: bytes }]) => [site, bytes] as const));
        carriedOther = reading.otherBytes + carriedOther * kept.others;
      }
    },
  };
  return self;
}

interface KeptRatios {
  /** Of sites whose values were followed. */
  readonly bySite: ReadonlyMap<number, number>;
  readonly others: number;
}

/**
 * How much of what was carried over is still alive. Where values of a site were followed, their share tells; the others share what is left
 * of the exact total.
 */
function keptRatios(
  leftBytes: number,
  carriedBytes: number,
  carried: ReadonlyMap<number, number>,
  survival: readonly number[],
  executionsAtEra: ReadonlyMap<number, number>,
  isReplaced: (site: number, bytes: number) => boolean,
): KeptRatios {
  const bySite = new Map<number, number>();
  let followedBytes = 0;
  let keptBytes = 0;
  const followed = new Set<number>();
  for (let at = 0; at + 4 < survival.length; at += 5) {
    const [site = 0, followedCount = 0, aliveCount = 0] = survival.slice(at, at + 3);
    const bytes = carried.get(site);
    // Of a site that ran a few times only, all values are followed.
    const isComplete = (executionsAtEra.get(site) ?? Infinity) <= minFollowedCount;
    if (bytes === undefined || followedCount === 0 || (followedCount < minFollowedCount && !isComplete)) continue;
    followed.add(site);
    bySite.set(site, aliveCount / followedCount);
    followedBytes += bytes;
    keptBytes += (bytes * aliveCount) / followedCount;
  }
  for (const [site, bytes] of carried) {
    if (followed.has(site) || !isReplaced(site, bytes)) continue;
    bySite.set(site, 0);
    followedBytes += bytes;
  }
  return { bySite, others: keptRatio(leftBytes - keptBytes, carriedBytes - followedBytes) };
}

/** Small differences are noise of the newer samples. */
function keptRatio(leftBytes: number, carriedBytes: number): number {
  if (carriedBytes <= 0) return 0;
  const ratio = leftBytes / carriedBytes;
  if (ratio > 0.85) return 1;
  return leftBytes < Math.max(262_144, 0.03 * carriedBytes) ? 0 : Math.max(0, ratio);
}

/**
 * Joins the two ways to tell what is alive of what a site made since sampling was last restarted, by their errors: V8's samples, and the
 * share of followed values that are alive.
 * @param allocatedOf what the site allocated since; undefined for sites whose values say little about what else they allocated.
 * @returns standard errors by site, in bytes.
 */
function combineWithFollowed(
  fresh: Map<number, number>,
  { survival, samplingIntervalBytes }: ReadingMessage,
  allocatedOf: (site: number) => number | undefined,
): Map<number, number> {
  const errors = new Map<number, number>();
  for (const [site, bytes] of fresh) errors.set(site, samplingError(samplingIntervalBytes, bytes));
  for (let at = 0; at + 4 < survival.length; at += 5) {
    const site = survival[at] as number;
    const followedCount = survival[at + 3] as number;
    const allocatedBytes = allocatedOf(site);
    if (followedCount < minFollowedCount || allocatedBytes === undefined) continue;
    const aliveRatio = (survival[at + 4] as number) / followedCount;
    const sampledBytes = fresh.get(site) ?? 0;
    const followedBytes = allocatedBytes * aliveRatio;
    // All or none alive does not mean no error: as if half a value more had been seen of each.
    const expectedRatio = (aliveRatio * followedCount + 0.5) / (followedCount + 1);
    const followedVariance = (allocatedBytes ** 2 * expectedRatio * (1 - expectedRatio)) / followedCount;
    const sampledVariance = samplingIntervalBytes * Math.max(sampledBytes, followedBytes, samplingIntervalBytes);
    const weight = sampledVariance / (sampledVariance + followedVariance);
    fresh.set(site, weight * followedBytes + (1 - weight) * sampledBytes);
    errors.set(site, Math.sqrt(weight * followedVariance));
  }
  return errors;
}

/** One standard error of what V8's sampler says of so many bytes: it takes one sample in so many on average, at random (Poisson). */
function samplingError(samplingIntervalBytes: number, bytes: number): number {
  return Math.sqrt(samplingIntervalBytes * bytes);
}

/**
 * What all sites hold together is known exactly, but for the rest: so where samples say more or less, the sites take the difference, each
 * by its variance (least squares under a constraint). A few large values that coarse samples missed are found again in this way.
 */
function fitToTotal(bySite: Map<number, number>, errors: Map<number, number>, sitesBytes: number, restError: number): void {
  const restVariance = restError ** 2 + unseenBytes ** 2;
  const variance = sum([...errors.values()].map((error) => error ** 2));
  const missedBytes = sitesBytes - sum(bySite.values());
  for (const [site, error] of errors) {
    const gain = error ** 2 / (variance + restVariance);
    const correction = Math.max(-sameErrorCount * error, Math.min(sameErrorCount * error, gain * missedBytes));
    bySite.set(site, Math.max(0, (bySite.get(site) ?? 0) + correction));
    errors.set(site, error * Math.sqrt(1 - gain));
  }
}

/**
 * Nothing is alive that was not allocated, unless samples say so beyond their error: then measuring missed something. And a figure as near
 * to all or nothing as can be told is that.
 */
function settle(bySite: Map<number, number>, errors: Map<number, number>, allocations: ReadonlyMap<number, SiteAllocation>): void {
  for (const [site, bytes] of bySite) {
    const allocated = allocations.get(site)?.heapBytes ?? 0;
    const error = errors.get(site) ?? 0;
    const isAll = Math.abs(bytes - allocated) <= Math.min(sameErrorCount * error, sameRatio * allocated);
    const isSurelyMore = bytes - allocated > surelyMoreErrorCount * error + carriedErrorRatio * bytes;
    if (allocated > 0 && (isAll || (bytes > allocated && !isSurelyMore))) {
      bySite.set(site, allocated);
      errors.delete(site);
    } else if (bytes < Math.min(noneRatio * allocated, noneBytes)) bySite.set(site, 0);
  }
}

function merge<K>(fresh: ReadonlyMap<K, number>, carried: ReadonlyMap<K, number>, keptOf: (key: K) => number): Map<K, number> {
  const merged = new Map<K, number>();
  for (const [key, bytes] of fresh) merged.set(key, bytes);
  for (const [key, bytes] of carried) {
    const kept = keptOf(key);
    if (kept > 0) merged.set(key, (merged.get(key) ?? 0) + bytes * kept);
  }
  return merged;
}

function pairs(list: readonly number[]): Map<number, number> {
  const map = new Map<number, number>();
  for (let at = 0; at + 1 < list.length; at += 2)
    map.set(list[at] as number, (map.get(list[at] as number) ?? 0) + (list[at + 1] as number));
  return map;
}

function triples(list: readonly number[]): Map<string, number> {
  const map = new Map<string, number>();
  for (let at = 0; at + 2 < list.length; at += 3) map.set(`${list[at] as number}:${list[at + 1] as number}`, list[at + 2] as number);
  return map;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
