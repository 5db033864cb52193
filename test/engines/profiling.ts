/** Runs programs under the built engine, as the command line does, for tests. */

import { spawn } from 'node:child_process';
import * as path from 'node:path';
import type { LineProfile, MemoryProfile } from '../../src/core/profile.ts';
import type { Launcher, ProfileOptions, ProfileRequest } from '../../src/engines/engine.ts';
import { createNodeEngine } from '../../src/engines/node/engine.ts';
import { createPythonEngine } from '../../src/engines/python/engine.ts';

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
  const { distFolder = path.join(projectRoot, 'dist') } = request;
  const isPython = request.module !== undefined || file.endsWith('.py');
  const engine = isPython ? createPythonEngine({ distFolder }) : createNodeEngine({ agentDirectory: distFolder });
  const { input, onStart, onOutput, distFolder: _, ...given } = request;
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
