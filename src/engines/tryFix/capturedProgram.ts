/**
 * Starts a program without a terminal: nothing to read, and all that it writes is kept for comparing.
 */

import type { ChildProcess } from 'node:child_process';
import { createHash, type Hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { delay } from '../endProgram.ts';
import type { Launcher, ProgramExit, RunningProgram } from '../engine.ts';
import { startChild } from '../launchChildProcess.ts';

/** What a program wrote to one of its two outputs. */
export interface CapturedStream {
  readonly sha256: string;
  /** Its beginning, for showing where two differ. */
  readonly head: string;
}

export interface CapturedRun {
  readonly exit: ProgramExit;
  readonly output: CapturedStream;
  readonly errorOutput: CapturedStream;
}

/** More of an output is compared by its hash, but not shown. */
const headBytes = 256 * 1024;
/** A child that the program left behind may hold its outputs open. */
const drainMs = 500;

/** One launch of one program. */
export class CapturedProgram {
  private child: ChildProcess | undefined;
  private captured: Promise<CapturedRun> | undefined;
  private isKilled = false;

  /** For the engine. */
  readonly launch: Launcher = async (command): Promise<RunningProgram> => {
    // A group of its own, so that what it starts can be ended with it.
    const child = await startChild(command, ['ignore', 'pipe', 'pipe'], { detached: process.platform !== 'win32' });
    this.child = child;
    const output = collect(child.stdout);
    const errorOutput = collect(child.stderr);
    const exited = new Promise<ProgramExit>((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    const drained = new Promise<void>((resolve) => {
      child.once('close', () => resolve());
    });
    this.captured = exited.then(async (exit) => {
      await Promise.race([drained, delay(drainMs)]);
      this.endGroup();
      return { exit, output: output.finish(), errorOutput: errorOutput.finish() };
    });
    // Canceled while the engine made it ready.
    if (this.isKilled) this.kill();
    return { exited, terminate: (force) => this.signal(force ? 'SIGKILL' : 'SIGTERM') };
  };

  /** What came of it; undefined where nothing was started. */
  async result(): Promise<CapturedRun | undefined> {
    return await this.captured;
  }

  /** Ends it at once, with all that it started; one that is not started yet, as soon as it is. */
  kill(): void {
    this.isKilled = true;
    this.signal('SIGKILL');
  }

  private signal(signal: NodeJS.Signals): void {
    const { child } = this;
    // The id of a process that has ended may already belong to another one.
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    if (process.platform === 'win32') child.kill(signal);
    else signalGroup(child.pid, signal);
  }

  /** Children that it left behind would hold on to a port, or write into the next copy. */
  private endGroup(): void {
    // Right after its end: the system hands ids out in turn, so that its own is no other group's yet.
    if (process.platform !== 'win32' && this.child?.pid !== undefined) signalGroup(this.child.pid, 'SIGKILL');
  }
}

function signalGroup(id: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-id, signal);
  } catch {
    // All of it has ended by itself; its end is on the way.
  }
}

function collect(stream: Readable | null): { finish(): CapturedStream } {
  const hash: Hash = createHash('sha256');
  const chunks: Buffer[] = [];
  let keptBytes = 0;
  stream?.on('data', (chunk: Buffer) => {
    hash.update(chunk);
    if (keptBytes < headBytes) chunks.push(chunk.subarray(0, headBytes - keptBytes));
    keptBytes += chunk.length;
  });
  return {
    finish() {
      stream?.destroy();
      return { sha256: hash.digest('hex'), head: Buffer.concat(chunks).toString('utf8') };
    },
  };
}
