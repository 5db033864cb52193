/**
 * Reads the sources that a profile speaks of, as far as they still are what was run.
 */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { FileProfile, MemoryProfile } from '../core/profile.ts';

/** The text of each file of the profile by its path; files that are gone or have changed since are left out. */
export async function readSources(profile: MemoryProfile): Promise<ReadonlyMap<string, string>> {
  const sources = new Map<string, string>();
  for (const file of profile.files) {
    const text = await readSource(file);
    if (text !== undefined) sources.set(file.path, text);
  }
  return sources;
}

/** The text of one file of a profile; undefined where it is gone or has changed since. */
export async function readSource({ path, contentSha256 }: FileProfile): Promise<string | undefined> {
  const bytes = await readFile(path).catch(() => undefined); // Gone, or not readable: shown as not at hand.
  if (bytes === undefined) return undefined;
  const text = new TextDecoder().decode(bytes);
  // A runtime may hand its sources over without their byte order mark.
  return sha256(bytes) === contentSha256 || sha256(text) === contentSha256 ? text : undefined;
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
