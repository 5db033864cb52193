/** Runs programs under the built engine, as the command line does, for tests. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import * as path from 'node:path';
import type { LineProfile, MemoryProfile } from '../../src/core/profile.ts';
import { UserError, type UserErrorCode } from '../../src/core/userError.ts';
import type { Launcher, ProfileOptions, ProfileRequest } from '../../src/engines/engine.ts';
import { createNodeEngine } from '../../src/engines/node/engine.ts';
import { createPythonEngine } from '../../src/engines/python/engine.ts';
import { isRunning } from './programFolder.ts';

export const projectRoot = path.resolve(import.meta.dirname, '../..');

export interface TestRun {
  readonly profile: MemoryProfile;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the program wrote, for its launcher is told nothing else. */
export interface CapturedOutput {
  stdout: string;
  stderr: string;
}

interface LaunchWatch {
  /** What was built, if not in its usual place. */
  readonly distFolder?: string;
  /** The largest heap that the engine for Node takes a snapshot of. */
  readonly maxHeapSnapshotBytes?: number | undefined;
  /** Goes to the program's standard input. */
  readonly input?: string;
  readonly onStart?: (pid: number) => void;
  /** Called at the program's first output. */
  readonly onOutput?: () => void;
}

/** Starts the program with pipes instead of a terminal. */
function captureLauncher(output: CapturedOutput, { input = '', onStart, onOutput }: LaunchWatch = {}): Launcher {
  return (command) => {
    const child = spawn(command.executable, command.args, { cwd: command.cwd, env: command.env, stdio: 'pipe' });
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
    if (onOutput !== undefined) child.stdout.once('data', onOutput);
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    const exited = new Promise<{ code: number | null; signal: string | null }>((settle) => {
      child.on('close', (code, signal) => {
        settle({ code, signal });
      });
    });
    return new Promise((settle, fail) => {
      child.once('error', fail);
      child.once('spawn', () => {
        onStart?.(child.pid as number);
        settle({ exited, terminate: (force) => void child.kill(force ? 'SIGKILL' : 'SIGTERM') });
      });
    });
  };
}

export async function profileProgram(
  file: string,
  request: Partial<ProfileRequest> & LaunchWatch = {},
  options: Partial<ProfileOptions> = {},
): Promise<TestRun> {
  const output: CapturedOutput = { stdout: '', stderr: '' };
  const { distFolder = path.join(projectRoot, 'dist'), maxHeapSnapshotBytes } = request;
  const isPython = request.module !== undefined || file.endsWith('.py');
  const engine = isPython ? createPythonEngine({ distFolder }) : createNodeEngine({ agentDirectory: distFolder, maxHeapSnapshotBytes });
  const { input, onStart, onOutput, distFolder: _, maxHeapSnapshotBytes: __, ...given } = request;
  const profile = await engine.profile(
    { file, args: [], cwd: path.dirname(file), env: process.env, workspaceFolder: path.dirname(file), ...given },
    { launch: captureLauncher(output, { input, onStart, onOutput }), ...options },
  );
  return { profile, ...output };
}

/** A line of the profiled file whose name ends so. */
export function lineOf(profile: MemoryProfile, name: string, line: number): LineProfile | undefined {
  return profile.files.find((file) => file.path.endsWith(`/${name}`))?.lines.find((candidate) => candidate.line === line);
}

/** Runs what must be refused: the error, whose code and message are as expected. */
export async function refusedProgram(
  file: string,
  code: UserErrorCode,
  message: RegExp,
  request: Partial<ProfileRequest> & { readonly runtimePath: string },
): Promise<UserError> {
  const error = await profileProgram(file, request).then(
    () => assert.fail(`${file} was run`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof UserError, String(error instanceof Error ? error.stack : error));
  assert.equal(error.code, code);
  assert.match(error.message, message);
  return error;
}

/** The profile of a program that is stopped so long after its first output; it is gone then, and soon. */
export async function profileUntilStopped(file: string, runtimePath: string, stopAfterMs: number): Promise<MemoryProfile> {
  const stop = new AbortController();
  let pid = 0;
  const startedAtMs = Date.now();
  const { profile } = await profileProgram(
    file,
    { runtimePath, onStart: (started) => (pid = started), onOutput: () => setTimeout(() => stop.abort(), stopAfterMs) },
    { stop: stop.signal },
  );
  assert.equal(profile.exit.stopped, true, file);
  assert.equal(isRunning(pid), false, file);
  assert.ok(Date.now() - startedAtMs < 6000, file);
  return profile;
}
