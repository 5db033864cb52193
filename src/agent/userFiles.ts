/** Which files are the user's own, to be instrumented, and which of them have to be compiled first. */

import * as path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Under the workspace folder and outside node_modules. Both paths real and absolute, in the platform's own form. */
export function isUserFile(file: string, workspaceFolder: string): boolean {
  const relative = path.relative(workspaceFolder, file);
  if (relative === '' || relative.startsWith('..') || path.isAbsolute(relative)) return false;
  return !relative.split(path.sep).includes('node_modules');
}

/** The file that a module's URL names, its query left out; undefined: none. */
export function fileOfUrl(url: string): string | undefined {
  return url.startsWith('file:') ? fileURLToPath(url.replace(/[?#].*$/, '')) : undefined;
}

/** TypeScript or JSX, by its name. */
export function isCompiledFile(file: string): boolean {
  return /\.(ts|cts|mts|tsx|jsx)$/.test(file);
}
