/**
 * Measures executions of markers: the first ones of each site, then randomly chosen ones, those of sites that take much each time, and
 * those at which a collection grows. The figures go to the shared table; what an execution of a site takes on average times how often it
 * ran (exact) is what the site allocated.
 *
 * `enter` and `leave` are called by the markers inside the program: they never throw, and while an execution is measured, every marker
 * inside it is measured as well (the force flag) so that each gets its own.
 */

import type { HeapClock } from './heapClock.ts';
import { countEntries, executionsUntilGrowth } from './growth.ts';
import { controlField, figureIndex, maxSiteCount } from './sharedState.ts';
import type { SharedState } from './sharedState.ts';
import { siteFigures } from '../protocol/agentMessages.ts';
import { siteKinds } from '../protocol/instrumentation.ts';

/** The executions of a site that are always measured. */
const firstExecutionCount = 16;
/** A site that takes this much on average is measured every time: the measurement costs less than the allocation. */
const alwaysMeasuredBytes = 4096;
/** Growth of a collection from this size on is counted by itself instead of through the mean. */
const growthBytes = 512;
/** From this many entries on, growth is large enough to set off a collection. */
const largeEntryCount = 2048;
/** Off-heap memory from this size on is followed to its backing store. */
const followedExternalBytes = 1024;
/** More measured executions inside one are not worth their cost: the rest is reckoned from counts. */
const maxNestedCount = 500;
/** A site with so many inside it is reckoned from counts from the start. */
const longNestedCount = 100;
const maxDepth = 256;
/** Below this, the cost of the measurement itself matters. */
const preciselyMeasuredBytes = 4096;
/** Stands for no expression. */
const calibrationSite = maxSiteCount - 1;
const maxSpanBytes = 8192;
const farAway = 0xffff_fffe;

const literalKind = siteKinds.indexOf('literal');
const newKind = siteKinds.indexOf('new');
const growKind = siteKinds.indexOf('grow');
const rowLength = siteFigures.length;
const exactCount = figureIndex('exactCount');
const exactHeap = figureIndex('exactHeapBytes');
const exactExternal = figureIndex('exactExternalBytes');
const randomCount = figureIndex('randomCount');
const randomCountSquares = figureIndex('randomCountSquares');
const randomHeap = figureIndex('randomHeapBytes');
const randomSquares = figureIndex('randomHeapSquares');
const randomExternal = figureIndex('randomExternalBytes');
const growthSum = figureIndex('growthBytes');
const growthCount = figureIndex('growthCount');
const growthWeighted = figureIndex('growthWeightedBytes');
const growthSquares = figureIndex('growthWeightedSquares');
const arrivedExternal = figureIndex('arrivedExternalBytes');

export interface MeasurementHooks {
  /** An execution took `bytes`; called outside of the measured span, for some executions only. */
  onMeasured(site: number, bytes: number, executionCount: number): void;
  /** An execution took much at once: the moment to look whether this is the peak. */
  onLargeAllocation(bytes: number): void;
  /** The value of an execution that took off-heap memory; gives the bytes found. It stands for `weight` executions. */
  followExternal(site: number, value: unknown, weight: number): number;
}

export interface Measurement {
  enter(site: number, receiver?: unknown): void;
  leave(site: number, value?: unknown): void;
  arrive(site: number, value: unknown): void;
}

export function createMeasurement(state: SharedState, clock: HeapClock, hooks: MeasurementHooks): Measurement {
  const { sites, thresholds, force, kinds, figures, control } = state;
  /** Sites whose executions are long or large, so that collections inside them are to be expected. */
  const isLarge = new Uint8Array(maxSiteCount);
  const nextRandom = new Float64Array(maxSiteCount);
  const meanGap = new Float64Array(maxSiteCount);

  // One entry for each marker that is being measured, innermost last.
  let depth = 0;
  const heapAtEntry = new Float64Array(maxDepth);
  const externalAtEntry = new Float64Array(maxDepth);
  const freedHeapAtEntry = new Float64Array(maxDepth);
  const freedExternalAtEntry = new Float64Array(maxDepth);
  const flushedAtEntry = new Uint8Array(maxDepth);
  const nestedHeap = new Float64Array(maxDepth);
  const nestedExternal = new Float64Array(maxDepth);
  const nestedCount = new Uint32Array(maxDepth);
  const entriesAtEntry = new Float64Array(maxDepth);
  const ownAtEntry = new Float64Array(maxDepth);
  const interruptsAtEntry = new Float64Array(maxDepth);
  const receivers: unknown[] = [];
  /**
   * Executions below `base` are too long to measure all inside them. What ran inside the innermost of them is reckoned from the counts
   * since `countsAtAbort[base - 1]`; those from `base` on are measured as if they were outermost.
   */
  let base = 0;
  const countsAtAbort: (Uint32Array | undefined)[] = [];
  /** What the last measured executions of each site took, older ones counting less and less. */
  const recentBytes = new Float64Array(maxSiteCount);
  /** How many measured executions ran inside the last one of each site. */
  const lastNestedCount = new Uint32Array(maxSiteCount);
  let emptySpanBytes = 0;
  let wholeSpanBytes = 0;
  let seed = 0x2545f491;

  function random(): number {
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    return (seed >>> 0) / 4_294_967_296;
  }

  function enter(site: number, receiver?: unknown): void {
    if (depth >= maxDepth) {
      depth += 1;
      return;
    }
    const kind = kinds[site];
    const at = depth;
    depth += 1;
    nestedHeap[at] = 0;
    nestedExternal[at] = 0;
    nestedCount[at] = 0;
    receivers[at] = kind === growKind ? receiver : undefined;
    entriesAtEntry[at] = kind === growKind ? countEntries(receiver) : -1;
    if ((lastNestedCount[site] as number) > longNestedCount) abort(at);
    else if (kind !== literalKind) force[0] = 1;
    const flush =
      isLarge[site] === 1 ||
      (kind === growKind && (entriesAtEntry[at] as number) >= largeEntryCount) ||
      (kind !== literalKind && kind !== growKind && (sites[site] as number) <= firstExecutionCount);
    flushedAtEntry[at] = flush ? 1 : 0;
    if (flush) {
      clock.flushCollections();
      freedHeapAtEntry[at] = clock.freedHeapBytes;
      freedExternalAtEntry[at] = clock.freedExternalBytes;
    }
    interruptsAtEntry[at] = clock.interruptCount;
    ownAtEntry[at] = clock.ownBytes;
    clock.read();
    heapAtEntry[at] = clock.heapBytes;
    externalAtEntry[at] = clock.externalBytes;
  }

  function leave(site: number, value?: unknown): void {
    clock.read();
    const heapNow = clock.heapBytes;
    const externalNow = clock.externalBytes;
    depth -= 1;
    if (depth < 0) {
      depth = 0;
      return;
    }
    if (depth >= maxDepth) return;
    const at = depth;
    if (site === calibrationSite) {
      emptySpanBytes = heapNow - (heapAtEntry[at] as number);
      return;
    }
    let heap = heapNow - (heapAtEntry[at] as number) - emptySpanBytes - (clock.ownBytes - (ownAtEntry[at] as number));
    let external = externalNow - (externalAtEntry[at] as number);
    const flushed = flushedAtEntry[at] === 1;
    let valid = true;
    if (flushed) {
      clock.flushCollections();
      heap += clock.freedHeapBytes - (freedHeapAtEntry[at] as number);
      external += clock.freedExternalBytes - (freedExternalAtEntry[at] as number);
    } else if (heap < 0 || external < 0) {
      // A collection ran inside; how much it freed belongs to no one in particular.
      valid = false;
    }
    const interrupts = clock.interruptCount - (interruptsAtEntry[at] as number);
    // A small span is only as good as what is known of the span's own cost, which V8 changes when it optimises our code.
    if (heap < preciselyMeasuredBytes) {
      const before = emptySpanBytes;
      calibrate();
      if (emptySpanBytes !== before) valid = false;
    }
    // The worker looked in through the inspector; what that allocates is known only roughly.
    if (interrupts > 0 && heap + external < 100 * interrupts * clock.interruptCostBytes) valid = false;
    if (heap < 0) heap = 0;
    if (external < 0) external = 0;

    let selfHeap = heap - (nestedHeap[at] as number);
    let selfExternal = external - (nestedExternal[at] as number);
    const aborted = at < base;
    if (aborted) selfHeap -= reckonSince(countsAtAbort[at] as Uint32Array, site);
    if (selfHeap < 0) selfHeap = 0;
    if (selfExternal < 0) selfExternal = 0;
    lastNestedCount[site] = aborted ? maxNestedCount : (nestedCount[at] as number);

    if (at > 0 && (aborted || at > base)) {
      const parent = at - 1;
      nestedHeap[parent] = (nestedHeap[parent] as number) + heap;
      nestedExternal[parent] = (nestedExternal[parent] as number) + external;
      nestedCount[parent] = (nestedCount[parent] as number) + 1 + (nestedCount[at] as number);
      if (aborted || (nestedCount[parent] as number) > maxNestedCount) abort(parent);
    } else {
      force[0] = 0;
      if (aborted) base = 0;
    }

    const weight = (sites[site] as number) > firstExecutionCount && isDue(site) ? Math.max(1, meanGap[site] as number) : 1;
    if (valid) book(site, at, selfHeap, selfExternal);
    else plan(site, at);
    receivers[at] = undefined;
    if (selfExternal >= followedExternalBytes) hooks.followExternal(site, value, weight);
    clock.addOwn(wholeSpanBytes);
    hooks.onMeasured(site, selfHeap + selfExternal, sites[site] as number);
    if (selfHeap + selfExternal >= 1_048_576) hooks.onLargeAllocation(selfHeap + selfExternal);
  }

  function book(site: number, at: number, heap: number, external: number): void {
    const row = site * rowLength;
    const add = (field: number, amount: number): void => {
      figures[row + field] = (figures[row + field] as number) + amount;
    };
    const executions = sites[site] as number;
    const due = isDue(site);
    recentBytes[site] = 0.75 * (recentBytes[site] as number) + 0.25 * (heap + external);
    if (kinds[site] === growKind && heap >= growthBytes) {
      add(growthSum, heap);
      add(growthCount, 1);
      if (due) {
        const gap = Math.max(1, meanGap[site] as number);
        add(growthWeighted, heap * gap);
        if (gap > 1) add(growthSquares, heap * gap * heap * gap);
      }
      plan(site, at, true);
      return;
    }
    const always = isOutlier(site, heap) || executions <= firstExecutionCount || !due || (meanGap[site] as number) <= 1;
    if (always) {
      add(exactCount, 1);
      add(exactHeap, heap);
      add(exactExternal, external);
    } else {
      const weight = meanGap[site] as number;
      add(randomCount, weight);
      add(randomCountSquares, weight * weight);
      add(randomHeap, weight * heap);
      add(randomSquares, weight * heap * heap);
      add(randomExternal, weight * external);
    }
    if (heap + external >= 32_768) isLarge[site] = 1;
    plan(site, at);
  }

  /**
   * V8 compiles and optimises while the program runs, and what that takes falls into somebody's span. An expression that takes about the
   * same each time shows it by far too much at once, which is counted, but not for more than the one execution.
   */
  function isOutlier(site: number, heap: number): boolean {
    const row = site * rowLength;
    const count = figures[row + randomCount] as number;
    const kind = kinds[site];
    if (count < 64 || (kind !== literalKind && kind !== newKind && kind !== growKind)) return false;
    return heap > 256 + (8 * (figures[row + randomHeap] as number)) / count;
  }

  /** Whether the execution is one that was chosen at random, rather than one inside another or a foreseen growth. */
  function isDue(site: number): boolean {
    return (sites[site] as number) >= (nextRandom[site] as number);
  }

  /** Chooses the execution at which the site is measured next. */
  function plan(site: number, at: number, grew = false): void {
    const executions = sites[site] as number;
    if (executions < firstExecutionCount) {
      nextRandom[site] = executions + 1;
      meanGap[site] = 1;
      thresholds[site] = executions + 1;
      return;
    }
    const mean = recentBytes[site] as number;
    if (executions >= (nextRandom[site] as number)) {
      let gap = 1;
      if (mean < alwaysMeasuredBytes) {
        gap = Math.min(4096, Math.max(16, executions / 256));
        if (mean >= 256) gap = Math.max(4, gap / 4);
      }
      // What runs inside is measured with it, or reckoned at a cost that grows with the program: less often, then.
      gap = Math.max(gap, Math.min(64, (lastNestedCount[site] as number) / 4));
      meanGap[site] = gap;
      nextRandom[site] = gap === 1 ? executions + 1 : executions + 1 + Math.floor(-Math.log(1 - random()) * gap);
    }
    let next = nextRandom[site] as number;
    if ((entriesAtEntry[at] as number) >= 0) {
      const receiver = receivers[at];
      const entryCount = countEntries(receiver);
      if (entryCount >= 0) next = Math.min(next, executions + executionsUntilGrowth(receiver, entryCount, grew));
    }
    thresholds[site] = Math.min(farAway, Math.max(next, executions + 1));
  }

  function meanBytes(site: number): number {
    const row = site * rowLength;
    const count = (figures[row + randomCount] as number) || (figures[row + exactCount] as number);
    if (count === 0) return 0;
    return (figures[row + randomCount] as number) > 0
      ? ((figures[row + randomHeap] as number) + (figures[row + randomExternal] as number)) / count
      : ((figures[row + exactHeap] as number) + (figures[row + exactExternal] as number)) / count;
  }

  /** Gives up measuring all that runs inside the execution at this depth, and inside those around it. */
  function abort(at: number): void {
    countsAtAbort[at] = sites.slice(0, control[controlField.siteCount]);
    base = at + 1;
    force[0] = 0;
  }

  /**
   * Measures nothing at all, as any other execution is measured: what `enter` and `leave` themselves allocate between their two looks at
   * the heap, and in all. It changes as V8 optimises them.
   */
  function calibrate(): void {
    clock.read();
    const before = clock.heapBytes;
    enter(calibrationSite);
    leave(calibrationSite);
    clock.read();
    const whole = clock.heapBytes - before;
    // A collection in between would make it negative, an interrupt large.
    if (whole >= 0 && whole < maxSpanBytes) wholeSpanBytes = whole;
    if (emptySpanBytes < 0 || emptySpanBytes > maxSpanBytes) emptySpanBytes = 0;
    clock.addOwn(2 * wholeSpanBytes);
  }

  /** Bytes that the other sites took since the counts given, by their means. */
  function reckonSince(counts: Uint32Array, except: number): number {
    let sum = 0;
    for (let site = 0; site < counts.length; site += 1) {
      const ran = ((sites[site] as number) - (counts[site] as number)) >>> 0;
      if (ran > 0 && site !== except) sum += ran * meanBytes(site);
    }
    return sum;
  }

  /** Off-heap memory that came with an awaited value, outside of any measured span. */
  function arrive(site: number, value: unknown): void {
    const bytes = hooks.followExternal(site, value, 1);
    if (bytes > 0) {
      const at = site * rowLength + arrivedExternal;
      figures[at] = (figures[at] as number) + bytes;
    }
  }

  calibrate();
  return { enter, leave, arrive };
}
