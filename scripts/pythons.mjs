/**
 * The Pythons that the tests run programs on: every covered version that is on this machine, from pyenv or on the path, and the system's
 * own, which has NumPy where Debian's package of it could be installed. Built-in modules only.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { ensureDebianPackages } from './debianPackages.mjs';
import { isEntryPoint } from './paths.mjs';
import { run } from './processes.mjs';

/** Minor versions of Python 3. */
export const coveredMinors = /** @type {const} */ ([8, 9, 10, 11, 12, 13, 14]);

/** What the system's own Python needs for the tests. */
const systemPackages = ['python3', 'python3-numpy'];

/**
 * Installs the system's own Python and NumPy where that asks nobody. Never throws.
 * @returns {Promise<string[]>} what the tests will not cover, and why
 */
export async function ensurePythons() {
  const problem = await ensureDebianPackages(systemPackages);
  const minors = new Set(findPythons().map(({ minor }) => minor));
  const missing = coveredMinors.filter((minor) => !minors.has(minor)).map((minor) => `Python 3.${minor}: not on this machine`);
  return problem === undefined ? missing : [...missing, `NumPy with the system's Python: ${problem}`];
}

/**
 * @typedef {object} Python
 * @property {number} minor of 3.minor
 * @property {string} executable absolute path
 * @property {string} name what tests call it; no two have the same
 */

/**
 * Every covered Python that is there, oldest first; by its name and place alone, none is run.
 * @returns {Python[]}
 */
export function findPythons() {
  const found = coveredMinors.flatMap((minor) => {
    const executable = pyenvPython(minor) ?? onPath(`python3.${minor}`);
    return executable === undefined ? [] : [{ minor, executable, name: `Python 3.${minor}` }];
  });
  const system = systemPython();
  const isKnown =
    system !== undefined && found.some(({ executable }) => fs.realpathSync(executable) === fs.realpathSync(system.executable));
  return system === undefined || isKnown ? found : [...found, system];
}

/** @returns {Python | undefined} Debian's, Fedora's, …: what /usr/bin/python3 is a link to */
export function systemPython() {
  if (!fs.existsSync('/usr/bin/python3')) return undefined;
  const minor = Number(/^python3\.(\d+)$/.exec(path.basename(fs.realpathSync('/usr/bin/python3')))?.[1]);
  const isCovered = coveredMinors.some((covered) => covered === minor);
  return isCovered ? { minor, executable: '/usr/bin/python3', name: `the system's Python 3.${minor}` } : undefined;
}

/**
 * @param {number} major
 * @param {number} minor
 * @returns {string | undefined} a Python of that version that pyenv has installed
 */
export function pyenvPythonOf(major, minor) {
  // Not by HOME, which the suites may be given another one of.
  const versions = path.join(process.env['PYENV_ROOT'] ?? path.join(os.userInfo().homedir, '.pyenv'), 'versions');
  if (!fs.existsSync(versions)) return undefined;
  const names = fs.readdirSync(versions).filter((name) => new RegExp(`^${major}\\.${minor}\\.\\d+$`).test(name));
  return names.map((name) => path.join(versions, name, 'bin', 'python')).find((executable) => fs.existsSync(executable));
}

/** @param {number} minor */
const pyenvPython = (minor) => pyenvPythonOf(3, minor);

/** @param {string} name */
function onPath(name) {
  // pyenv's shims are there for versions that are not chosen, too, and fail then.
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '' && !folder.endsWith('shims'));
  return folders.map((folder) => path.join(folder, name)).find((file) => fs.existsSync(file));
}

if (isEntryPoint(import.meta.url)) {
  for (const what of await ensurePythons()) console.log(`not covered: ${what}`);
  for (const { executable, name } of findPythons()) {
    const { output } = await run(executable, ['-c', 'import sys; print(sys.version)'], { output: 'capture' });
    console.log(`covered: ${name}: ${executable}: ${output.trim().split('\n')[0]}`);
  }
}
