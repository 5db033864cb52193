/**
 * Looks for Pythons on this machine, and tells what is known of them without running them.
 */

import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { findExecutable, isExecutable } from '../engines/pathsOnDisk.ts';
import { isEnvironment, namesOnPath } from '../engines/python/pythonPlaces.ts';

/** Where an interpreter was found, in words that follow its path. */
export type InterpreterSource =
  'setting memoryLens.pythonPath' | 'selected in the Python extension' | 'virtual environment' | 'pyenv' | 'installed' | 'on the path';

export interface PythonInterpreter {
  /** Of the executable, or a name on the path, which only a setting gives. */
  readonly path: string;
  readonly source: InterpreterSource;
  /** '3.12.1', or '3.12', where that is known without running it. */
  readonly version: string | undefined;
  /** A person chose it, here or in the Python extension. */
  readonly chosen: boolean;
}

/** `Python 3.12.1 (.venv)`, `Python 3.11 (python3)`: short enough for a message and for the status bar. */
export function describeInterpreter({ path: executable, version }: PythonInterpreter): string {
  const place = isInEnvironment(executable)
    ? path.basename(path.dirname(path.dirname(executable)))
    : executable.startsWith(pyenvRoot())
      ? 'pyenv'
      : path.basename(executable);
  return `Python${version === undefined ? '' : ` ${version}`} (${place})`;
}

/** Those that an installation adds beside the usual names. */
const numberedNames = Array.from({ length: 12 }, (_, index) => `python3.${19 - index}`);

/** @param folder that the program is to be started in */
export function foundInterpreter(executable: string, source: InterpreterSource, folder: string): PythonInterpreter {
  return { path: executable, source, version: versionOf(executable, folder), chosen: false };
}

/** Virtual environments by these names in a folder. */
export function environmentsIn(folder: string, names: readonly string[]): PythonInterpreter[] {
  return names.flatMap((name) => {
    const environment = path.join(folder, name);
    const executable = isEnvironment(environment) ? interpreterIn(environment) : undefined;
    return executable === undefined ? [] : [foundInterpreter(executable, 'virtual environment', folder)];
  });
}

/** Names of the folders in a folder. */
export function foldersIn(folder: string): string[] {
  try {
    return fs
      .readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return []; // A workspace folder that is gone has no environments.
  }
}

/** The first on the path of each of these names. @param folder that the program is to be started in */
export function findOnPath(
  names: readonly string[],
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): PythonInterpreter[] {
  return names.flatMap((name) => {
    const executable = findExecutable(name, folder, env);
    return executable === undefined ? [] : [foundInterpreter(executable, 'on the path', folder)];
  });
}

/** All in the folders of the path, also those that others hide. */
export function findAllOnPath(folder: string): PythonInterpreter[] {
  const entries = (process.env['PATH'] ?? process.env['Path'] ?? '').split(path.delimiter);
  return entries.flatMap((entry) => {
    // pyenv has a shim for each number, which works only for versions that it is told to use; its versions are listed by themselves.
    const names = entry === path.join(pyenvRoot(), 'shims') ? namesOnPath : [...namesOnPath, ...numberedNames];
    return findOnPath(names, folder, { ...process.env, PATH: entry, Path: entry });
  });
}

function pyenvRoot(): string {
  return process.env['PYENV_ROOT'] ?? path.join(os.homedir(), process.platform === 'win32' ? '.pyenv/pyenv-win' : '.pyenv');
}

/** What a shim of pyenv starts in a folder: what the environment says, a file there or above, or the file of the user. */
function pyenvVersion(folder: string): string | undefined {
  const folders: string[] = [];
  for (let at = folder; ; at = path.dirname(at)) {
    folders.push(at);
    if (path.dirname(at) === at) break;
  }
  const files = [...folders.map((at) => path.join(at, '.python-version')), path.join(pyenvRoot(), 'version')];
  const text = process.env['PYENV_VERSION'] ?? files.map(readText).find((content) => content !== undefined) ?? '';
  return /^\s*(\d+\.\d+(?:\.\d+)?)\b/.exec(text)?.[1];
}

/** All that pyenv has installed, the newest first. */
export function pyenvVersions(): PythonInterpreter[] {
  const versions = path.join(pyenvRoot(), 'versions');
  return foldersIn(versions)
    .sort((a, b) => b.localeCompare(a, undefined, { numeric: true }))
    .flatMap((name) => {
      const executable = interpreterIn(path.join(versions, name));
      return executable === undefined ? [] : [foundInterpreter(executable, 'pyenv', versions)];
    });
}

/** The interpreter of an environment or an installation; undefined when the folder has none. */
export function interpreterIn(folder: string): string | undefined {
  const names = process.platform === 'win32' ? ['Scripts\\python.exe', 'python.exe'] : ['bin/python', 'bin/python3'];
  return names.map((name) => path.join(folder, name)).find(isExecutable);
}

/** What the environment's own file, or the names on the way to the executable, say of its version. */
function versionOf(executable: string, folder: string): string | undefined {
  const base = path.dirname(path.dirname(executable));
  const written = /^version(?:_info)?\s*=\s*(\d+\.\d+(?:\.\d+)?)/m.exec(readText(path.join(base, 'pyvenv.cfg')) ?? '');
  if (written !== null) return written[1];
  if (path.dirname(executable) === path.join(pyenvRoot(), 'shims')) return pyenvVersion(folder);
  const real = realPath(executable);
  return /[\\/]versions[\\/](\d+\.\d+\.\d+)[\\/]/.exec(real)?.[1] ?? /python(\d+\.\d+)(?:\.exe)?$/i.exec(real)?.[1];
}

function readText(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined; // Not there, or not for us: it says nothing.
  }
}

function realPath(file: string): string {
  try {
    return fs.realpathSync.native(file);
  } catch {
    return file; // A link that leads nowhere is told apart by its own name.
  }
}

/** In words, by where it lies. */
export function sourceOf(executable: string): InterpreterSource {
  if (isInEnvironment(executable)) return 'virtual environment';
  return executable.startsWith(pyenvRoot()) ? 'pyenv' : 'installed';
}

/** The same for all names of one interpreter: `python` and `python3` of one folder, links. */
export function identityOf(executable: string): string {
  // A virtual environment's Python is a link to its base's, but not the same; pyenv's shims are one program under many names.
  const keepsName = isInEnvironment(executable) || !path.isAbsolute(executable);
  const real = keepsName ? path.join(realPath(path.dirname(executable)), path.basename(executable)) : realPath(executable);
  return real.replace(/python3?(?=$|\.exe$)/i, 'python');
}

function isInEnvironment(executable: string): boolean {
  return isEnvironment(path.dirname(path.dirname(executable)));
}
