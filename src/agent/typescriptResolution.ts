/**
 * Finds the TypeScript file that a relative import means: without extension, of a folder, or by the name its output would have.
 */

import * as fs from 'node:fs';
import * as path from 'node:path';

const extensions = ['.ts', '.tsx', '.mts', '.cts', '.jsx', '.js', '.mjs', '.cjs', '.json'];
const foundByNode = { module: [''], commonjs: ['', '.js', '.json', '.node', '/package.json', '/index.js', '/index.json', '/index.node'] };
const sourcesOfOutput: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx', '.jsx'],
  '.jsx': ['.tsx'],
  '.mjs': ['.mts'],
  '.cjs': ['.cts'],
};

/**
 * Absolute path, or undefined where there is none or Node finds a file itself. `specifier` as written; only relative and absolute ones are
 * looked at.
 */
export function resolveTypeScriptFile(specifier: string, folder: string, format: 'commonjs' | 'module'): string | undefined {
  if (!/^(\.{1,2}([\\/]|$)|[\\/])/.test(specifier)) return undefined;
  const target = path.resolve(folder, specifier);
  if (foundByNode[format].some((suffix) => isFile(target + suffix))) return undefined;
  const extension = path.extname(target);
  const stem = target.slice(0, target.length - extension.length);
  const candidates = [
    ...(sourcesOfOutput[extension] ?? []).map((other) => stem + other),
    ...extensions.map((other) => target + other),
    ...extensions.map((other) => path.join(target, `index${other}`)),
  ];
  return candidates.find(isFile);
}

function isFile(candidate: string): boolean {
  return fs.statSync(candidate, { throwIfNoEntry: false })?.isFile() === true;
}
