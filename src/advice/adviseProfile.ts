/**
 * The advice that there is for a profile: the one entry to all rules.
 */

import type { Advice, MemoryProfile } from '../core/profile.ts';
import { askRules, type AdviceOptions } from './askRules.ts';
import { rules } from './rules.ts';

/**
 * The advice of all rules, what weighs most first; empty when there is none. What a suppressing comment silences is left out.
 * @param sources the texts by the profile's paths, only of files that still are what was run (`contentSha256`, which is the caller's to
 * check): lines of another text would be spoken of wrongly. Files without a text get no advice.
 */
export function adviseProfile(profile: MemoryProfile, sources: ReadonlyMap<string, string>, options?: AdviceOptions): Advice[] {
  return askRules(rules, profile, sources, options);
}
