/**
 * Where a Python is looked for when nobody chose one, and from which version on it will do. The engine runs what it finds there; the editor
 * says beforehand what that will be.
 */

import * as fs from 'node:fs';
import * as path from 'node:path';
import type { ProfileRequest } from '../engine.ts';

/** As a person writes it. */
export const oldestVersion = '3.8';

/** The names that a person would type, in the order in which they mean Python 3. */
export const namesOnPath: readonly string[] = process.platform === 'win32' ? ['python3', 'python', 'py'] : ['python3', 'python'];

/** The usual names of a virtual environment in a workspace folder. */
export const environmentNames: readonly string[] = ['.venv', 'venv'];

/** Folders that may hold a virtual environment: the activated one, then the workspace's. */
export function environmentFolders({ workspaceFolder, env }: Pick<ProfileRequest, 'workspaceFolder' | 'env'>): string[] {
  const active = env['VIRTUAL_ENV'];
  const own = environmentNames.map((name) => path.join(workspaceFolder, name));
  return active === undefined || active === '' ? own : [active, ...own];
}

/** Whether a folder is a virtual environment. */
export function isEnvironment(folder: string): boolean {
  return fs.existsSync(path.join(folder, 'pyvenv.cfg'));
}

/** @param version '2.7.18', '3.12' */
export function isTooOld(version: string): boolean {
  const [oldestMajor = 0, oldestMinor = 0] = oldestVersion.split('.').map(Number);
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
}
