/**
 * An inspector session from the worker to the program's thread. Its requests are served there at once, between two instructions, also in a
 * busy loop. No port is opened.
 */

import * as inspector from 'node:inspector';
import type { ProgramCommand } from '../workerLink.ts';

/** What is alive, sampled. */
export interface SamplingProfile {
  readonly head: SamplingNode;
  /** `ordinal` counts all samples since sampling began, in the order of their allocation, the dead ones too. */
  readonly samples: readonly { readonly size: number; readonly nodeId: number; readonly ordinal: number }[];
}

export interface SamplingNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly scriptId: string;
    readonly lineNumber: number;
    readonly columnNumber: number;
  };
  readonly selfSize: number;
  readonly children: readonly SamplingNode[];
}

export interface MainInspector {
  /** Calls `$ml_w(command)` in the program's thread. */
  tell(command: ProgramCommand): Promise<unknown>;
  startSampling(intervalBytes: number): Promise<void>;
  stopSampling(): Promise<void>;
  /** What is alive, sampled; V8 runs a full collection first. */
  readSample(): Promise<SamplingProfile>;
  /** Node waits at its end for sessions that are still open, and says so on the standard error. */
  disconnect(): void;
}

const controlExpression = '$ml_w';

export function connectToProgram(): MainInspector {
  const session = new inspector.Session();
  session.connectToMainThread();
  const post = <T>(method: string, parameters: object = {}): Promise<T> =>
    new Promise((settle, fail) => {
      session.post(method, parameters, (error: Error | null, result?: object) => {
        if (error === null) settle(result as T);
        else fail(new Error(`${method}: ${error.message}`));
      });
    });
  interface Remote {
    readonly result: { readonly objectId?: string; readonly value?: unknown };
  }
  let control: string | undefined;

  async function findControl(): Promise<void> {
    const found = await post<Remote>('Runtime.evaluate', { expression: controlExpression, silent: true });
    control = found.result.objectId;
  }

  /** Sent at once where the control is known, so that the program's thread does what it is told in the order in which it was. */
  async function callControl(command: ProgramCommand): Promise<unknown> {
    if (control === undefined) await findControl();
    const answer = await post<Remote>('Runtime.callFunctionOn', {
      functionDeclaration: 'function(command){return this(command)}',
      objectId: control,
      arguments: [{ value: command }],
      returnByValue: true,
      silent: true,
    });
    return answer.result.value;
  }

  return {
    tell: callControl,
    disconnect() {
      session.disconnect();
    },
    async startSampling(intervalBytes) {
      // At once, for what the caller asks next may rely on it.
      const enabled = post('HeapProfiler.enable');
      const started = post('HeapProfiler.startSampling', { samplingInterval: intervalBytes, stackDepth: 64 });
      if (control === undefined) await findControl();
      await started;
      await enabled;
    },
    async stopSampling() {
      await post('HeapProfiler.stopSampling');
    },
    async readSample() {
      const read = await post<{ profile: SamplingProfile }>('HeapProfiler.getSamplingProfile');
      return read.profile;
    },
  };
}
