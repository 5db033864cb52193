/**
 * A program of its own, started in the terminal in place of the user's program, which it starts in turn. A VS Code task alone would not
 * do: it resolves `${...}` in arguments and environment, can't take a variable away, and reports a program that a signal killed as
 * ended with status 0 (microsoft/vscode's terminal process passes on the pseudo-terminal's exit code without its signal).
 *
 * Its one argument is a private folder: `command.json` in it says what to start, `started.json` gets the process id, `exit.json` how the
 * program ended; a file `stopped` in it says that the person ended it. The program has the terminal: the same streams, the same foreground process group.
 */

import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { constants } from 'node:os';
import * as path from 'node:path';
import type { LaunchCommand } from '../engines/engine.ts';

/** In `started.json`. */
export interface SupervisedStart {
  readonly pid?: number;
  /** Why it could not be started. */
  readonly error?: string;
}

/** How long the program may take to end when its terminal was closed. */
const hangUpMs = 3000;

supervise(process.argv[2] ?? '');

function supervise(folder: string): void {
  // Read by the launcher as soon as it is there, so it must be whole by then.
  const write = (name: string, content: unknown): void => {
    const partial = path.join(folder, `${name}.partial`);
    fs.writeFileSync(partial, JSON.stringify(content));
    fs.renameSync(partial, path.join(folder, name));
  };
  const commandFile = path.join(folder, 'command.json');
  const { executable, args, cwd, env } = JSON.parse(fs.readFileSync(commandFile, 'utf8')) as LaunchCommand;
  fs.rmSync(commandFile); // It holds the environment.
  // What the terminal adds (TERM, COLORTERM, …) belongs to the program, what the editor steers its own processes by doesn't.
  const terminalEnvironment = Object.fromEntries(Object.entries(process.env).filter(([name]) => /^(?:TERM|COLORTERM|LANG|LC_)/.test(name)));
  const child = spawn(executable, args, { cwd, env: { ...terminalEnvironment, ...env }, stdio: 'inherit' });
  child.once('error', (error) => {
    write('started.json', { error: error.message } satisfies SupervisedStart);
    process.exit(127);
  });
  child.once('spawn', () => write('started.json', { pid: child.pid } satisfies SupervisedStart));
  child.once('exit', (code, signal) => {
    write('exit.json', { code, signal });
    // What was stopped has not failed: VS Code need not say so in the terminal.
    const stopped = fs.existsSync(path.join(folder, 'stopped'));
    process.exit(stopped ? 0 : signal === null ? (code ?? 1) : 128 + constants.signals[signal]);
  });
  // Ctrl+C reaches the program by itself; this process stays to tell how it ended.
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) process.on(signal, () => {});
  // A closed terminal tells only the leader of its session, which is this process.
  process.on('SIGHUP', () => {
    child.kill('SIGHUP');
    setTimeout(() => child.kill('SIGKILL'), hangUpMs);
  });
  process.on('SIGTERM', () => child.kill('SIGTERM'));
}
