/**
 * Writes a snapshot of the program's heap into a file, where the engine asked for one: it shows why values are still alive.
 *
 * V8 writes it in the program's thread, piece by piece, so that no copy of it is kept in memory.
 */

import v8 from 'node:v8';
import { followedName } from '../protocol/heapSnapshots.ts';

/** Values that are followed: by site, references that do not keep them alive. */
export type FollowedValues = Readonly<Record<string, readonly WeakRef<object>[]>>;

export interface HeapSnapshotWriter {
  /** Gives '' when the snapshot is written, else why it is not. Takes about as long as a few full collections, and the writing. */
  write(): string;
}

/** @param listFollowed what the snapshot is to show under `followedName`, for the reader to find it there. */
export function createHeapSnapshotWriter(file: string, listFollowed: () => FollowedValues): HeapSnapshotWriter {
  // Kept, so that what the program does to the module does not reach us.
  const { writeHeapSnapshot } = v8;
  return {
    write() {
      try {
        const marks = { [followedName]: listFollowed() };
        writeHeapSnapshot(file);
        // Used here, so that it is alive until now.
        Reflect.deleteProperty(marks, followedName);
        return '';
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    },
  };
}
