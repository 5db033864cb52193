/**
 * The tables that the program's thread writes and the agent's worker reads, in shared memory: so that the worker can report them
 * at any moment, also while the program is in a busy loop or about to be killed.
 */

import { siteFigures } from '../protocol/agentMessages.ts';
import type { SiteFigure } from '../protocol/agentMessages.ts';

/** More sites or counters than this are not instrumented; the profile's notes say so. Untouched pages cost no memory. */
export const maxSiteCount = 65_536;
export const maxCounterCount = 262_144;

/** More functions' arguments are not looked at. */
export const maxLookedAtCount = 256;
/** Counter at the function's entry, calls looked at, different arguments. */
export const lookFieldCount = 3;

const collectionRingLength = 4096;
export const collectionFieldCount = 7;

export interface SharedBuffers {
  readonly sites: SharedArrayBuffer;
  readonly thresholds: SharedArrayBuffer;
  readonly force: SharedArrayBuffer;
  readonly counters: SharedArrayBuffer;
  readonly lookThresholds: SharedArrayBuffer;
  readonly looks: SharedArrayBuffer;
  readonly kinds: SharedArrayBuffer;
  readonly figures: SharedArrayBuffer;
  readonly clock: SharedArrayBuffer;
  readonly collections: SharedArrayBuffer;
  readonly control: SharedArrayBuffer;
}

/** Typed views over the shared tables. Index of a site's figures: `site * siteFigures.length + figureIndex`. */
export interface SharedState {
  readonly buffers: SharedBuffers;
  /** Executions of each marker, modulo 2 to the 32nd. */
  readonly sites: Uint32Array;
  /** The execution at which a marker is measured next. */
  readonly thresholds: Uint32Array;
  /** 1 while every marker is measured, because an outer one is. */
  readonly force: Uint32Array;
  /** Executions of each block, modulo 2 to the 32nd. */
  readonly counters: Uint32Array;
  /** By counter: how many calls of the function are over when the arguments are looked at next. */
  readonly lookThresholds: Uint32Array;
  /** Rows of `lookFieldCount`. */
  readonly looks: Uint32Array;
  /** Codes of the sites' kinds: index into siteKinds. Written by the worker before the site can run. */
  readonly kinds: Uint8Array;
  readonly figures: Float64Array;
  readonly clock: Float64Array;
  readonly collections: Float64Array;
  readonly control: Int32Array;
}

/** Places in `clock`. */
export const clockField = {
  heapUsedBytes: 0,
  externalBytes: 1,
  ownHeapBytes: 4,
  ownCpuMs: 5,
  /** Heap and external in use at the start of the program, after the runtime's own start-up. */
  startHeapBytes: 6,
  startExternalBytes: 7,
  startedAtEpochMs: 8,
  /** Written by the worker: the highest live total that a reading found. */
  peakLiveBytes: 9,
  /** Written by the worker: no synchronous reading before this time (milliseconds since the epoch). */
  nextReadingAtEpochMs: 10,
  heapLimitBytes: 11,
  allocatedHeapBytes: 12,
  allocatedExternalBytes: 13,
  /** allocatedHeapBytes when all collections had last been taken note of: in between it misses what they freed. */
  settledAllocatedHeapBytes: 14,
  /** How long ago that was, where it would cost too much to do so now; else 0. */
  unsettledMs: 15,
} as const;

/** Places in `control`. */
export const controlField = {
  /** The last synchronous call that the worker has answered. */
  answeredCall: 0,
  /** Records ever written into the ring of collections, and ever read from it. */
  collectionsWritten: 1,
  collectionsRead: 2,
  /** 1 once the agent has disarmed itself. */
  disarmed: 3,
  siteCount: 4,
  counterCount: 5,
  started: 6,
  /** 1 while the worker wants to restart V8's sampler, which must not fall between two allocations: the program's thread waits for it. */
  restartWanted: 7,
  /** Functions whose arguments are or were looked at: rows of `looks`. */
  lookedAtCount: 8,
} as const;

export function createSharedState(): SharedState {
  const bytes = (count: number, size: number): SharedArrayBuffer => new SharedArrayBuffer(count * size);
  return viewSharedState({
    sites: bytes(maxSiteCount, 4),
    thresholds: bytes(maxSiteCount, 4),
    force: bytes(1, 4),
    counters: bytes(maxCounterCount, 4),
    lookThresholds: bytes(maxCounterCount, 4),
    looks: bytes(maxLookedAtCount * lookFieldCount, 4),
    kinds: bytes(maxSiteCount, 1),
    figures: bytes(maxSiteCount * siteFigures.length, 8),
    clock: bytes(16, 8),
    collections: bytes(collectionRingLength * collectionFieldCount, 8),
    control: bytes(16, 4),
  });
}

export function viewSharedState(buffers: SharedBuffers): SharedState {
  return {
    buffers,
    sites: new Uint32Array(buffers.sites),
    thresholds: new Uint32Array(buffers.thresholds),
    force: new Uint32Array(buffers.force),
    counters: new Uint32Array(buffers.counters),
    lookThresholds: new Uint32Array(buffers.lookThresholds),
    looks: new Uint32Array(buffers.looks),
    kinds: new Uint8Array(buffers.kinds),
    figures: new Float64Array(buffers.figures),
    clock: new Float64Array(buffers.clock),
    collections: new Float64Array(buffers.collections),
    control: new Int32Array(buffers.control),
  };
}

const figureIndexes = Object.fromEntries(siteFigures.map((name, index) => [name, index])) as Readonly<Record<SiteFigure, number>>;

/** Index of a figure within a site's row. */
export function figureIndex(figure: SiteFigure): number {
  return figureIndexes[figure];
}

/** Where the next record of a collection goes; the oldest unread one is overwritten when the worker is late. */
export function collectionSlot(written: number): number {
  return (written % collectionRingLength) * collectionFieldCount;
}

/** How many records can be unread before the oldest are lost. */
export function collectionCapacity(): number {
  return collectionRingLength;
}
