/**
 * Runs Python programs, plainly or with the built probe, as the engine starts them but without its profile: what the program does and
 * what the probe says.
 */

import { spawn } from 'node:child_process';
import * as path from 'node:path';
import { openPrivatePipe } from '../../src/engines/privatePipe.ts';
import { decodeProbeMessage, probeEnvironmentVariable, probeProtocolVersion } from '../../src/protocol/probeMessages.ts';
import type { ProbeConfigureMessage, ProbeEngineMessage, ProbeEnvironment, ProbeMessage } from '../../src/protocol/probeMessages.ts';

export const projectRoot = path.resolve(import.meta.dirname, '../..');

/** What to start. */
export interface PythonRun {
  readonly executable: string;
  /** From Python's own options on. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Goes to standard input. */
  readonly input?: string;
  /** Sent soon after the first output. */
  readonly signal?: NodeJS.Signals | undefined;
  readonly timeoutMs?: number;
}

/** What a person sees of a run. */
export interface Outcome {
  /** Each byte a character. */
  readonly stdout: string;
  /** Without addresses and process ids. */
  readonly stderr: string;
  readonly code: number | null;
  readonly signal: string | null;
}

export interface ProbedOutcome extends Outcome {
  readonly messages: readonly ProbeMessage[];
}

/** How the engine answers `hello`. `silent`: it says nothing; `hangsUp`: it closes the pipe. */
export type Answer = Partial<ProbeConfigureMessage> | 'silent' | 'hangsUp';

/** The environment of this process without what changes how Python behaves. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PYTHON') && name !== 'VIRTUAL_ENV'));
}

/** Never rejects; a program that can't be started has no exit status. */
export function runPlainly({ executable, args, cwd, env, input, signal, timeoutMs = 60_000 }: PythonRun): Promise<Outcome> {
  const child = spawn(executable, args, { cwd, env: { ...cleanEnvironment(), ...env }, stdio: 'pipe' });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (bytes: Buffer) => stdout.push(bytes));
  child.stderr.on('data', (bytes: Buffer) => stderr.push(bytes));
  child.stdout.once('data', () => {
    // By then it waits.
    if (signal !== undefined) setTimeout(() => child.kill(signal), 200);
  });
  // A program that does not read leaves a broken pipe.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input ?? '');
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  return new Promise((settle) => {
    child.once('error', () => settle({ stdout: '', stderr: '', code: null, signal: null }));
    child.once('close', (code, endSignal) => {
      clearTimeout(timer);
      settle({ stdout: text(stdout), stderr: text(stderr).replace(/\b0x[0-9a-f]+|\bpid=\d+/g, '…'), code, signal: endSignal });
    });
  });
}

/** Runs it with the probe in front of what the environment says. */
export async function runProbed(run: PythonRun, answer: Answer = {}): Promise<ProbedOutcome> {
  const messages: ProbeMessage[] = [];
  const pipe = await openPrivatePipe<ProbeMessage, ProbeEngineMessage>({
    protocolVersion: probeProtocolVersion,
    decode: decodeProbeMessage,
    onHello(message) {
      messages.push(message);
      if (answer === 'hangsUp') pipe.dispose();
      else if (answer !== 'silent') {
        pipe.send({
          type: 'configure',
          workspaceFolder: run.cwd,
          tablesPath: path.join(pipe.folder, 'tables'),
          nativeFolder: path.join(projectRoot, 'dist/native'),
          recorder: 'auto',
          precision: 'auto',
          samplingIntervalBytes: null,
          counting: 'bounded',
          explain: false,
          ...answer,
        });
      }
    },
    onMessage: (message) => messages.push(message),
    onProblem: (reason) => {
      throw new Error(reason);
    },
  });
  const pythonPath = run.env?.['PYTHONPATH'] ?? null;
  const environment: ProbeEnvironment = { ...pipe.environment, pythonPath };
  const siteFolder = path.join(projectRoot, 'dist/probe/site');
  try {
    const outcome = await runPlainly({
      ...run,
      env: {
        ...run.env,
        // Nothing behind the separator would mean the current folder.
        PYTHONPATH: pythonPath === null || pythonPath === '' ? siteFolder : `${siteFolder}${path.delimiter}${pythonPath}`,
        [probeEnvironmentVariable]: JSON.stringify(environment),
      },
    });
    if (pipe.connected) await pipe.closed;
    return { ...outcome, messages };
  } finally {
    pipe.dispose();
  }
}

function text(parts: readonly Buffer[]): string {
  // As latin1 every byte is a character of its own.
  return Buffer.concat(parts).toString('latin1');
}
