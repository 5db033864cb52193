/**
 * Finds the Node that runs the program: the one that the person chose, else `node` on the path, else the editor's own executable.
 */

import { execFile } from 'node:child_process';
import { UserError } from '../../core/userError.ts';
import type { ProfileRequest } from '../engine.ts';
import { findExecutable } from '../pathsOnDisk.ts';

export interface NodeRuntime {
  readonly executable: string;
  /** Variables that the executable needs to behave as Node. */
  readonly env: Readonly<Record<string, string>>;
  /** '20.11.0' */
  readonly version: string;
}

/** v8.GCProfiler, without which allocation can't be told. */
const oldestVersion: readonly [number, number] = [18, 15];
const versionTimeoutMs = 15_000;

/** @throws UserError `runtimeMissing`, `runtimeTooOld`. */
export async function findNodeRuntime(request: ProfileRequest): Promise<NodeRuntime> {
  if (request.runtimePath !== undefined) {
    const executable = findExecutable(request.runtimePath, request.workspaceFolder, request.env);
    if (executable === undefined) throw missing(`There is no executable ${request.runtimePath}.`);
    return checked(executable, {});
  }
  const onPath = findExecutable('node', request.workspaceFolder, request.env);
  if (onPath !== undefined) {
    const found = await checked(onPath, {}).catch((error: unknown) => error);
    if (!(found instanceof Error)) return found as NodeRuntime;
    if (request.fallbackRuntime === undefined) throw found;
  }
  if (request.fallbackRuntime === undefined) throw missing('There is no node on the path.');
  return checked(request.fallbackRuntime.executable, request.fallbackRuntime.env);
}

async function checked(executable: string, env: Readonly<Record<string, string>>): Promise<NodeRuntime> {
  const version = await readVersion(executable, env);
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < oldestVersion[0] || (major === oldestVersion[0] && minor < oldestVersion[1])) {
    throw new UserError(
      'runtimeTooOld',
      `${executable} is Node ${version}. Memory Lens needs Node ${oldestVersion.join('.')} or newer. ` +
        'Choose another one with the setting memoryLens.nodePath (on the command line: --node PATH).',
      [{ kind: 'openSetting', label: 'Choose Node', setting: 'memoryLens.nodePath' }],
    );
  }
  return { executable, env, version };
}

function readVersion(executable: string, env: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((settle, fail) => {
    // Without NODE_OPTIONS, which may preload what prints.
    const environment = { ...process.env, NODE_OPTIONS: undefined, ...env };
    execFile(executable, ['-p', 'process.versions.node'], { env: environment, timeout: versionTimeoutMs }, (error, stdout) => {
      const version = stdout.trim();
      if (error === null && /^\d+\.\d+\.\d+/.test(version)) settle(version);
      else
        fail(missing(`${executable} does not answer as Node does${error === null ? '' : ` (${error.message.split('\n', 1)[0] ?? ''})`}.`));
    });
  });
}

function missing(what: string): UserError {
  return new UserError(
    'runtimeMissing',
    `${what} Install Node 18.15 or newer, or name one with the setting memoryLens.nodePath (on the command line: --node PATH).`,
    [{ kind: 'openSetting', label: 'Choose Node', setting: 'memoryLens.nodePath' }],
  );
}
