/**
 * A file of many lines of ordinary code: the benchmark programs' own sources over and over, each copy in a function that is never called.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';

/**
 * @param {string} programsFolder
 * @param {number} lineCount
 * @returns {string} at its end it says when it got there
 */
export function largeSource(programsFolder, lineCount) {
  const bodies = fs
    .readdirSync(programsFolder)
    .sort()
    .map((name) => fs.readFileSync(path.join(programsFolder, name), 'utf8'))
    .filter((source) => !/^(import|export) |\bawait\b/m.test(source))
    .map((source) => source.trimEnd().split('\n'));
  if (bodies.length === 0) throw new Error(`no program in ${programsFolder} can stand in a function`);
  /** @type {string[]} */
  const lines = [];
  for (let copy = 0; lines.length < lineCount - 1; copy++) {
    const wrapped = [`function copy${copy}() {`, ...(bodies[copy % bodies.length] ?? []), '}'];
    if (lines.length + wrapped.length > lineCount - 1) break;
    lines.push(...wrapped);
  }
  while (lines.length < lineCount - 1) lines.push(`const constant${lines.length} = { line: ${lines.length} };`);
  lines.push('console.log(`firstLineMs ${performance.now()}`);');
  return `${lines.join('\n')}\n`;
}
