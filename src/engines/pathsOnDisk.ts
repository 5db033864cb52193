/**
 * Questions about paths that engines ask: what lies where, what can be executed.
 */

import * as fs from 'node:fs';
import * as path from 'node:path';

/** Whether the file is the folder or lies somewhere in it, by the names alone. */
export function isInFolder(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

/** Whether it is a file that may be executed. */
export function isExecutable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    // Absent or not to be executed: the next candidate is asked.
    return false;
  }
}

/**
 * Where a program lies: a bare name is looked for on the path of this environment, anything else is a path from the folder.
 * undefined: nowhere, or it may not be executed.
 */
export function findExecutable(name: string, folder: string, env: Readonly<Record<string, string | undefined>>): string | undefined {
  if (name.includes('/') || name.includes(path.sep)) {
    const file = path.resolve(folder, name);
    return isExecutable(file) ? file : undefined;
  }
  const suffixes = process.platform === 'win32' ? (env['PATHEXT'] ?? '.EXE;.CMD').split(';') : [''];
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(path.delimiter).filter((entry) => entry !== '');
  for (const entry of folders) {
    for (const suffix of suffixes) {
      const file = path.join(entry, name + suffix);
      if (isExecutable(file)) return file;
    }
  }
  return undefined;
}
