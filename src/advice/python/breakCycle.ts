/**
 * break-cycle: objects refer to each other in a circle, so counting references never frees them.
 *
 * Measured in the run: all that the cycle collector freed, and of a part of it, as far as there was time to look, which cycles it was in.
 * A kind's share of that part is taken for its share of the whole. All of it would have been freed at once, where it was let go, if one
 * reference of the circle were weak.
 */

import type { CycleReport } from '../../core/profile.ts';
import { countOf } from '../evidence.ts';
import type { Rule } from '../rule.ts';

export const breakCycle: Rule = {
  id: 'break-cycle',
  language: 'python',
  *check({ profile, reportsHere, weighBytes }) {
    const seenBytes = (profile.cycles ?? []).reduce((sum, { bytes }) => sum + bytes, 0);
    const freedBytes = Math.max(profile.totals.collectorFreedBytes ?? 0, seenBytes);
    for (const cycle of reportsHere(profile.cycles)) {
      const bytes = cycle.bytes * (freedBytes / seenBytes);
      const weight = weighBytes('allocated', bytes);
      if (weight === undefined) continue;
      yield {
        line: cycle.at.line,
        title: `Make one reference of ${circleOf(cycle)} weak (weakref.ref): only the cycle collector can free these objects`,
        weight,
        evidence: [
          countOf('objects seen in cycles', cycle.objectCount),
          ...(cycle.finalizerCount === undefined ? [] : [countOf('with a finaliser', cycle.finalizerCount)]),
        ],
        estimatedSavingBytes: bytes,
      };
    }
  },
};

function circleOf({ path, typeNames }: CycleReport): string {
  return path ?? `the cycle of ${typeNames.join(', ')}`;
}
