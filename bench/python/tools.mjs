/**
 * The profilers that are compared: our own in its ways of working, and what Python's and Debian's packages offer.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ensureDebianPackages } from '../../scripts/debianPackages.mjs';
import { inProject } from '../../scripts/paths.mjs';

/**
 * @typedef {object} Command
 * @property {string} executable
 * @property {readonly string[]} args
 * @property {string} [cwd]
 *
 * @typedef {object} Tool
 * @property {string} name
 * @property {string} title
 * @property {boolean} own
 * @property {number} size of the program's work that is measured, where all of it would take too long
 * @property {(python: string, file: string, args: readonly string[]) => Command} command
 * @property {(from: string, to: string) => void} [prepare] makes copies of the programs that the tool can measure
 * @property {readonly string[]} [packages] Debian's
 */

/** Another build than the one in dist can be named, to measure one while the next is made. */
export const commandLine = process.env['MEMORY_LENS_CLI'] ?? inProject('dist', 'cli.js');

/**
 * @param {readonly string[]} options
 * @returns {Tool['command']}
 */
const memoryLens = (options) => (python, file, args) => ({
  executable: process.execPath,
  args: [commandLine, 'run', '--quiet', '--python', python, ...options, file, ...args],
});

/** @type {Tool} */
export const plain = {
  name: 'plain',
  title: 'plain',
  own: false,
  size: 1,
  command: (python, file, args) => ({ executable: python, args: [file, ...args] }),
};

/** @type {readonly Tool[]} */
export const tools = [
  { name: 'default', title: 'default', own: true, size: 1, command: memoryLens([]) },
  { name: 'exact', title: 'exact', own: true, size: 1, command: memoryLens(['--exact']) },
  { name: 'fallback', title: 'fallback', own: true, size: 0.1, command: memoryLens(['--recorder', 'fallback']) },
  {
    name: 'tracemalloc',
    title: 'tracemalloc',
    own: false,
    size: 1,
    command: (python, file, args) => ({ executable: python, args: ['-X', 'tracemalloc=1', file, ...args] }),
  },
  {
    name: 'scalene',
    title: 'Scalene',
    own: false,
    size: 1,
    packages: ['python3-scalene'],
    // It measures only what lies where it was started.
    command: (python, file, args) => ({
      executable: python,
      args: ['-m', 'scalene', '--json', '--outfile', '/dev/null', path.basename(file), ...(args.length > 0 ? ['---', ...args] : [])],
      cwd: path.dirname(file),
    }),
  },
  {
    name: 'memory_profiler',
    title: 'memory_profiler',
    own: false,
    // It costs hundreds of times.
    size: 0.003,
    packages: ['python3-memory-profiler'],
    prepare: decorateFunctions,
    command: (python, file, args) => ({ executable: python, args: ['-m', 'memory_profiler', file, ...args] }),
  },
];

/**
 * Installs what the tools need.
 * @param {readonly Tool[]} wanted
 * @returns {Promise<Map<string, string>>} by the names of the tools that can't be had, the reason
 */
export async function missingTools(wanted) {
  /** @type {Map<string, string>} */
  const missing = new Map();
  for (const { name, packages } of wanted) {
    const problem = packages === undefined ? undefined : await ensureDebianPackages(packages);
    if (problem !== undefined) missing.set(name, problem);
  }
  return missing;
}

/**
 * memory_profiler measures the functions that carry its decorator: all of the program's, as it has to be for the figures of every line.
 * @param {string} from folder
 * @param {string} to folder
 */
export function decorateFunctions(from, to) {
  for (const name of fs.readdirSync(from).filter((file) => file.endsWith('.py'))) {
    const text = fs.readFileSync(path.join(from, name), 'utf8');
    const decorated = text.replace(/^([ \t]*)((?:@.*\n[ \t]*)*)(?=(?:async )?def )/gm, '$1@profile\n$1$2');
    // What runs and measures the work is not part of it.
    fs.writeFileSync(path.join(to, name), name === 'program.py' ? text : decorated);
  }
}
