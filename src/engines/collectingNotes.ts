/**
 * What a person should know of the time that a run spent on collecting garbage.
 */

import { formatCounted, formatDuration, formatRatio } from '../core/formatFigures.ts';
import type { Collection } from '../core/profile.ts';

/** Time spent collecting that a person may want to do something about: less would make the run hardly shorter. */
const notableCollectingRatio = 0.05;
const notableCollectingMs = 10;

/** A whole sentence for the profile's notes, or none where it is not worth one. */
export function collectingNotes(collections: readonly Collection[], durationMs: number): string[] {
  const collectingMs = collections.reduce((sum, collection) => sum + collection.durationMs, 0);
  if (collectingMs < Math.max(notableCollectingMs, durationMs * notableCollectingRatio)) return [];
  const share = formatRatio(Math.min(1, collectingMs / durationMs));
  return [
    `Collecting garbage took ${share} of the run: ${formatDuration(collectingMs)} in ${formatCounted(collections.length, 'collection')}.`,
  ];
}
