/**
 * Reads the program's heap to the byte, and keeps the exact sum of what collections freed, so that allocation can be told over any span
 * of time: allocated = in use now − in use then + freed in between − what the profiler itself allocated.
 */

import { performance } from 'node:perf_hooks';
import v8 from 'node:v8';
import { clockField, collectionCapacity, collectionFieldCount, collectionSlot, controlField } from './sharedState.ts';
import type { SharedState } from './sharedState.ts';

interface HeapMoment {
  readonly heapStatistics: { readonly usedHeapSize: number; readonly externalMemory: number };
  readonly heapSpaceStatistics: readonly { readonly spaceName: string; readonly spaceUsedSize: number }[];
}

interface CollectionRecord {
  readonly gcType: string;
  /** Microseconds. */
  readonly cost: number;
  readonly beforeGC: HeapMoment;
  readonly afterGC: HeapMoment;
}

interface CollectionProfiler {
  start(): void;
  stop(): { readonly statistics: readonly CollectionRecord[] } | undefined;
}

export interface HeapClock {
  /** Heap in use plus external memory, in bytes, of the last `read`. */
  readonly heapBytes: number;
  readonly externalBytes: number;
  /** Takes 0.4 to 0.8 microseconds, and allocates after the moment it reads: how much depends on how far our own code is optimised. */
  read(): void;
  /** Reads what is in use of the spaces in which V8's compiler threads allocate, in bytes: takes some 10 microseconds. */
  readSpaces(): void;
  readonly codeBytes: number;
  readonly trustedBytes: number;
  readonly oldBytes: number;
  /** How often the worker has looked in through the inspector, and what that allocates each time. */
  readonly interruptCount: number;
  readonly interruptCostBytes: number;
  noteInterrupt(): void;
  /**
   * Takes note of the collections since the last call, unless that would cost too much; then the next call does. Allocates a few KiB, which
   * the caller books.
   * @returns whether it did.
   */
  flushCollections(force?: boolean): boolean;
  /**
   * A full collection has just run because the profiler asked for it: it is none of the program's. Since the last `publish`, which was
   * forced, the program has allocated nothing to speak of. What it freed is known from the heap until the next flush tells it exactly: a flush
   * here would leave a profiler behind right after the collection that took the others away.
   */
  noteFullCollection(): void;
  /** Heap and external bytes freed by collections so far. */
  readonly freedHeapBytes: number;
  readonly freedExternalBytes: number;
  /** Books heap bytes as allocated by the profiler itself. */
  addOwn(bytes: number): void;
  /** The span that figures are of begins now. */
  start(): void;
  /** Takes note of the collections and writes the clock's fields into the shared table. */
  publish(ownCpuMs: number, force: boolean): void;
}

/**
 * A GCProfiler writes down 4 KiB at each collection, and goes on doing so after `stop` until it is collected itself, which takes a full
 * collection (Node 18 to 26). So each one that was stopped costs as much again, until the next reading: that is held to a share of the run.
 */
const profilerCostMs = 0.05;
const maxCostRatio = 0.02;
/** So long, and so long again for each that was stopped already; but no more records than there is room for. */
const flushPeriodMs = 1000;
const maxPendingCount = collectionCapacity() / 2;

/** Measured: an idle program's heap grows by this at each poll (Node 18 to 26: see the engine's tests). */
const interruptCostBytes = 3000;

/**
 * Keeps the functions of the runtime that it needs, so that a program that replaces them does not disturb it.
 * Collections are seen from Node 18.15 on.
 */
export function createHeapClock(state: SharedState): HeapClock {
  const { getHeapStatistics, getHeapSpaceStatistics } = v8;
  const now = performance.now.bind(performance);
  const Profiler = (v8 as unknown as { GCProfiler: new () => CollectionProfiler }).GCProfiler;
  const { clock, collections, control } = state;
  const never = (state as { never?: Iterable<number> & number[] }).never as
    [number, number, number, number, number, number, number, number, number, number] | undefined;
  let profiler = new Profiler();
  let lastFlushMs = now();
  let startMs = lastFlushMs;
  const own = new Float64Array(1);
  let endedProfilerCount = 0;
  let collectionsPerMs = 0;
  let ownCollectionRan = false;
  /** Since the last reading nothing but its own collection ran. */
  let isFresh = false;
  /** By the reading's own collection, as long as its record is not known. */
  let freedByOwnHeapBytes = 0;
  let freedByOwnExternalBytes = 0;

  const self = {
    heapBytes: 0,
    externalBytes: 0,
    codeBytes: 0,
    trustedBytes: 0,
    oldBytes: 0,
    interruptCount: 0,
    interruptCostBytes,
    freedHeapBytes: 0,
    freedExternalBytes: 0,
    read(): void {
      // Never runs. It makes the function longer than what V8 inlines, so that what it allocates is the same for each of its callers.
      if (never !== undefined) {
        const [a, b, c, d, e, f, g, h, i, j] = never;
        self.heapBytes = a + b + c + d + e + f + g + h + i + j;
      }
      const statistics = getHeapStatistics();
      self.heapBytes = statistics.used_heap_size;
      self.externalBytes = statistics.external_memory;
    },
    readSpaces(): void {
      const spaces = getHeapSpaceStatistics();
      for (let index = 0; index < spaces.length; index += 1) {
        const { space_name: name, space_used_size: bytes } = spaces[index] as v8.HeapSpaceInfo;
        if (name === 'old_space') self.oldBytes = bytes;
        else if (name === 'code_space') self.codeBytes = bytes;
        else if (name === 'trusted_space') self.trustedBytes = bytes;
      }
    },
    noteInterrupt(): void {
      self.interruptCount += 1;
      own[0] = (own[0] as number) + interruptCostBytes;
    },
    flushCollections(force = false): boolean {
      const flushMs = now();
      const elapsedMs = flushMs - lastFlushMs;
      const isCheap =
        (endedProfilerCount + 1) * collectionsPerMs * profilerCostMs < maxCostRatio ||
        elapsedMs > flushPeriodMs * Math.max(1, endedProfilerCount) ||
        elapsedMs * collectionsPerMs > maxPendingCount;
      if (!force && !isCheap) return false;
      // The next one starts first: `stop` allocates, and a collection that this sets off must not be lost.
      const ended = profiler;
      profiler = new Profiler();
      profiler.start();
      const records = ended.stop()?.statistics ?? [];
      endedProfilerCount += 1;
      if (elapsedMs > 1) collectionsPerMs = records.length / elapsedMs;
      const firstOwn = ownCollectionRan ? firstFullIndex(records) : records.length;
      const firstAfter = endOfOwn(records, firstOwn);
      ownCollectionRan = false;
      freedByOwnHeapBytes = 0;
      freedByOwnExternalBytes = 0;
      for (let index = 0; index < records.length; index += 1) {
        const record = records[index] as CollectionRecord;
        noteFreed(record);
        if (index >= firstOwn && index < firstAfter) continue;
        noteCollection(record, lastFlushMs + (elapsedMs * (index + 0.5)) / records.length - startMs);
      }
      lastFlushMs = flushMs;
      return true;
    },
    noteFullCollection(): void {
      ownCollectionRan = true;
      isFresh = true;
      endedProfilerCount = 0;
      self.read();
      freedByOwnHeapBytes = (clock[clockField.heapUsedBytes] as number) - self.heapBytes;
      freedByOwnExternalBytes = (clock[clockField.externalBytes] as number) - self.externalBytes;
    },
    addOwn(bytes: number): void {
      // A typed array: a field that holds a fraction or a large number would be boxed at each change.
      own[0] = (own[0] as number) + bytes;
    },
    start(): void {
      self.flushCollections(true);
      self.freedHeapBytes = 0;
      self.freedExternalBytes = 0;
      own[0] = 0;
      Atomics.store(control, controlField.collectionsWritten, 0);
      self.read();
      startMs = now();
      clock[clockField.startHeapBytes] = self.heapBytes;
      clock[clockField.startExternalBytes] = self.externalBytes;
      clock[clockField.startedAtEpochMs] = performance.timeOrigin + startMs;
      clock[clockField.heapLimitBytes] = getHeapStatistics().heap_size_limit;
    },
    publish(ownCpuMs: number, force: boolean): void {
      clock[clockField.ownCpuMs] = ownCpuMs;
      self.read();
      const before = self.heapBytes;
      const isSettled = self.flushCollections(force) || isFresh;
      isFresh = false;
      self.read();
      if (self.heapBytes > before) own[0] = (own[0] as number) + self.heapBytes - before;
      clock[clockField.heapUsedBytes] = self.heapBytes;
      clock[clockField.externalBytes] = self.externalBytes;
      clock[clockField.ownHeapBytes] = own[0] as number;
      clock[clockField.allocatedHeapBytes] =
        self.heapBytes - (clock[clockField.startHeapBytes] as number) + self.freedHeapBytes + freedByOwnHeapBytes - (own[0] as number);
      if (isSettled) clock[clockField.settledAllocatedHeapBytes] = clock[clockField.allocatedHeapBytes] as number;
      clock[clockField.unsettledMs] = isSettled ? 0 : now() - lastFlushMs;
      clock[clockField.allocatedExternalBytes] =
        self.externalBytes - (clock[clockField.startExternalBytes] as number) + self.freedExternalBytes + freedByOwnExternalBytes;
    },
  };

  function noteFreed({ beforeGC: { heapStatistics: before }, afterGC: { heapStatistics: after } }: CollectionRecord): void {
    self.freedHeapBytes += before.usedHeapSize - after.usedHeapSize;
    self.freedExternalBytes += before.externalMemory - after.externalMemory;
  }

  function noteCollection(record: CollectionRecord, atMs: number): void {
    const before = record.beforeGC.heapStatistics;
    const after = record.afterGC.heapStatistics;
    const written = Atomics.load(control, controlField.collectionsWritten);
    const slot = collectionSlot(written);
    collections[slot] = atMs;
    collections[slot + 1] = record.cost / 1000;
    collections[slot + 2] = kindIndex(record.gcType);
    collections[slot + 3] = before.usedHeapSize - after.usedHeapSize;
    collections[slot + 4] = before.externalMemory - after.externalMemory;
    // Whatever the old spaces gain while only the young ones are collected came from these.
    collections[slot + 5] = after.usedHeapSize - youngBytes(record.afterGC) - (before.usedHeapSize - youngBytes(record.beforeGC));
    collections[slot + collectionFieldCount - 1] = after.usedHeapSize;
    Atomics.store(control, controlField.collectionsWritten, written + 1);
  }

  profiler.start();
  return self;
}

function youngBytes({ heapSpaceStatistics }: HeapMoment): number {
  let bytes = 0;
  for (let index = 0; index < heapSpaceStatistics.length; index += 1) {
    const { spaceName, spaceUsedSize } = heapSpaceStatistics[index] as HeapMoment['heapSpaceStatistics'][number];
    if (spaceName === 'new_space' || spaceName === 'new_large_object_space') bytes += spaceUsedSize;
  }
  return bytes;
}

/** Of the first full collection since the flush before a reading, and so of the reading's own. */
function firstFullIndex(records: readonly CollectionRecord[]): number {
  let index = 0;
  while (index < records.length && kindIndex((records[index] as CollectionRecord).gcType) !== fullKindIndex) index += 1;
  return index;
}

/** What is done about weak references belongs to the collection before it. */
function endOfOwn(records: readonly CollectionRecord[], firstOwn: number): number {
  let index = firstOwn + 1;
  while (index < records.length && kindIndex((records[index] as CollectionRecord).gcType) === weakKindIndex) index += 1;
  return index;
}

const fullKindIndex = 1;
const weakKindIndex = 3;

/** Index into the protocol's collectionKinds. */
function kindIndex(gcType: string): number {
  if (gcType === 'Scavenge' || gcType === 'MinorMarkCompact' || gcType === 'MinorMarkSweep') return 0;
  if (gcType === 'IncrementalMarking') return 2;
  if (gcType === 'ProcessWeakCallbacks') return weakKindIndex;
  return fullKindIndex;
}
