/**
 * Runs the built command line as a person does, in a process of its own.
 */

import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The built command line. */
export const cliFile = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export interface CliResult {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** For standard input; absent: an empty one. */
  readonly input?: string | Buffer;
  /** The Node that runs the command line; absent: that of the tests. */
  readonly node?: string;
  readonly stdio?: StdioOptions;
  /** Called with the process, and again with all of its output so far whenever there is more. */
  readonly onOutput?: (child: ChildProcess, stdout: string, stderr: string) => void;
  readonly timeoutMs?: number;
}

/** Runs `memory-lens` with these arguments to its end. The test's own colours and preloads stay out of it. */
export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const { NO_COLOR: _1, FORCE_COLOR: _2, COLUMNS: _3, NODE_OPTIONS: _4, ...env } = process.env;
  const child = spawn(options.node ?? process.execPath, [cliFile, ...args], {
    cwd: options.cwd,
    env: { ...env, ...options.env },
    stdio: options.stdio ?? 'pipe',
  });
  const output = { stdout: '', stderr: '' };
  const collect = (name: 'stdout' | 'stderr'): void => {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      options.onOutput?.(child, output.stdout, output.stderr);
    });
  };
  collect('stdout');
  collect('stderr');
  child.stdin?.on('error', () => undefined); // A program that does not read its input may close it first.
  child.stdin?.end(options.input ?? '');
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 50_000);
  return new Promise((settle, fail) => {
    child.once('error', fail);
    child.once('close', (status, signal) => {
      clearTimeout(timer);
      settle({ status, signal, ...output });
    });
  });
}

export interface TestFolder {
  /** Absolute, real path. */
  readonly path: string;
  /** Writes a file into it and gives its path. */
  write(name: string, content: string | Buffer): string;
  remove(): void;
}

/** A folder of its own for a test, with a hard name: a space, #, % and letters outside ASCII. */
export function createTestFolder(): TestFolder {
  const path = join(realpathSync(mkdtempSync(join(tmpdir(), 'memory-lens-'))), 'a b#c%20d żółć 😀');
  mkdirSync(path, { recursive: true });
  return {
    path,
    write(name, content) {
      const file = join(path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      return file;
    },
    remove: () => rmSync(dirname(path), { recursive: true, force: true }),
  };
}

/** Whether a process of this id is there. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false; // ESRCH: no such process.
  }
}
