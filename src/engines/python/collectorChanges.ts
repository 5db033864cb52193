/**
 * Where the program steered the cycle collector, from the recorder's table of it.
 */

import type { CollectorChange, SourceRef } from '../../core/profile.ts';
import type { Places } from './places.ts';
import type { Tables } from './tablesFile.ts';

/** By the recorder's number of the function of module gc. */
const changeNames: readonly CollectorChange['change'][] = ['disabled', 'enabled', 'thresholds', 'frozen', 'unfrozen', 'collected'];

export interface CollectorSteering {
  /** In the order of the last call at each place. */
  readonly changes: readonly CollectorChange[];
  /** The place that switched the collector off if nothing switched it on again. */
  readonly leftOff: CollectorChange | undefined;
}

export function readCollectorSteering({ changes: { count, columns } }: Tables, places: Places): CollectorSteering {
  const byPlace = new Map<string, CollectorChange>();
  const inOrder = Array.from({ length: count }, (_, index) => index).sort((a, b) => (columns.last[a] ?? 0) - (columns.last[b] ?? 0));
  for (const index of inOrder) {
    const change = changeNames[columns.change[index] ?? -1];
    if (change === undefined) continue;
    const [place] = places.ofStack(columns.stack[index] ?? 0);
    const at: SourceRef | undefined = place === undefined ? undefined : { path: place.path, line: place.line };
    const key = `${change}:${at?.path ?? ''}:${at?.line ?? 0}`;
    const before = byPlace.get(key)?.count ?? 0;
    byPlace.delete(key); // So that it stands where its last call does.
    byPlace.set(key, {
      change,
      ...(at === undefined ? {} : { at }),
      count: before + (columns.count[index] ?? 0),
      ...(change === 'thresholds'
        ? { thresholds: [columns.threshold0, columns.threshold1, columns.threshold2].map((of) => of[index] ?? 0) }
        : {}),
    });
  }
  const changes = [...byPlace.values()];
  const lastSwitch = changes.findLast(({ change }) => change === 'disabled' || change === 'enabled');
  return { changes, leftOff: lastSwitch?.change === 'disabled' ? lastSwitch : undefined };
}
