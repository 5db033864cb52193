/**
 * The folder whose files are the user's own.
 */

import * as fs from 'node:fs';
import * as path from 'node:path';
import { isInFolder } from './pathsOnDisk.ts';

/** The workspace folder when the file is in it, else the file's own folder; real paths, as runtimes name what they load. */
export function userFolder(workspaceFolder: string, realFile: string): string {
  let folder = workspaceFolder;
  try {
    folder = fs.realpathSync(folder);
  } catch {
    // A folder that is gone holds no user files; the file's own folder is taken below.
  }
  return isInFolder(realFile, folder) ? folder : path.dirname(realFile);
}
