/**
 * When will a growing array, map or set take memory next? Most `push` calls allocate nothing and a few allocate a lot, so measuring calls
 * at random misses the few. V8 grows by fixed rules, so they can be foreseen.
 */

import { types } from 'node:util';

/** Elements of an array, entries of a map or set; -1 for anything else. Never runs code of the program. */
export function countEntries(receiver: unknown): number {
  if (Array.isArray(receiver) && !isProxy(receiver)) return receiver.length;
  try {
    if (receiver instanceof Map) return mapSize.call(receiver) as number;
    if (receiver instanceof Set) return setSize.call(receiver) as number;
  } catch {
    // Something that only poses as a map: it can't be foreseen.
  }
  return -1;
}

/** Value of an own property; undefined for an accessor, a proxy or none. Never runs code of the program. */
export function dataProperty(holder: unknown, name: string): unknown {
  if (typeof holder !== 'object' || holder === null || types.isProxy(holder)) return undefined;
  return Object.getOwnPropertyDescriptor(holder, name)?.value as unknown;
}

/** Growth of smaller collections is frequent and small: executions that are chosen at random see it well enough. */
const foreseenEntryCount = 512;

/**
 * Executions until the receiver grows, given that it holds `entryCount` after the execution that was just measured;
 * Infinity for small collections.
 * Source: V8's JSObject::NewElementsCapacity (old + old / 2 + 16) and OrderedHashTable (doubling).
 * @param grew whether that execution allocated, which tells the capacity exactly.
 */
export function executionsUntilGrowth(receiver: unknown, entryCount: number, grew: boolean): number {
  if (entryCount < foreseenEntryCount) return Infinity;
  if (!Array.isArray(receiver)) {
    let capacity = 4;
    while (capacity <= entryCount) capacity *= 2;
    return capacity - entryCount + 1;
  }
  if (grew) return grownCapacity(entryCount) - entryCount + 1;
  let capacity = grownCapacity(1);
  while (capacity < entryCount) capacity = grownCapacity(capacity + 1);
  return capacity - entryCount + 1;
}

/**
 * What adding one entry to a collection that holds `entryCount` takes, where it was filled one by one: the new store, or nothing. For
 * executions in which other things ran as well, so that the heap does not tell.
 */
export function growthBytesAt(receiver: unknown, entryCount: number): number {
  if (Array.isArray(receiver)) {
    let capacity = 0;
    while (capacity < entryCount) capacity = grownCapacity(capacity + 1);
    return capacity === entryCount ? 16 + 8 * grownCapacity(entryCount + 1) : 0;
  }
  const isFull = entryCount >= 4 && (entryCount & (entryCount - 1)) === 0;
  // An ordered hash table: two or three words an entry, and half a word for the buckets.
  return isFull ? 8 * 2 * entryCount * (receiver instanceof Map ? 3.5 : 2.5) : 0;
}

function grownCapacity(neededCount: number): number {
  return neededCount + (neededCount >> 1) + 16;
}

const mapSize = sizeGetter(Map.prototype);
const setSize = sizeGetter(Set.prototype);

function sizeGetter(prototype: object): () => unknown {
  return Object.getOwnPropertyDescriptor(prototype, 'size')?.get as () => unknown;
}

// Array.isArray is true for a proxy of an array, whose `length` would run the program's trap.
function isProxy(value: object): boolean {
  return types.isProxy(value);
}
