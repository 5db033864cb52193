/**
 * Finds the Python that runs the program: the one that the person chose, an active or the workspace's own virtual environment, else the
 * first on the path; and asks it once what it is.
 */

import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { errorCode } from '../../core/errorCode.ts';
import { UserError, type ErrorAction, type UserErrorCode } from '../../core/userError.ts';
import type { ProfileRequest } from '../engine.ts';
import { findExecutable, isExecutable } from '../pathsOnDisk.ts';
import { environmentFolders, isEnvironment, isTooOld, namesOnPath, oldestVersion } from './pythonPlaces.ts';

export interface PythonRuntime {
  readonly executable: string;
  /** '3.12.1' */
  readonly version: string;
  /** Of its standard library: what lies there is not the user's. */
  readonly libraryFolder: string;
}

/** What the search depends on. */
export type PythonSearch = Pick<ProfileRequest, 'runtimePath' | 'workspaceFolder' | 'cwd' | 'env'>;

const answerTimeoutMs = 15_000;
const isWindows = process.platform === 'win32';
/** Where a virtual environment has its Python. */
const environmentPython = isWindows ? path.join('Scripts', 'python.exe') : path.join('bin', 'python');

/** Runs on every Python, 2.7 included, so that one that is too old can be named. */
const question = [
  'import json, os, platform, sys',
  'print(json.dumps([platform.python_version(), platform.python_implementation(), sys.executable, os.path.dirname(os.__file__)]))',
].join('\n');

/** @throws UserError `runtimeMissing`, `runtimeTooOld`, `runtimeUnsupported`. */
export async function findPythonRuntime(search: PythonSearch): Promise<PythonRuntime> {
  const { runtimePath, workspaceFolder, env } = search;
  if (runtimePath !== undefined) {
    const place = path.resolve(workspaceFolder, runtimePath);
    if (isEnvironment(place)) return await checkedEnvironment(place, search);
    const executable = findExecutable(runtimePath, workspaceFolder, env);
    if (executable !== undefined) return await checked(executable, search);
    throw isDanglingLink(place)
      ? broken(place, 'it is a link to a Python that is gone')
      : missing(`There is no executable ${runtimePath}.`);
  }
  const environment = environmentFolders(search).find(isEnvironment);
  return environment === undefined ? await firstOnPath(search) : await checkedEnvironment(environment, search);
}

/** It is there for this program: where it is broken that is said, for another Python would miss its packages. */
async function checkedEnvironment(folder: string, search: PythonSearch): Promise<PythonRuntime> {
  const executable = path.join(folder, environmentPython);
  if (!isExecutable(executable)) {
    throw broken(folder, isDanglingLink(executable) ? `${executable} is a link to a Python that is gone` : `there is no ${executable}`);
  }
  const answer = await ask(executable, search);
  if (answer instanceof Error) throw broken(folder, `its Python does not run (${answer.message})`);
  return accepted(answer);
}

async function firstOnPath(search: PythonSearch): Promise<PythonRuntime> {
  let problem: UserError | undefined;
  for (const name of namesOnPath) {
    const executable = findExecutable(name, search.workspaceFolder, search.env);
    if (executable === undefined) continue;
    const found = await checked(executable, search).catch((error: unknown) => {
      if (error instanceof UserError) return error;
      throw error;
    });
    if (!(found instanceof UserError)) return found;
    // The first name says most about what is wrong; another one may still be a newer Python.
    problem ??= found;
  }
  throw problem ?? missing('There is no python3 or python on the path.');
}

async function checked(executable: string, search: PythonSearch): Promise<PythonRuntime> {
  const answer = await ask(executable, search);
  if (answer instanceof Error) throw missing(`${executable} does not answer as Python does (${answer.message}).`);
  return accepted(answer);
}

interface Answer extends PythonRuntime {
  readonly implementation: string;
}

function accepted({ implementation, ...runtime }: Answer): PythonRuntime {
  const { executable, version } = runtime;
  if (implementation !== 'CPython') {
    throw choose(
      'runtimeUnsupported',
      `${executable} is ${implementation}, which keeps its memory in ways of its own. Memory Lens measures CPython: install it.`,
    );
  }
  if (isTooOld(version)) {
    throw choose('runtimeTooOld', `${executable} is Python ${version}. Memory Lens needs Python ${oldestVersion} or newer: install one.`);
  }
  return runtime;
}

/** Asks without the person's start-up files and variables, which may print. An Error says why there was no answer. */
function ask(executable: string, { cwd }: PythonSearch): Promise<Answer | Error> {
  return new Promise((settle) => {
    // A shim may choose the version by the folder that it is started in.
    const options = { timeout: answerTimeoutMs, encoding: 'utf8', cwd: fs.existsSync(cwd) ? cwd : undefined } as const;
    execFile(executable, ['-E', '-s', '-S', '-c', question], options, (error, stdout, stderr) => {
      const answer = decodeAnswer(executable, stdout);
      settle(error === null && answer !== undefined ? answer : new Error(whyNoAnswer(error, stdout, stderr)));
    });
  });
}

function decodeAnswer(executable: string, text: string): Answer | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    if (!Array.isArray(answer) || answer.length !== 4 || !answer.every((item) => typeof item === 'string')) return undefined;
    const [version = '', implementation = '', own = '', libraryFolder = ''] = answer;
    // A shim (pyenv) or launcher (py) says what it starts: that is run, and ended, with nothing between.
    return { executable: isExecutable(own) ? own : executable, version, implementation, libraryFolder };
  } catch {
    return undefined; // Not JSON: whatever this is, it is no Python.
  }
}

function whyNoAnswer(error: Error | null, stdout: string, stderr: string): string {
  const code = errorCode(error);
  if (code !== undefined) return code;
  const said = (stderr.trim() === '' ? stdout : stderr).trim().split('\n').at(-1) ?? '';
  if (said !== '') return said.slice(0, 200);
  return error === null ? 'it said nothing' : (error.message.split('\n', 1)[0] ?? '');
}

function isDanglingLink(file: string): boolean {
  try {
    return fs.lstatSync(file).isSymbolicLink() && !fs.existsSync(file);
  } catch {
    return false; // There is not even a link.
  }
}

function broken(place: string, why: string): UserError {
  return choose('runtimeMissing', `The Python of the virtual environment ${place} can't be used: ${why}. Make the environment anew.`);
}

function missing(what: string): UserError {
  return choose('runtimeMissing', `${what} Install Python ${oldestVersion} or newer.`);
}

function choose(code: UserErrorCode, what: string): UserError {
  const action: ErrorAction = { kind: 'openSetting', label: 'Choose Python', setting: 'memoryLens.pythonPath' };
  return new UserError(code, `${what} Another one is chosen with the setting memoryLens.pythonPath (on the command line: --python PATH).`, [
    action,
  ]);
}
