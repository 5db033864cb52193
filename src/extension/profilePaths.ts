/**
 * Paths as the profile writes them (absolute, forward slashes) and as the editor has them. Node resolves symbolic links before it
 * runs a file, so a file is looked up by where it really is.
 */

import { realpathSync } from 'node:fs';

/** The path under which a profile knows this file; a path that doesn't exist stays as it is. */
export function profilePathOf(fsPath: string): string {
  let real = fsPath;
  try {
    real = realpathSync.native(fsPath);
  } catch {
    // Deleted or not reachable: its figures may still be looked up by the path that it had.
  }
  return comparablePath(real);
}

/** One form for one path: forward slashes, and on Windows a lower-case drive, which Node and VS Code write differently. */
export function comparablePath(path: string): string {
  if (process.platform !== 'win32') return path;
  return path.replaceAll('\\', '/').replace(/^[A-Z]:/, (drive) => drive.toLowerCase());
}
