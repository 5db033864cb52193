/**
 * Follows off-heap memory from the line that made it: which backing store belongs to which site. A WeakMap keeps nothing alive (a WeakRef
 * would, until the end of the job); which stores are still alive is asked of the inspector, which lists them.
 */

import { types } from 'node:util';

export interface ExternalMemory {
  /** Books the backing stores found in `value` that belong to no site yet; gives their bytes. */
  follow(site: number, value: unknown): number;
  /** Called by the worker through the inspector with all buffers that are alive: sums by site, as pairs. */
  sumBySite(buffers: readonly unknown[]): number[];
  /** Bytes booked so far; when it is 0 there is nothing to ask for. */
  readonly followedBytes: number;
}

type Store = ArrayBuffer | SharedArrayBuffer;

/** Values inside an array or object are looked at one level deep, this many at most. */
const maxElementCount = 64;
/** Node's pool for small buffers: many owners, no line's own. */
const sharedPoolBytes = 8192;

export function createExternalMemory(): ExternalMemory {
  const siteOf = new WeakMap<Store, number>();
  // Kept, so that what the program does to the prototypes does not reach us.
  const bytesOf = getter(ArrayBuffer.prototype, 'byteLength');
  const sharedBytesOf = getter(SharedArrayBuffer.prototype, 'byteLength');
  const viewBuffer = getter(Object.getPrototypeOf(Uint8Array.prototype) as object, 'buffer');
  const dataViewBuffer = getter(DataView.prototype, 'buffer');

  const self = {
    followedBytes: 0,
    follow(site: number, value: unknown): number {
      const direct = storeOf(value);
      if (direct !== undefined) return book(site, direct, value);
      if (typeof value !== 'object' || value === null || types.isProxy(value)) return 0;
      if (!Array.isArray(value)) return 0;
      let bytes = 0;
      for (let index = 0; index < value.length && index < maxElementCount; index += 1) {
        const store = storeOf(value[index]);
        if (store !== undefined) bytes += book(site, store, value[index]);
      }
      return bytes;
    },
    sumBySite(buffers: readonly unknown[]): number[] {
      const sums = new Map<number, number>();
      for (const buffer of buffers) {
        const site = siteOf.get(buffer as Store);
        if (site !== undefined) sums.set(site, (sums.get(site) ?? 0) + storeBytes(buffer as Store));
      }
      return [...sums].flat();
    },
  };

  function storeOf(value: unknown): Store | undefined {
    if (types.isAnyArrayBuffer(value)) return value;
    if (types.isTypedArray(value)) return viewBuffer.call(value) as Store;
    if (types.isDataView(value)) return dataViewBuffer.call(value) as Store;
    return undefined;
  }

  function book(site: number, store: Store, value: unknown): number {
    const bytes = storeBytes(store);
    if (bytes === 0 || siteOf.has(store)) return 0;
    if (bytes === sharedPoolBytes && Buffer.isBuffer(value) && value.length < bytes) return 0;
    siteOf.set(store, site);
    self.followedBytes += bytes;
    return bytes;
  }

  function storeBytes(store: Store): number {
    return (types.isSharedArrayBuffer(store) ? sharedBytesOf : bytesOf).call(store) as number;
  }

  return self;
}

function getter(prototype: object, name: string): () => unknown {
  return Object.getOwnPropertyDescriptor(prototype, name)?.get as () => unknown;
}
