/**
 * Which executions of a site are measured: the first ones, then ones chosen at random with growing gaps, those of sites that take much
 * each time, and those at which a collection is foreseen to grow. What is found goes to the site's row in the shared table.
 */

import { countEntries, executionsUntilGrowth } from './growth.ts';
import { figureIndex, maxSiteCount } from './sharedState.ts';
import type { SharedState } from './sharedState.ts';
import { siteFigures } from '../protocol/agentMessages.ts';
import { siteKinds } from '../protocol/instrumentation.ts';

/** The executions of a site that are always measured. */
const firstExecutionCount = 16;
/** A site that takes this much each time is measured every time: the measurement costs less than the allocation. */
const alwaysMeasuredBytes = 4096;
/** Growth of a collection from this size on is rare. */
const growthBytes = 512;
/** And so is, for other sites, what takes this much more than usual. */
const rareBytes = 256;
const rareRatio = 8;
const farAway = 0xffff_fffe;
const minGap = 16;
const maxGap = 32_768;
/** The gap grows with the executions so far, so that a site is measured about 256 times an octave. */
const gapRatio = 1 / 256;

const literalKind = siteKinds.indexOf('literal');
const mementoBytes = 16;
export const growKind = siteKinds.indexOf('grow');
const rowLength = siteFigures.length;
const exactCount = figureIndex('exactCount');
const exactHeap = figureIndex('exactHeapBytes');
const exactExternal = figureIndex('exactExternalBytes');
const randomCount = figureIndex('randomCount');
const randomCountSquares = figureIndex('randomCountSquares');
const randomHeap = figureIndex('randomHeapBytes');
const randomSquares = figureIndex('randomHeapSquares');
const randomExternal = figureIndex('randomExternalBytes');
const rareSum = figureIndex('rareBytes');
const rareCount = figureIndex('rareCount');
const rareWeighted = figureIndex('rareWeightedBytes');
const rareSquares = figureIndex('rareWeightedSquares');
const collectedBytes = figureIndex('collectedBytes');
const usualBytes = figureIndex('usualBytes');
const usualWeight = figureIndex('usualWeight');
const mementoMoreWeight = figureIndex('mementoMoreWeight');
const mementoLessWeight = figureIndex('mementoLessWeight');
const arrivedExternal = figureIndex('arrivedExternalBytes');

/** What is measured may cost this share of the run, and so many milliseconds more, before it is measured less often. */
const costShareRatio = 0.025;
const freeCostMs = 12;
const maxPressure = 32;
const pressureStep = 1.1;

export interface SamplingPlan {
  /** Books a measured execution. */
  book(site: number, heapBytes: number, externalBytes: number, isObject: boolean): void;
  /** Chooses the execution that is measured next; `receiver` is the collection that may grow. Comes after `book`. */
  plan(site: number, receiver: unknown, nestedCount: number): void;
  /** Books what measuring took so far, and the time since the start, both in milliseconds. */
  noteCost(costMs: number, elapsedMs: number): void;
  /** What the last measured executions took, older ones counting less and less. */
  recentBytes(site: number): number;
  /** An execution seemed to take so much, but could not be measured well. */
  expect(site: number, bytes: number): void;
  /** How many executions the present one stands for. */
  weightOf(site: number): number;
  /** What one execution takes, as far as it is known. */
  meanBytes(site: number): number;
  bookArrived(site: number, externalBytes: number): void;
  /** Of what was booked, heap bytes of an execution in which a collection ran. */
  bookCollected(site: number, heapBytes: number): void;
}

export function createSamplingPlan(state: SharedState, random: () => number): SamplingPlan {
  const { sites, thresholds, kinds, figures } = state;
  const nextRandom = new Float64Array(maxSiteCount);
  const meanGap = new Float64Array(maxSiteCount);
  const recentBytes = new Float64Array(maxSiteCount);
  /** Gaps are so many times as long as they would be if measuring cost nothing. */
  let pressure = 1;
  const votes = new Float64Array(maxSiteCount);
  const justGrew = new Uint8Array(maxSiteCount);

  function add(site: number, figure: number, amount: number): void {
    const at = site * rowLength + figure;
    figures[at] = (figures[at] as number) + amount;
  }

  /** Whether the execution is one that was chosen at random, rather than one inside another or a foreseen growth. */
  function isDue(site: number): boolean {
    return (sites[site] as number) >= (nextRandom[site] as number);
  }

  function weightOf(site: number): number {
    return (sites[site] as number) > firstExecutionCount && isDue(site) ? Math.max(1, meanGap[site] as number) : 1;
  }

  function book(site: number, heapBytes: number, externalBytes: number, isObject: boolean): void {
    recentBytes[site] = 0.75 * (recentBytes[site] as number) + 0.25 * (heapBytes + externalBytes);
    const weight = weightOf(site);
    if (isObject && kinds[site] === literalKind) noteUsual(site, heapBytes, weight);
    const isRare = kinds[site] === growKind ? heapBytes >= growthBytes : isFarAboveMean(site, heapBytes);
    justGrew[site] = isRare ? 1 : 0;
    if (isRare) {
      add(site, rareSum, heapBytes);
      add(site, rareCount, 1);
      if (isDue(site)) {
        add(site, rareWeighted, heapBytes * weight);
        if (weight > 1) add(site, rareSquares, (heapBytes * weight) ** 2);
      }
    } else if (weight === 1) {
      add(site, exactCount, 1);
      add(site, exactHeap, heapBytes);
      add(site, exactExternal, externalBytes);
    } else {
      add(site, randomCount, weight);
      add(site, randomCountSquares, weight * weight);
      add(site, randomHeap, weight * heapBytes);
      add(site, randomSquares, weight * heapBytes * heapBytes);
      add(site, randomExternal, weight * externalBytes);
    }
  }

  /**
   * An object or array literal takes the same each time, so that what most of its executions took (by the vote of Boyer and Moore, "MJRTY",
   * 1981) is the truth, and all else an error of measurement. In code that V8 has not optimised, it puts a note of 16 bytes
   * (AllocationMemento) behind what a literal makes, garbage at once: told apart, so that the engine can leave it out.
   */
  function noteUsual(site: number, heapBytes: number, weight: number): void {
    const row = site * rowLength;
    const difference = heapBytes - (figures[row + usualBytes] as number);
    const isUsual = difference === 0 || Math.abs(difference) === mementoBytes;
    const vote = (votes[site] as number) + (isUsual ? weight : -weight);
    votes[site] = Math.abs(vote);
    if (vote < 0) {
      figures[row + usualBytes] = heapBytes;
      figures[row + usualWeight] = weight;
      figures[row + mementoMoreWeight] = 0;
      figures[row + mementoLessWeight] = 0;
    } else if (isUsual) add(site, difference === 0 ? usualWeight : difference > 0 ? mementoMoreWeight : mementoLessWeight, weight);
  }

  function plan(site: number, receiver: unknown, nestedCount: number): void {
    const executions = sites[site] as number;
    if (executions < firstExecutionCount) {
      nextRandom[site] = executions + 1;
      meanGap[site] = 1;
      thresholds[site] = executions + 1;
      return;
    }
    if (isDue(site)) {
      const recent = recentBytes[site] as number;
      let gap = 1;
      if (recent < alwaysMeasuredBytes) {
        gap = Math.min(maxGap, Math.max(minGap, executions * gapRatio));
        if (recent >= 256) gap = Math.max(4, gap / 4);
      }
      // What runs inside is measured with it, or reckoned at a cost that grows with the program: less often, then.
      gap = pressure * Math.max(gap, Math.min(maxGap, nestedCount));
      meanGap[site] = gap;
      nextRandom[site] = gap === 1 ? executions + 1 : executions + 1 + Math.floor(-Math.log(1 - random()) * gap);
    }
    let next = nextRandom[site] as number;
    const entryCount = countEntries(receiver);
    if (entryCount >= 0) next = Math.min(next, executions + executionsUntilGrowth(receiver, entryCount, justGrew[site] === 1));
    thresholds[site] = Math.min(farAway, Math.max(next, executions + 1));
  }

  function meanBytes(site: number): number {
    const row = site * rowLength;
    const count = figures[row + randomCount] as number;
    if (count > 0) return ((figures[row + randomHeap] as number) + (figures[row + randomExternal] as number)) / count;
    const first = figures[row + exactCount] as number;
    return first === 0 ? 0 : ((figures[row + exactHeap] as number) + (figures[row + exactExternal] as number)) / first;
  }

  /**
   * V8 compiles and optimises while the program runs, and what that takes falls into somebody's span: it must not be taken for what the
   * site takes each time. A site that really takes much now and then shows it more than once.
   */
  function isFarAboveMean(site: number, heapBytes: number): boolean {
    return (sites[site] as number) > firstExecutionCount && heapBytes > rareBytes + rareRatio * meanBytes(site);
  }

  return {
    book,
    plan,
    noteCost(costMs, elapsedMs) {
      const isDear = costMs > freeCostMs + costShareRatio * elapsedMs;
      pressure = isDear ? Math.min(maxPressure, pressure * pressureStep) : Math.max(1, pressure / pressureStep);
    },
    recentBytes: (site) => recentBytes[site] as number,
    expect(site, bytes) {
      recentBytes[site] = Math.max(recentBytes[site] as number, bytes);
    },
    weightOf,
    meanBytes,
    bookCollected(site, heapBytes) {
      add(site, collectedBytes, heapBytes);
    },
    bookArrived(site, externalBytes) {
      add(site, arrivedExternal, externalBytes);
    },
  };
}
