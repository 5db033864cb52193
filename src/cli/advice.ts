/**
 * Advice for a run of the command line, and the comments by which its sources ask for silence.
 */

import { adviseProfile } from '../advice/adviseProfile.ts';
import { isSuppressed } from '../advice/suppression.ts';
import type { Finding } from '../core/findings.ts';
import type { MemoryProfile } from '../core/profile.ts';
import { splitSourceLines } from '../core/terminalText.ts';

/**
 * The profile with the advice of all rules. A rule that fails is a bug of ours: it gives no advice, and a note says so.
 * @param sources only of files that still are what was run.
 */
export function withAdvice(profile: MemoryProfile, sources: ReadonlyMap<string, string>): MemoryProfile {
  const notes = [...profile.engine.notes];
  const advice = adviseProfile(profile, sources, {
    onRuleError: (rule, error) => notes.push(`The rule ${rule} has failed and gives no advice, please report it: ${String(error)}.`),
  });
  return { ...profile, engine: { ...profile.engine, notes }, advice };
}

/** Tells findings on lines that carry a comment against them. */
export function suppressedBy(sources: ReadonlyMap<string, string>): (finding: Finding) => boolean {
  return ({ at, page }) => {
    const text = at && sources.get(at.path);
    return text !== undefined && isSuppressed(splitSourceLines(text, at?.path.endsWith('.py') ? 'python' : ''), at?.line ?? 0, page);
  };
}
