/**
 * Has a snapshot of the program's heap written when the program ends, where the engine asked for one.
 *
 * V8 can't be told to give up, and what a snapshot costs can't be known before: 3 to 10 microseconds and some 100 bytes an object, and 1 KiB
 * for each index of the longest array (StringsStorage::GetName of V8). So it is watched, and ended with the process, which has done its work.
 */

import * as fs from 'node:fs';
import * as os from 'node:os';
import { performance } from 'node:perf_hooks';
import type { ConfigureMessage, SnapshotMessage } from '../../protocol/agentMessages.ts';
import { clockField } from '../sharedState.ts';
import type { SharedState } from '../sharedState.ts';
import type { MainInspector } from './mainInspector.ts';
import type { Pipe } from './pipe.ts';

const watchPeriodMs = 100;
const maxDurationMs = 120_000;
/** It may take no more, and no larger share of the memory that is free when it begins. */
const maxMemoryBytes = 4 * 1024 ** 3;
const maxMemoryRatio = 0.5;

export interface HeapSnapshot {
  /** Once only, and only where one is wanted: else it settles at once. Says how it went; never rejects. */
  take(): Promise<void>;
}

export interface HeapSnapshotParts {
  readonly state: SharedState;
  readonly inspector: MainInspector;
  readonly pipe: Pipe;
  readonly settings: ConfigureMessage;
}

export function createHeapSnapshot({ state, inspector, pipe, settings }: HeapSnapshotParts): HeapSnapshot {
  let taken: Promise<void> | undefined;

  async function write(file: string): Promise<void> {
    // Nobody would read it, or remove it.
    if (!pipe.isOpen()) return;
    const startMs = performance.now();
    const heapUsedBytes = state.clock[clockField.heapUsedBytes] as number;
    const say = (answer: Pick<SnapshotMessage, 'state' | 'reason'>): void => {
      pipe.send({ type: 'snapshot', heapUsedBytes, durationMs: performance.now() - startMs, ...answer });
    };
    if (heapUsedBytes > settings.maxHeapSnapshotBytes) {
      say({ state: 'refused' });
      return;
    }
    say({ state: 'writing' });
    // From here on the program's thread does nothing else: what was said has to reach the engine before.
    await pipe.flush();
    const giveUp = async (reason: string): Promise<void> => {
      clearInterval(watch);
      say({ state: 'failed', reason });
      await pipe.flush();
      if (!pipe.isOpen()) remove(file);
      process.kill(process.pid, 'SIGKILL');
    };
    const allowedBytes = Math.min(maxMemoryBytes, freeBytes() * maxMemoryRatio);
    const maxRssBytes = process.memoryUsage.rss() + allowedBytes;
    const watch = setInterval(() => {
      if (process.memoryUsage.rss() > maxRssBytes) void giveUp(`V8 took more than ${Math.round(allowedBytes / 1024 ** 2)} MiB for it`);
      else if (performance.now() - startMs > maxDurationMs) void giveUp(`it took longer than ${maxDurationMs / 60_000} minutes`);
    }, watchPeriodMs);
    const reason = await inspector.tell('snapshot').catch((error: unknown) => String(error));
    clearInterval(watch);
    if (!pipe.isOpen()) remove(file);
    say(reason === '' ? { state: 'written' } : { state: 'failed', reason: String(reason) });
  }

  return {
    take() {
      const { heapSnapshotFile } = settings;
      if (heapSnapshotFile === undefined) return Promise.resolve();
      taken ??= write(heapSnapshotFile);
      return taken;
    },
  };
}

function remove(file: string): void {
  try {
    fs.rmSync(file, { force: true });
  } catch {
    // It stays: there is nobody to be told.
  }
}

/** On the machine, or in the container. */
function freeBytes(): number {
  // Not in Node 18.0; 0 or a huge number where nothing is constrained.
  const constrained = (process as { constrainedMemory?: () => number }).constrainedMemory?.() ?? 0;
  return Math.min(os.freemem(), constrained > 0 ? constrained - process.memoryUsage.rss() : Infinity);
}
