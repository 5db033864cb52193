/**
 * Starts a program as a child process that shares this process's standard streams: the command line's Launcher.
 */

import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { UserError } from '../core/userError.ts';
import type { LaunchCommand, Launcher, ProgramExit, RunningProgram } from './engine.ts';

export interface ChildProcessLauncherOptions {
  /** Where the program's standard output goes; absent: to this process's own. */
  readonly stdout?: 'inherit' | 'stderr';
  /** Told of each program that was started, so that none is left behind. */
  readonly onStart?: (program: StartedProgram) => void;
}

export interface StartedProgram extends RunningProgram {
  /** Passes a signal on; nothing happens when the program has ended. */
  sendSignal(signal: NodeJS.Signals): void;
}

/**
 * A Launcher whose programs inherit standard input, output and error untouched and stay in this process's group, so that a terminal's
 * Ctrl+C reaches them. It leaves signals that reach this process to its caller.
 */
export function createChildProcessLauncher(options: ChildProcessLauncherOptions = {}): Launcher {
  return async (command) => {
    const stdout = options.stdout === 'stderr' ? 2 : 'inherit';
    const child = await startChild(command, ['inherit', stdout, 'inherit']);
    const program = startedProgram(child);
    options.onStart?.(program);
    return program;
  };
}

/**
 * Starts a process.
 * @param more `detached` makes it the leader of a group of its own.
 * @throws UserError `runtimeMissing` when it can't be started.
 */
export function startChild(command: LaunchCommand, stdio: StdioOptions, more: { readonly detached?: boolean } = {}): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    const child = spawn(command.executable, command.args, { cwd: command.cwd, env: command.env, stdio, shell: false, ...more });
    child.once('error', (error: NodeJS.ErrnoException) => reject(startError(command, error)));
    child.once('spawn', () => resolve(child));
  });
}

function startedProgram(child: ChildProcess): StartedProgram {
  let ended = false;
  const exited = new Promise<ProgramExit>((resolve) => {
    child.once('exit', (code, signal) => {
      ended = true;
      resolve({ code, signal });
    });
  });
  const sendSignal = (signal: NodeJS.Signals): void => {
    // The id of a process that has ended may already belong to another one.
    if (!ended) child.kill(signal);
  };
  return { exited, sendSignal, terminate: (force) => sendSignal(force ? 'SIGKILL' : 'SIGTERM') };
}

function startError(command: LaunchCommand, error: NodeJS.ErrnoException): UserError {
  const why =
    error.code === 'ENOENT'
      ? `there is no such program, or its working directory ${command.cwd} is missing`
      : error.code === 'EACCES'
        ? 'it may not be executed'
        : error.message;
  return new UserError('runtimeMissing', `${command.executable} can't be started: ${why}.`);
}
