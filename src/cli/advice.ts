/**
 * What is added to a profile when a program that the command line ran has ended.
 */

import { adviseProfile } from '../advice/adviseProfile.ts';
import { withoutSuppressed } from '../advice/withoutSuppressed.ts';
import type { MemoryProfile } from '../core/profile.ts';

/**
 * The profile with the advice of all rules, and without findings that comments in the sources are against. A rule that fails is a bug of
 * ours: it gives no advice, and a note says so.
 * @param sources only of files that still are what was run.
 */
export function withAdvice(profile: MemoryProfile, sources: ReadonlyMap<string, string>): MemoryProfile {
  const notes = [...profile.engine.notes];
  const advice = adviseProfile(profile, sources, {
    onRuleError: (rule, error) => notes.push(`The rule ${rule} has failed and gives no advice, please report it: ${String(error)}.`),
  });
  return { ...withoutSuppressed(profile, sources), engine: { ...profile.engine, notes }, advice };
}
