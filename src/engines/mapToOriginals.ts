/**
 * Shows a program that was compiled beforehand in its original sources: reads the source maps that its files name and moves the figures.
 */

import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { mapProfileFiles } from '../core/mapProfileFiles.ts';
import type { MemoryProfile } from '../core/profile.ts';
import { resolveSourceMap, type ResolvedSourceMap, type SourceMapFiles } from '../core/sourceMaps.ts';

/** The file system, for reading source maps. */
const diskFiles: SourceMapFiles = {
  sizeBytes: async (path) => {
    const stats = await stat(path).catch(() => undefined); // Absent or out of reach: there is no such file for us.
    return stats?.isFile() === true ? stats.size : undefined;
  },
  readText: (path) => readFile(path, 'utf8'),
  decodeBase64: (text) => Buffer.from(text, 'base64').toString('utf8'),
  sha256: (text) => createHash('sha256').update(text).digest('hex'),
};

/**
 * The profile with its figures at the lines of the originals where its files name usable source maps, else as it is. What kept a map from
 * being used becomes a note. Never rejects for anything that a file holds.
 */
export async function mapToOriginals(profile: MemoryProfile): Promise<MemoryProfile> {
  const maps = new Map<string, ResolvedSourceMap>();
  const notes: string[] = [];
  for (const file of profile.files) {
    const text = await readFile(file.path, 'utf8').catch(() => undefined); // Gone meanwhile: then its map is of no use either.
    if (text?.includes('sourceMappingURL=') !== true) continue;
    const { map, note } = await resolveSourceMap(file.path, text, diskFiles);
    if (map !== undefined) maps.set(file.path, map);
    if (note !== undefined) notes.push(note);
  }
  if (maps.size === 0 && notes.length === 0) return profile;
  const noted = { ...profile, engine: { ...profile.engine, notes: [...profile.engine.notes, ...notes] } };
  return maps.size === 0 ? noted : mapProfileFiles(noted, maps, diskFiles);
}
