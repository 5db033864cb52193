/**
 * A profile without what the person's own comments ask to be silent about. (Advice on such lines is never given, see adviseProfile.)
 */

import type { MemoryProfile, SourceRef } from '../core/profile.ts';
import { splitSourceLines } from '../core/terminalText.ts';
import { isSuppressed } from './suppression.ts';

/** @param sources the texts by the profile's paths, only of files that still are what was run. */
export function withoutSuppressed(profile: MemoryProfile, sources: ReadonlyMap<string, string>): MemoryProfile {
  const languages = new Map(profile.files.map(({ path, language }) => [path, language]));
  const linesOf = new Map([...sources].map(([path, text]) => [path, splitSourceLines(text, languages.get(path) ?? '')]));
  const heard = <Report extends { readonly at?: SourceRef }>(
    reports: readonly Report[] | undefined,
    id: string,
  ): readonly Report[] | undefined =>
    reports?.filter(({ at }) => at === undefined || !isSuppressed(linesOf.get(at.path) ?? [], at.line, id));
  return {
    ...profile,
    leakSuspects: heard(profile.leakSuspects, 'leak-suspects'),
    caches: heard(profile.caches, 'caches'),
    globals: heard(profile.globals, 'globals'),
    cycles: heard(profile.cycles, 'cycles'),
    holders: heard(profile.holders, 'holders'),
    collectorChanges: heard(profile.collectorChanges, 'collections'),
  };
}
