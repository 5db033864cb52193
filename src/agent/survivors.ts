/**
 * Follows some of what each site made, chosen at random, to see what share of it is still alive. V8's sampler says what is alive, but
 * forgets everything when it is restarted with a coarser interval; this tells what became of what was there before.
 */

import { followedSiteName, grownSiteName } from '../protocol/heapSnapshots.ts';
import type { FollowedValues } from './heapSnapshot.ts';
import type { WeakReferences } from './weakReferences.ts';

export interface Survivors {
  /** Takes note of the value of an execution that was chosen at random. Only objects can be followed. */
  follow(site: number, value: unknown): void;
  /** The same of a collection that a site adds to; only for a heap snapshot. */
  followCollection(site: number, value: unknown): void;
  /** Groups of five: site; of what was alive when this era began, how many are followed and still alive; the same of what was made since. */
  sumSurvival(): number[];
  /** References to all that is followed, for a heap snapshot. */
  listFollowed(): FollowedValues;
  /** What is alive now is what the following sums are of. */
  beginEra(): void;
}

const maxPerSite = 128;
const maxSites = 1000;

interface Followed {
  before: WeakRef<object>[];
  beforeCount: number;
  readonly since: WeakRef<object>[];
  seenCount: number;
}

export function createSurvivors(weak: WeakReferences, random: () => number): Survivors {
  const sites = new Map<number, Followed>();
  const collections = new Map<number, Followed>();
  const isAlive = (reference: WeakRef<object>): boolean => weak.targetOf(reference) !== undefined;
  function followIn(table: Map<number, Followed>, site: number, value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    let followed = table.get(site);
    if (followed === undefined) {
      if (table.size >= maxSites) return;
      followed = { before: [], beforeCount: 0, since: [], seenCount: 0 };
      table.set(site, followed);
    }
    followed.seenCount += 1;
    // A reservoir: each value seen in this era is in it with the same probability.
    const place = followed.since.length < maxPerSite ? followed.since.length : Math.floor(random() * followed.seenCount);
    if (place >= maxPerSite) return;
    followed.since[place] = weak.create(value);
    weak.release();
  }

  return {
    follow(site, value) {
      followIn(sites, site, value);
    },
    followCollection(site, value) {
      followIn(collections, site, value);
    },
    sumSurvival() {
      const groups: number[] = [];
      for (const [site, { before, beforeCount, since }] of sites) {
        groups.push(site, beforeCount, before.filter(isAlive).length, since.length, since.filter(isAlive).length);
      }
      weak.release();
      return groups;
    },
    listFollowed() {
      const made = [...sites].map(([site, { before, since }], order) => [followedSiteName(order, site), [...before, ...since]] as const);
      const grown = [...collections].map(([site, { since }]) => [grownSiteName(site), since] as const);
      return Object.fromEntries([...made, ...grown]);
    },
    beginEra() {
      for (const followed of sites.values()) {
        followed.before = [...followed.before, ...followed.since].filter(isAlive);
        followed.beforeCount = followed.before.length;
        followed.since.length = 0;
        followed.seenCount = 0;
      }
      weak.release();
    },
  };
}
