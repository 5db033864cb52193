/**
 * Which of the files that Python names are the user's own, and how the person knows them. The probe has the same rule in user_files.py.
 */

import * as fs from 'node:fs';
import * as path from 'node:path';
import { isInFolder } from '../pathsOnDisk.ts';

const packageFolders = /(^|[\\/])(site-packages|dist-packages|node_modules)([\\/]|$)/;

export interface UserFileOptions {
  /** Where Python was started: older versions name the main file relative to it. */
  readonly cwd: string;
  /** As the person knows it; its files are shown under this name, whichever way Python came to them. */
  readonly workspaceFolder: string;
  /** The main file as the person knows it; '' where it is not known. */
  readonly mainFile: string;
  /** Folders whose files are not the user's: the standard library, the probe. */
  readonly foreignFolders: readonly string[];
}

/** Gives a function that says under which path a file is shown (forward slashes); undefined: it is not the user's. It remembers its answers. */
export function createUserFileRule(options: UserFileOptions): (fileName: string) => string | undefined {
  const workspace = { shown: options.workspaceFolder, real: realPath(options.workspaceFolder) };
  const main = { shown: options.mainFile, real: options.mainFile === '' ? '' : realPath(options.mainFile) };
  const foreign = options.foreignFolders.map(realPath);
  const known = new Map<string, string | undefined>();

  function decide(fileName: string): string | undefined {
    if (fileName === '' || /^<.*>$/s.test(fileName)) return undefined;
    const real = realPath(path.resolve(options.cwd, fileName));
    // Compiled extensions name their sources as their makers saw them.
    if (!path.isAbsolute(fileName) && real !== main.real && !fs.existsSync(real)) return undefined;
    if (foreign.some((folder) => isInFolder(real, folder))) return undefined;
    const folder = isInFolder(real, workspace.real) ? workspace : { shown: path.dirname(main.shown), real: path.dirname(main.real) };
    if (main.real === '' && folder !== workspace) return undefined;
    if (!isInFolder(real, folder.real) || isInstalled(path.relative(folder.real, real), folder.real)) return undefined;
    return (real === main.real ? main.shown : path.join(folder.shown, path.relative(folder.real, real))).replaceAll('\\', '/');
  }

  return (fileName) => {
    if (!known.has(fileName)) known.set(fileName, decide(fileName));
    return known.get(fileName);
  };
}

/** In a folder of packages, or in a virtual environment inside the folder. */
function isInstalled(relative: string, folder: string): boolean {
  const inner = path.dirname(relative);
  if (packageFolders.test(inner)) return true;
  let current = folder;
  return inner.split(path.sep).some((name) => {
    current = path.join(current, name);
    return name !== '.' && fs.existsSync(path.join(current, 'pyvenv.cfg'));
  });
}

/** Also of a file that is gone by now. */
function realPath(file: string): string {
  try {
    return fs.realpathSync(file);
  } catch {
    const folder = path.dirname(file);
    return folder === file ? file : path.join(realPath(folder), path.basename(file));
  }
}
