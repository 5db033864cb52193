/**
 * Measures executions of markers. What an execution of a site takes on average, times how often it ran (exact), is what the site allocated.
 *
 * `enter` and `leave` are called by the markers inside the program: they never throw, and while an execution is measured, every marker
 * inside it is measured as well (the force flag), so that each gets its own.
 */

import { performance } from 'node:perf_hooks';
import type { HeapClock } from './heapClock.ts';
import { countEntries, dataProperty, growthBytesAt } from './growth.ts';
import { createSamplingPlan, growKind } from './samplingPlan.ts';
import { controlField, maxSiteCount } from './sharedState.ts';
import type { SharedState } from './sharedState.ts';
import { siteKinds } from '../protocol/instrumentation.ts';

/** Off-heap memory from this size on is followed to its backing store. */
const followedExternalBytes = 1024;
/** From this size on, an execution is large enough for collections to run inside it. */
const largeBytes = 32_768;
const largeEntryCount = 2048;
/** The moment to look whether this is the peak. */
const peakCandidateBytes = 1_048_576;
/** Below this, the cost of the measurement itself matters. */
const preciselyMeasuredBytes = 4096;
/** More measured executions inside one are not worth their cost: the rest is reckoned from counts. */
const maxNestedCount = 500;
/** A site with so many inside it is reckoned from counts from the start. */
const longNestedCount = 100;
/** What an execution took itself is told only when it is so much of what all inside it took. */
const minSelfRatio = 0.2;
/** An interrupt allocates a few KiB, which are known only roughly. */
const interruptToleranceRatio = 100;
const maxDepth = 256;
/**
 * V8's compiler threads take up to a page of each space that they allocate in, and give the rest back without a collection: for so long it
 * passes for memory in use. Nothing else takes so much of the space for machine code at once.
 */
const leastReservedBytes = 131_072;
const pageBytes = 262_144;
/** More than measuring an execution takes, but for what it takes to note collections; and what it takes, about. */
const maxOwnBytes = 32_768;
const usualOwnBytes = 4096;
/** These stand for no expression. */
const calibrationSite = maxSiteCount - 1;
const outerCalibrationSite = maxSiteCount - 2;
const innerCalibrationSite = maxSiteCount - 3;
const maxSpanBytes = 8192;
/** After so many equal measurements of the empty span, only each so manieth is made. */
const steadyThreshold = 64;
const steadyPeriod = 8;

/** What `enter` and `leave` take together, as a multiple of what `leave` takes. */
const enterRatio = 1.4;
const costPeriod = 32;
/** Collections are looked for around the first executions of what may run for long. */
const firstFlushedCount = 2;

const literalKind = siteKinds.indexOf('literal');

export interface MeasurementHooks {
  /** An execution was measured. */
  onMeasured(site: number, bytes: number, executionCount: number, value: unknown): void;
  /** A collection may have grown in an execution that was measured. */
  onGrown(site: number, collection: unknown): void;
  /** An execution took much at once: the moment to look whether this is the peak. */
  onLargeAllocation(): void;
  /** Nothing is being measured right now, and the worker has asked for such a moment. */
  onRestartWanted(): void;
  /**
   * The value of an execution that may have taken off-heap memory; gives the bytes of backing stores in it that belong to no site yet and
   * are not more than `maxBytes`. It stands for `weight` executions.
   */
  followExternal(site: number, value: unknown, weight: number, maxBytes: number): number;
}

export interface Measurement {
  /** The collection that may grow is `holder`, or its property of that name. */
  enter(site: number, holder?: unknown, name?: string): void;
  leave(site: number, value?: unknown): void;
  /** Off-heap memory that came with an awaited value, outside of any measured span. */
  arrive(site: number, value: unknown): void;
  /** What measuring took so far, about. */
  costMs(): number;
}

export function createMeasurement(state: SharedState, clock: HeapClock, random: () => number, hooks: MeasurementHooks): Measurement {
  const { sites, force, kinds, control } = state;
  const plan = createSamplingPlan(state, random);
  /** How many measured executions ran inside the last one of each site. */
  const lastNestedCount = new Uint32Array(maxSiteCount);

  // One entry for each execution that is being measured, innermost last.
  let depth = 0;
  const heapBefore = new Float64Array(maxDepth);
  const heapAtEntry = new Float64Array(maxDepth);
  const externalAtEntry = new Float64Array(maxDepth);
  const freedHeapAtEntry = new Float64Array(maxDepth);
  const freedExternalAtEntry = new Float64Array(maxDepth);
  const isFlushed = new Uint8Array(maxDepth);
  const codeAtEntry = new Float64Array(maxDepth);
  const trustedAtEntry = new Float64Array(maxDepth);
  const oldAtEntry = new Float64Array(maxDepth);
  const interruptsAtEntry = new Float64Array(maxDepth);
  const entriesAtEntry = new Float64Array(maxDepth);
  const receivers: unknown[] = [];
  /** What the executions inside took, the cost of measuring them included. */
  const nestedHeap = new Float64Array(maxDepth);
  const nestedExternal = new Float64Array(maxDepth);
  const nestedCount = new Uint32Array(maxDepth);
  const isDisturbed = new Uint8Array(maxDepth);
  /**
   * Executions below `base` are too long to measure all inside them. What ran inside the innermost of them is reckoned from the counts
   * since `countsAtAbort[base - 1]`; those from `base` on are measured as if they were outermost.
   */
  let base = 0;
  const countsAtAbort: (Uint32Array | undefined)[] = [];
  const now = performance.now.bind(performance);
  const startMs = now();
  let spanCount = 0;
  let costMs = 0;
  /** What `enter` and `leave` themselves allocate between their two looks at the heap. */
  let emptySpanBytes = 0;
  /** And what measuring an inner execution leaves behind in the outer one. */
  let innerCostBytes = 0;
  let steadyCount = 0;

  function enter(site: number, holder?: unknown, name?: string): void {
    const at = depth;
    depth += 1;
    if (at >= maxDepth) return;
    const kind = kinds[site];
    nestedHeap[at] = 0;
    nestedExternal[at] = 0;
    nestedCount[at] = 0;
    isDisturbed[at] = 0;
    receivers[at] = kind !== growKind ? undefined : name === undefined ? holder : dataProperty(holder, name);
    const entryCount = kind === growKind ? countEntries(receivers[at]) : -1;
    entriesAtEntry[at] = entryCount;
    const isNew = (sites[site] as number) <= firstFlushedCount && kind !== literalKind && kind !== growKind;
    const flush = isNew || entryCount >= largeEntryCount || plan.recentBytes(site) >= largeBytes / 2;
    if (flush) {
      clock.read();
      heapBefore[at] = clock.heapBytes;
    }
    const isSeen = flush && clock.flushCollections(sites[site] === 1);
    isFlushed[at] = isSeen ? 1 : 0;
    if (isSeen) {
      freedHeapAtEntry[at] = clock.freedHeapBytes;
      freedExternalAtEntry[at] = clock.freedExternalBytes;
      clock.readSpaces();
      codeAtEntry[at] = clock.codeBytes;
      trustedAtEntry[at] = clock.trustedBytes;
      oldAtEntry[at] = clock.oldBytes;
    }
    if ((lastNestedCount[site] as number) > longNestedCount) abort(at);
    else if (kind !== literalKind) force[0] = 1;
    interruptsAtEntry[at] = clock.interruptCount;
    clock.read();
    heapAtEntry[at] = clock.heapBytes;
    if (!flush) heapBefore[at] = clock.heapBytes;
    externalAtEntry[at] = clock.externalBytes;
  }

  function leave(site: number, value?: unknown): void {
    clock.read();
    const heapNow = clock.heapBytes;
    const externalNow = clock.externalBytes;
    const leftMs = now();
    const at = depth - 1;
    if (at < 0 || at >= maxDepth) {
      depth = Math.max(0, at);
      return;
    }
    if (site === outerCalibrationSite) {
      depth = at;
      const left = heapNow - (heapAtEntry[at] as number) - emptySpanBytes - (nestedHeap[at] as number);
      innerCostBytes = Math.min(maxSpanBytes, Math.max(0, innerCostBytes + left));
      return;
    }
    if (site === calibrationSite) {
      depth = at;
      emptySpanBytes = heapNow - (heapAtEntry[at] as number);
      return;
    }
    let freedHeap = 0;
    let freedExternal = 0;
    let reservedBytes = 0;
    if (isFlushed[at] === 1) {
      clock.readSpaces();
      clock.flushCollections(true);
      freedHeap = clock.freedHeapBytes - (freedHeapAtEntry[at] as number);
      freedExternal = clock.freedExternalBytes - (freedExternalAtEntry[at] as number);
      reservedBytes = reservedSince(at, freedHeap !== 0);
    }
    const heap = heapNow - (heapAtEntry[at] as number) - emptySpanBytes + freedHeap - reservedBytes;
    const external = externalNow - (externalAtEntry[at] as number) + freedExternal;
    // Where a collection ran unnoticed, what was allocated can't be told.
    let valid = heap >= 0 && isDisturbed[at] === 0;
    const interrupts = clock.interruptCount - (interruptsAtEntry[at] as number);
    const interruptBytes = interrupts * clock.interruptCostBytes;
    if (interrupts > 0 && (isFlushed[at] === 0 || heap + external < interruptToleranceRatio * interruptBytes)) valid = false;
    // So much at once may be a collection's doing, unless it was expected. From now on, collections are looked for where they can be.
    if (isFlushed[at] === 0 && heap >= largeBytes) {
      if (plan.recentBytes(site) < heap / 2) valid = false;
      plan.expect(site, heap);
    }

    let selfHeap = heap - interruptBytes - (nestedHeap[at] as number);
    // Off-heap memory is given back some time after a collection: a fall in between says nothing of what was taken.
    const weight = plan.weightOf(site);
    const rise = external - (nestedExternal[at] as number);
    const followed =
      rise < 0 || rise >= followedExternalBytes ? hooks.followExternal(site, value, weight, rise < 0 ? Infinity : 2 * rise) : 0;
    const selfExternal = Math.max(0, rise, followed);
    const isAborted = at < base;
    if (isAborted) {
      selfHeap -= reckonSince(countsAtAbort[at] as Uint32Array, site);
      // A small difference of two large figures, one of them reckoned, says nothing.
      if (selfHeap < minSelfRatio * heap) valid = false;
    }
    if (kinds[site] === growKind && (!valid || freedHeap !== 0 || (nestedCount[at] as number) > 0)) {
      // A method of the program's own by the same name (-1) took what the lines in it took.
      const entryCount = entriesAtEntry[at] as number;
      const grew = entryCount >= 0 && countEntries(receivers[at]) > entryCount;
      selfHeap = grew ? growthBytesAt(receivers[at], entryCount) : 0;
      valid = true;
    }
    selfHeap = Math.max(0, selfHeap);
    // Less than nothing: a collection, or the span costs less than it did.
    if (heap < 0) steadyCount = 0;
    if (heap < preciselyMeasuredBytes && !isSpanCostSteady()) valid = false;
    if (selfHeap < preciselyMeasuredBytes && (nestedCount[at] as number) > 0 && !isInnerCostSteady()) valid = false;

    lastNestedCount[site] = isAborted ? maxNestedCount : (nestedCount[at] as number);
    if (valid) plan.book(site, selfHeap, selfExternal, typeof value === 'object');
    if (valid && freedHeap !== 0) plan.bookCollected(site, selfHeap);
    plan.plan(site, receivers[at], lastNestedCount[site]);
    if (kinds[site] === growKind) hooks.onGrown(site, receivers[at]);
    receivers[at] = undefined;
    // That a collection is alive does not tell whether its present store was there before.
    const made = kinds[site] === growKind ? undefined : value;
    if (site < innerCalibrationSite) hooks.onMeasured(site, selfHeap + selfExternal, sites[site] as number, made);
    costMs += (now() - leftMs) * enterRatio;
    spanCount += 1;
    if (spanCount % costPeriod === 0) plan.noteCost(costMs, now() - startMs);
    if (selfHeap + selfExternal >= peakCandidateBytes) hooks.onLargeAllocation();

    clock.read();
    // From its first look at the heap to this one: what ran inside and all that measuring took.
    let footprint = clock.heapBytes - (heapBefore[at] as number) + freedHeap - reservedBytes;
    if (isFlushed[at] === 0 && footprint > Math.max(0, heap) + maxOwnBytes) footprint = Math.max(0, heap) + usualOwnBytes;
    clock.addOwn(Math.max(0, footprint - Math.max(0, heap)));
    depth = at;
    passToParent(at, isAborted, footprint, external, heap < 0 || isDisturbed[at] === 1);
  }

  /** What V8's compiler threads took (or gave back, where less than 0) since the entry at this depth. */
  function reservedSince(at: number, isCollected: boolean): number {
    const code = clock.codeBytes - (codeAtEntry[at] as number);
    if (Math.abs(code) < leastReservedBytes || Math.abs(code) > pageBytes) return 0;
    const trusted = clock.trustedBytes - (trustedAtEntry[at] as number);
    // Without a collection, the program hardly allocates in the old generation.
    const old = isCollected ? 0 : clock.oldBytes - (oldAtEntry[at] as number);
    return code + (Math.abs(trusted) > pageBytes ? 0 : trusted) + (Math.abs(old) > pageBytes ? 0 : old);
  }

  /** Allocates nothing, for the last look at the heap is past: no object to hand the figures over in. */
  function passToParent(at: number, isAborted: boolean, footprint: number, external: number, disturbed: boolean): void {
    if (at === 0 || (!isAborted && at === base)) {
      force[0] = 0;
      if (isAborted) base = 0;
      if (at === 0 && control[controlField.restartWanted] === 1) hooks.onRestartWanted();
      return;
    }
    const parent = at - 1;
    // The last look at the heap allocates after it has looked, as the first one of an empty span does.
    nestedHeap[parent] = (nestedHeap[parent] as number) + footprint + emptySpanBytes + innerCostBytes;
    nestedExternal[parent] = (nestedExternal[parent] as number) + external;
    nestedCount[parent] = (nestedCount[parent] as number) + 1 + (nestedCount[at] as number);
    if (disturbed && isFlushed[parent] === 0) isDisturbed[parent] = 1;
    if (isAborted || nestedCount[parent] > maxNestedCount) abort(parent);
  }

  /** Gives up measuring all that runs inside the execution at this depth, and inside those around it. */
  function abort(at: number): void {
    countsAtAbort[at] = sites.slice(0, control[controlField.siteCount]);
    base = at + 1;
    force[0] = 0;
  }

  /** Bytes that the other sites took since the counts given, by their means. */
  function reckonSince(counts: Uint32Array, except: number): number {
    let sum = 0;
    for (let site = 0; site < counts.length; site += 1) {
      const ran = ((sites[site] as number) - (counts[site] as number)) >>> 0;
      if (ran > 0 && site !== except) sum += ran * plan.meanBytes(site);
    }
    return sum;
  }

  /**
   * A small span is only as good as what is known of its own cost, which V8 changes when it optimises our code. Once that has settled, it
   * is looked at now and then only.
   */
  function isSpanCostSteady(): boolean {
    if (steadyCount >= steadyThreshold && (steadyCount += 1) % steadyPeriod !== 0) return true;
    const before = emptySpanBytes;
    calibrate();
    steadyCount = emptySpanBytes === before ? steadyCount + 1 : 0;
    return steadyCount > 0;
  }

  /** Measures nothing at all, as any other execution is measured. `depth` still counts the present one. */
  function calibrate(): void {
    enter(calibrationSite);
    leave(calibrationSite);
    // A collection in between makes it negative, an interrupt large.
    if (emptySpanBytes < 0 || emptySpanBytes > maxSpanBytes) emptySpanBytes = 0;
  }

  /** The same for what an inner execution leaves behind in the outer one. */
  function isInnerCostSteady(): boolean {
    const before = innerCostBytes;
    calibrateInner();
    return innerCostBytes === before;
  }

  /** Measures an execution with an empty one inside, while `depth` still counts the present one. */
  function calibrateInner(): void {
    enter(outerCalibrationSite);
    enter(innerCalibrationSite);
    leave(innerCalibrationSite);
    leave(outerCalibrationSite);
  }

  function arrive(site: number, value: unknown): void {
    const bytes = hooks.followExternal(site, value, 1, Infinity);
    if (bytes > 0) plan.bookArrived(site, bytes);
  }

  calibrate();
  return { enter, leave, arrive, costMs: () => costMs };
}
