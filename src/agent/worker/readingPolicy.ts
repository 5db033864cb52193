/**
 * When to look at what is alive. A reading costs a full collection, so it is taken at new high-water marks of the heap with a growth step,
 * when the program rests, when its collections have long not been taken note of (which is dear but before a full one), and at the end; never
 * more than a small share of the run.
 */

/** Readings may take so long in all, before the share counts: short programs are read well. */
const freeReadingMs = 25;
const readingShareRatio = 0.02;
/** A large allocation is known to be there, so a reading for it is worth more, until some were in vain. */
const freeLargeMs = 50;
const largeShareRatio = 0.08;
const vainLargeShareRatio = 0.02;
const maxVainLargeCount = 2;
const stepRatio = 0.05;
const minStepBytes = 262_144;
/** Pauses between two readings, as multiples of what one costs; doubled each time that a reading was in vain. */
const pauseRatio = 2;
const maxVainFactor = 64;
const restMs = 1000;
/** So long, collections may go without being taken note of. */
const unsettledMs = 250;

export interface HeapMoment {
  readonly atMs: number;
  /** Heap in use (garbage not yet collected included) and off-heap memory. */
  readonly usedBytes: number;
  /** Heap in use after the last collection since the last reading plus off-heap memory; undefined where there was none. */
  readonly afterCollectionBytes: number | undefined;
  readonly allocatedBytes: number;
  readonly heapLimitBytes: number;
  /** For how long collections have not been taken note of, because that would cost too much. */
  readonly unsettledMs: number;
}

export interface ReadingPolicy {
  /** Why a reading is due now, or undefined. */
  dueReason(moment: HeapMoment): 'highWater' | 'collections' | 'idle' | undefined;
  /** A reading was taken: what it found and cost. */
  noteReading(moment: HeapMoment, liveBytes: number, costMs: number): void;
  readonly peakLiveBytes: number;
  /** No reading for the sake of a single large allocation before this moment, in ms since the start. */
  readonly nextLargeAtMs: number;
}

export function createReadingPolicy(): ReadingPolicy {
  let totalMs = 0;
  let costMs = 0;
  let endedAtMs = 0;
  let vainFactor = 1;
  let vainCount = 0;
  let allocatedAtReading = 0;
  let liveAtReading = 0;
  let allocatedBefore = 0;
  let affordableAtMs = 0;
  let nextReadingAtMs = 0;
  const self = {
    peakLiveBytes: 0,
    nextLargeAtMs: 0,
    dueReason(moment: HeapMoment): 'highWater' | 'collections' | 'idle' | undefined {
      const atRest = moment.allocatedBytes - allocatedBefore < 16_384;
      allocatedBefore = moment.allocatedBytes;
      const nearLimit = moment.usedBytes > 0.75 * moment.heapLimitBytes && moment.atMs - endedAtMs > 10 * costMs;
      if (moment.unsettledMs > unsettledMs && moment.atMs >= affordableAtMs) return 'collections';
      if (!nearLimit && moment.atMs < nextReadingAtMs) return undefined;
      const step = Math.max(minStepBytes, self.peakLiveBytes * stepRatio);
      if (likelyLiveBytes(moment, vainFactor) > self.peakLiveBytes + step) return 'highWater';
      const changed = moment.allocatedBytes - allocatedAtReading > Math.max(65_536, liveAtReading * 0.02);
      return atRest && changed && moment.atMs - endedAtMs > restMs ? 'idle' : undefined;
    },
    noteReading(moment: HeapMoment, liveBytes: number, cost: number): void {
      totalMs += cost;
      costMs = cost;
      endedAtMs = moment.atMs;
      allocatedAtReading = moment.allocatedBytes;
      liveAtReading = liveBytes;
      const found = liveBytes > self.peakLiveBytes * (1 + stepRatio / 2);
      vainCount = found ? 0 : vainCount + 1;
      vainFactor = found ? 1 : Math.min(maxVainFactor, vainFactor * 2);
      self.peakLiveBytes = Math.max(self.peakLiveBytes, liveBytes);
      affordableAtMs = Math.max(0, totalMs - freeReadingMs) / readingShareRatio;
      self.nextLargeAtMs = Math.max(0, totalMs - freeLargeMs) / (vainCount > maxVainLargeCount ? vainLargeShareRatio : largeShareRatio);
      nextReadingAtMs = Math.max(affordableAtMs, endedAtMs + pauseRatio * cost * vainFactor);
    },
  };
  return self;
}

/**
 * What is not known to be garbage. Once readings were in vain, what was allocated since the last collection is taken for garbage, as it
 * is in programs that allocate much and keep little; a large object is more than the young generation holds, so it still shows.
 */
function likelyLiveBytes(moment: HeapMoment, vainFactor: number): number {
  if (vainFactor <= 2 || moment.afterCollectionBytes === undefined) return moment.usedBytes;
  const since = moment.usedBytes - moment.afterCollectionBytes;
  return moment.afterCollectionBytes + Math.max(0, since - youngGenerationBytes);
}

/** V8's default young generation, both halves. */
const youngGenerationBytes = 33_554_432;
