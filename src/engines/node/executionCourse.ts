/**
 * How often sites and blocks had run over the course of the run, from the counts that the agent sends now and then.
 */

import { siteFigures, type CountsMessage } from '../../protocol/agentMessages.ts';

export interface ExecutionCourse {
  add(counts: CountsMessage): void;
  /** The moments at which counts are known, in milliseconds from the program's start, ascending. */
  readonly knownAtMs: readonly number[];
  /** The longest time without any count, from the start of the run to its end. */
  longestGapMs(endMs: number): number;
  /** Of the executions of a site up to its last known count, the share that had run by then; undefined for a site that did not run. */
  siteShare(site: number, atMs: number): number | undefined;
  /** The same of a block. */
  counterShare(counter: number, atMs: number): number | undefined;
  /** Of the executions of a site up to its last known count, the share that ran before each of these moments and after the one before it. */
  siteGains(site: number): readonly number[];
  /** The same of a block. */
  counterGains(counter: number): readonly number[];
}

interface Look {
  readonly atMs: number;
  readonly sites: ReadonlyMap<number, number>;
  readonly counters: ReadonlyMap<number, number>;
}

const maxLookCount = 128;
/** Numbers that are kept in all; 2 ** 20 take about 40 MB. */
const maxKeptCount = 1_048_576;
const groupLength = siteFigures.length + 1;

export function createExecutionCourse(): ExecutionCourse {
  let looks: Look[] = [];
  let leastStepMs = 0;

  function share(counts: 'sites' | 'counters', key: number, atMs: number): number | undefined {
    const all = looks.at(-1)?.[counts].get(key) ?? 0;
    if (all === 0) return undefined;
    const after = looks.findIndex((look) => look.atMs >= atMs);
    if (after < 0) return 1;
    const [before, next] = [looks[after - 1], looks[after]];
    const [fromMs, toMs] = [before?.atMs ?? 0, next?.atMs ?? 0];
    const [from, to] = [before?.[counts].get(key) ?? 0, next?.[counts].get(key) ?? 0];
    return (toMs > fromMs ? from + ((to - from) * (atMs - fromMs)) / (toMs - fromMs) : to) / all;
  }

  function gains(counts: 'sites' | 'counters', key: number): number[] {
    const all = looks.at(-1)?.[counts].get(key) ?? 0;
    let before = 0;
    return looks.map((look) => {
      const count = look[counts].get(key) ?? 0;
      const gained = all === 0 ? 0 : (count - before) / all;
      before = count;
      return gained;
    });
  }

  return {
    add({ atMs, sites, counters }) {
      const look: Look = { atMs, sites: everyNth(sites, groupLength), counters: everyNth(counters, 2) };
      // The newest is always kept: shares are of its counts.
      if (looks.length > 1 && atMs - (looks.at(-2)?.atMs ?? 0) < leastStepMs) looks.pop();
      looks.push(look);
      const keptCount = looks.length * (look.sites.size + look.counters.size);
      if (looks.length < maxLookCount && keptCount < maxKeptCount) return;
      looks = looks.filter((_, index) => (looks.length - 1 - index) % 2 === 0);
      leastStepMs = (atMs / looks.length) * 0.9;
    },
    get knownAtMs() {
      return looks.map(({ atMs }) => atMs);
    },
    longestGapMs(endMs) {
      const moments = [0, ...looks.map(({ atMs }) => Math.min(atMs, endMs)), endMs];
      return Math.max(...moments.slice(1).map((atMs, index) => atMs - (moments[index] ?? 0)));
    },
    siteShare: (site, atMs) => share('sites', site, atMs),
    counterShare: (counter, atMs) => share('counters', counter, atMs),
    siteGains: (site) => gains('sites', site),
    counterGains: (counter) => gains('counters', counter),
  };
}

/** The first two numbers of each group: a key and its count. */
function everyNth(groups: readonly number[], length: number): Map<number, number> {
  const counts = new Map<number, number>();
  for (let at = 0; at + 1 < groups.length; at += length) counts.set(groups[at] as number, groups[at + 1] as number);
  return counts;
}
