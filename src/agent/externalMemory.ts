/**
 * Follows off-heap memory from the line that made it: which backing store belongs to which site, and which of them are still alive.
 */

import { types } from 'node:util';
import type { WeakReferences } from './weakReferences.ts';

export interface ExternalMemory {
  /**
   * Books the backing stores found in `value` that belong to no site yet; gives their bytes.
   * @param weight how many stores this one stands for, where only some executions of the site are looked at.
   * @param maxBytes a larger store was there before.
   */
  follow(site: number, value: unknown, weight: number, maxBytes: number): number;
  /** What is alive after a collection that just ran: pairs of site and bytes. */
  sumLiving(): number[];
}

type Store = ArrayBuffer | SharedArrayBuffer;

/** Values inside an array are looked at one level deep, this many at most. */
const maxElementCount = 64;
/** Smaller ones are not worth following. */
const followedBytes = 1024;
/** Node's pool for small buffers: many owners, no line's own. */
const sharedPoolBytes = 8192;
/** More stores than this are not followed at once; what they hold stays unattributed. */
const maxFollowedCount = 100_000;

export function createExternalMemory(weak: WeakReferences): ExternalMemory {
  const known = new WeakSet<Store>();
  let references: WeakRef<Store>[] = [];
  let sites: number[] = [];
  let weights: number[] = [];
  // Kept, so that what the program does to the prototypes does not reach us.
  const bytesOf = getter(ArrayBuffer.prototype, 'byteLength');
  const sharedBytesOf = getter(SharedArrayBuffer.prototype, 'byteLength');
  const viewBuffer = getter(Object.getPrototypeOf(Uint8Array.prototype) as object, 'buffer');
  const dataViewBuffer = getter(DataView.prototype, 'buffer');

  function follow(site: number, value: unknown, weight: number, maxBytes: number): number {
    let bytes = 0;
    const direct = storeOf(value);
    if (direct !== undefined) bytes = book(site, direct, value, weight, maxBytes);
    else if (Array.isArray(value) && !types.isProxy(value)) {
      for (let index = 0; index < value.length && index < maxElementCount; index += 1) {
        const element = Object.getOwnPropertyDescriptor(value, index)?.value as unknown;
        const store = storeOf(element);
        if (store !== undefined) bytes += book(site, store, element, weight, maxBytes);
      }
    }
    if (bytes > 0) weak.release();
    return bytes;
  }

  function sumLiving(): number[] {
    const sums = new Map<number, number>();
    const living: { references: WeakRef<Store>[]; sites: number[]; weights: number[] } = { references: [], sites: [], weights: [] };
    for (let index = 0; index < references.length; index += 1) {
      const reference = references[index] as WeakRef<Store>;
      const store = weak.targetOf(reference);
      if (store === undefined) continue;
      const site = sites[index] as number;
      const weight = weights[index] as number;
      sums.set(site, (sums.get(site) ?? 0) + storeBytes(store) * weight);
      living.references.push(reference);
      living.sites.push(site);
      living.weights.push(weight);
    }
    ({ references, sites, weights } = living);
    weak.release();
    return [...sums].flat();
  }

  function storeOf(value: unknown): Store | undefined {
    if (types.isAnyArrayBuffer(value)) return value;
    if (types.isTypedArray(value)) return viewBuffer.call(value) as Store;
    if (types.isDataView(value)) return dataViewBuffer.call(value) as Store;
    return undefined;
  }

  function book(site: number, store: Store, value: unknown, weight: number, maxBytes: number): number {
    const bytes = storeBytes(store);
    if (bytes < followedBytes || bytes > maxBytes || known.has(store) || references.length >= maxFollowedCount) return 0;
    if (bytes === sharedPoolBytes && Buffer.isBuffer(value) && value.length < bytes) return 0;
    known.add(store);
    references.push(weak.create(store));
    sites.push(site);
    weights.push(weight);
    return bytes;
  }

  function storeBytes(store: Store): number {
    return (types.isSharedArrayBuffer(store) ? sharedBytesOf : bytesOf).call(store) as number;
  }

  return { follow, sumLiving };
}

function getter(prototype: object, name: string): () => unknown {
  return Object.getOwnPropertyDescriptor(prototype, name)?.get as () => unknown;
}
