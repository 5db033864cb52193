/**
 * Paths of a profile as they are shown: short where that is clear.
 */

import type { MemoryProfile } from './profile.ts';
import { printableLine } from './terminalText.ts';

/** Relative to the folder that the program ran in where it lies inside; safe to print. */
export function displayPath(path: string, profile: Pick<MemoryProfile, 'program'>): string {
  const folder = profile.program.cwd.replaceAll('\\', '/').replace(/\/?$/, '/');
  return printableLine(path.startsWith(folder) ? path.slice(folder.length) : path);
}
