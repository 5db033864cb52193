/**
 * What a cache was worth, in one line: for the lens over a cached function, the Findings view and the command line.
 */

import { formatBytes, formatCount, formatCounted } from './formatFigures.ts';
import type { CacheReport } from './profile.ts';

/** `512 hits, 38 misses, 38 of unlimited entries, 4.1 MiB held`; a figure that is not known is left out. */
export function formatCacheUse({ hitCount, missCount, entryCount, maxEntryCount, heldBytes }: CacheReport): string {
  const parts: string[] = [];
  if (hitCount !== undefined) parts.push(formatCounted(hitCount, 'hit'));
  if (missCount !== undefined) parts.push(formatCounted(missCount, 'miss', 'misses'));
  parts.push(`${formatCount(entryCount)} of ${maxEntryCount === null ? 'unlimited' : formatCount(maxEntryCount)} entries`);
  if (heldBytes !== undefined) parts.push(`${formatBytes(heldBytes)} held`);
  return parts.join(', ');
}
