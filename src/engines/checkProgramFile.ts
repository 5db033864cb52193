/**
 * Refuses what can't be a program before any runtime is started, with an error that says why.
 */

import { open, stat } from 'node:fs/promises';
import { errorCode } from '../core/errorCode.ts';
import { UserError } from '../core/userError.ts';

/** Larger than any source that a person writes; a file of this size is data or a bundle that no line-by-line view would help with. */
const maxProgramBytes = 32 * 1024 * 1024;

/** As git does it: text holds no NUL byte, and a binary has one near its start. */
const inspectedBytes = 8192;

/**
 * Checks that the file exists, is a file, can be read, is text, and is not too large.
 * @param file absolute path.
 * @throws UserError `fileMissing`, `fileIsDirectory`, `fileTooLarge`, `fileIsBinary`.
 */
export async function checkProgramFile(file: string): Promise<void> {
  const stats = await stat(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  if (stats.isDirectory())
    throw new UserError('fileIsDirectory', `${file} is a folder. Give the file of the program that is to be profiled.`);
  if (stats.size > maxProgramBytes) {
    const mebibytes = (stats.size / 1024 / 1024).toFixed(0);
    throw new UserError(
      'fileTooLarge',
      `${file} is ${mebibytes} MiB large, and a program of more than ${maxProgramBytes / 1024 / 1024} MiB is not profiled. Give a smaller file that loads it.`,
    );
  }
  const handle = await open(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(inspectedBytes), 0, inspectedBytes, 0);
    if (buffer.subarray(0, bytesRead).includes(0)) {
      throw new UserError('fileIsBinary', `${file} is not text: it holds binary data, so it can't be a program's source.`);
    }
  } finally {
    await handle.close();
  }
}

function unreadable(file: string, error: unknown): UserError {
  const code = errorCode(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return new UserError('fileMissing', `There is no file ${file}. Check the path.`);
  if (code === 'EACCES' || code === 'EPERM') return new UserError('fileMissing', `${file} can't be read: permission denied.`);
  return new UserError('fileMissing', `${file} can't be read: ${error instanceof Error ? error.message : String(error)}.`);
}
