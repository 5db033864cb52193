/**
 * Reads the sources that a profile speaks of, as far as they still are what was run.
 */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { MemoryProfile } from '../core/profile.ts';

/** The text of each file of the profile by its path; files that are gone or have changed since are left out. */
export async function readSources(profile: MemoryProfile): Promise<ReadonlyMap<string, string>> {
  const sources = new Map<string, string>();
  for (const file of profile.files) {
    const bytes = await readFile(file.path).catch(() => undefined); // Gone, or not readable: shown as not at hand.
    if (bytes === undefined) continue;
    const text = new TextDecoder().decode(bytes);
    // A runtime may hand its sources over without their byte order mark.
    if (sha256(bytes) === file.contentSha256 || sha256(text) === file.contentSha256) sources.set(file.path, text);
  }
  return sources;
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
