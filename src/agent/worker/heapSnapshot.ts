/** Has a snapshot of the program's heap written when the program ends, where the engine asked for one. */

import { performance } from 'node:perf_hooks';
import type { ConfigureMessage, SnapshotMessage } from '../../protocol/agentMessages.ts';
import { clockField } from '../sharedState.ts';
import type { SharedState } from '../sharedState.ts';
import type { MainInspector } from './mainInspector.ts';
import type { Pipe } from './pipe.ts';

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

  async function write(): Promise<void> {
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
    const reason = await inspector.tell('snapshot').catch((error: unknown) => String(error));
    say(reason === '' ? { state: 'written' } : { state: 'failed', reason: String(reason) });
  }

  return {
    take() {
      if (settings.heapSnapshotFile === undefined) return Promise.resolve();
      taken ??= write();
      return taken;
    },
  };
}
