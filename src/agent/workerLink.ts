/**
 * Synchronous calls from the program's thread to the agent's worker: the program waits, the worker works, nothing of the program runs in
 * between.
 */

import { receiveMessageOnPort } from 'node:worker_threads';
import { performance } from 'node:perf_hooks';
import type { MessagePort } from 'node:worker_threads';
import { controlField } from './sharedState.ts';
import type { SharedState } from './sharedState.ts';

export type WorkerRequest =
  | { readonly call: 'configuration'; readonly mainFile: string; readonly runtimeOptions: string }
  | {
      readonly call: 'instrument';
      readonly path: string;
      readonly source: string;
      readonly format: ModuleFormat | undefined;
    }
  | { readonly call: 'startSampling' }
  | { readonly call: 'originalText'; readonly text: string }
  | { readonly call: 'read'; readonly reason: 'largeAllocation' | 'restart' | 'exit' }
  /** The process is about to be killed. */
  | { readonly call: 'leave' }
  | { readonly call: 'end'; readonly exitCode: number; readonly error: string | undefined };

export type ModuleFormat = 'commonjs' | 'module';

export interface InstrumentReply {
  /** Absent: run the text as it is. */
  readonly code?: string;
  readonly format: ModuleFormat;
}

/** Where the lines and columns of a rewritten file came from; sent before the file can run. */
export interface FileMappings {
  readonly path: string;
  /** Index of the file's message to the engine. */
  readonly fileIndex: number;
  /** What the file's throw statements are told by. */
  readonly fileKey: number;
  readonly format: ModuleFormat;
  /** Quadruples: line and column in the rewritten text, line and column in the original, all from 0; in shared memory. */
  readonly mappings: Int32Array;
  /** Lines of the rewritten text, from 0, that Node does not show above an uncaught error; in shared memory. */
  readonly changedLines: Int32Array;
}

export interface WorkerConfiguration {
  readonly workspaceFolder: string;
  readonly compilesTypeScript: boolean;
  /** The main file has to be loaded as an ES module, which Node would not know. */
  readonly importsMain: boolean;
  /** Files run as they are, so nothing of ours needs to be in the way of their loading. */
  readonly leavesFiles: boolean;
  /** Where a heap snapshot is to be written at the end; absent where none was asked for. */
  readonly heapSnapshotFile?: string;
}

/**
 * What the worker asks of the program's thread, through the inspector; 'settle': a poll that takes note of all collections whatever it costs;
 * 'snapshot': write the heap snapshot, the answer is '' or why that failed.
 */
export type ProgramCommand = 'poll' | 'settle' | 'start' | 'living' | 'era' | 'snapshot';

/** The answer to 'living'. */
export interface LivingReport {
  /** Pairs: site, bytes of backing stores alive. */
  readonly externals: readonly number[];
  /** As Survivors.sumSurvival gives it. */
  readonly survival: readonly number[];
}

/** A message that needs no answer: who called a measured site. */
export interface StackReport {
  readonly site: number;
  readonly bytes: number;
  readonly frames: readonly number[];
}

export interface WorkerLink {
  /** Waits for the answer; undefined when the worker is gone or takes longer than `timeoutMs`. */
  call(request: WorkerRequest, timeoutMs: number): unknown;
  tell(report: StackReport): void;
  /** A whole sentence for the profile's notes. */
  note(text: string): void;
}

export function createWorkerLink(state: SharedState, port: MessagePort): WorkerLink {
  const { control } = state;
  // Kept, for a program may replace it by a clock that stands still.
  const now = performance.now.bind(performance);
  const noted = new Set<string>();
  let callId = 0;
  return {
    call(request, timeoutMs) {
      if (Atomics.load(control, controlField.disarmed) === 1) return undefined;
      callId += 1;
      port.postMessage({ callId, request });
      const deadline = now() + timeoutMs;
      for (;;) {
        const answered = Atomics.load(control, controlField.answeredCall);
        if (answered >= callId) break;
        if (now() > deadline) return undefined;
        // Short waits: between two of them this thread serves the worker's inspector session, as it must for a reading.
        Atomics.wait(control, controlField.answeredCall, answered, 1);
      }
      for (;;) {
        const received: { message: { callId: number; reply: unknown } } | undefined = receiveMessageOnPort(port);
        if (received === undefined) return undefined;
        if (received.message.callId === callId) return received.message.reply;
      }
    },
    tell(report) {
      port.postMessage({ report });
    },
    note(text) {
      if (noted.has(text)) return;
      noted.add(text);
      port.postMessage({ note: text });
    },
  };
}
