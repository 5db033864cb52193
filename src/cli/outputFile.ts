/**
 * Where `--json` writes to: checked before the program runs, so that a long run is not lost to a mistyped path.
 */

import { accessSync, constants, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { errorCode } from '../core/errorCode.ts';
import { UserError } from '../core/userError.ts';
import { writeWhole } from './terminal.ts';

/** What `--json -` stands for. */
export const standardOutput = '-';

/** @throws UserError `outputUnwritable` when nothing could be written there as things stand. */
export function checkOutputFile(file: string): void {
  if (file === standardOutput) return;
  const absolute = resolve(file);
  try {
    const stats = statSync(absolute, { throwIfNoEntry: false });
    if (stats?.isDirectory()) throw new UserError('outputUnwritable', `The profile can't be written to ${file}: it is a folder.`);
    // With a separator at its end a path that is no folder is refused.
    accessSync(stats ? absolute : dirname(absolute) + sep, constants.W_OK);
  } catch (error) {
    throw error instanceof UserError ? error : outputError(file, error);
  }
}

/** @throws UserError `outputUnwritable`. */
export function writeOutputFile(file: string, text: string): void {
  try {
    if (file === standardOutput) writeWhole(1, text);
    else writeFileSync(resolve(file), text);
  } catch (error) {
    throw outputError(file, error);
  }
}

function outputError(file: string, error: unknown): UserError {
  const code = errorCode(error);
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'its folder does not exist',
    ENOTDIR: 'its folder is a file',
    EACCES: 'permission denied',
    EROFS: 'the file system is read-only',
    ENOSPC: 'the disk is full',
    EPIPE: 'its reader has gone',
  };
  const why = reasons[code ?? ''] ?? (error instanceof Error ? error.message : String(error));
  return new UserError(
    'outputUnwritable',
    `The profile can't be written to ${file === standardOutput ? 'standard output' : file}: ${why}.`,
  );
}
