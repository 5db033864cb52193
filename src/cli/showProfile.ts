/**
 * `memory-lens show`: prints a saved profile.
 */

import { readFile } from 'node:fs/promises';
import { errorCode } from '../core/errorCode.ts';
import { parseProfile } from '../core/decodeProfile.ts';
import { formatAnnotatedSource } from '../core/formatAnnotatedSource.ts';
import { UserError } from '../core/userError.ts';
import { readSources } from '../engines/readSources.ts';
import type { TableLook } from './terminal.ts';

/**
 * The profile as annotated source.
 * @throws UserError `profileUnreadable`.
 */
export async function showProfile(profileFile: string, look: TableLook & { readonly minBytes?: number }): Promise<string> {
  const text = await readFile(profileFile, 'utf8').catch((error: unknown) => {
    const code = errorCode(error);
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : String(error);
    throw new UserError('profileUnreadable', `${profileFile} can't be read as a profile: ${why}.`);
  });
  const profile = parseProfile(text, profileFile);
  return formatAnnotatedSource(profile, await readSources(profile), look);
}
