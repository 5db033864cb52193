/**
 * The agent's worker thread: owns the pipe to the engine and the inspector session to the program's thread, instruments files, watches the
 * heap, takes readings and reports. It lives outside of the program's heap and goes on while the program is in a busy loop.
 */

import { performance } from 'node:perf_hooks';
import { workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { agentProtocolVersion } from '../../protocol/agentMessages.ts';
import type { AgentEnvironment, ConfigureMessage, StacksMessage } from '../../protocol/agentMessages.ts';
import { controlField, viewSharedState } from '../sharedState.ts';
import type { SharedBuffers } from '../sharedState.ts';
import { isCompiledFile, isUserFile } from '../userFiles.ts';
import type { StackReport, WorkerConfiguration, WorkerRequest } from '../workerLink.ts';
import { createHeapSnapshot } from './heapSnapshot.ts';
import { createInstrumenter } from './instrumentation.ts';
import { connectToProgram } from './mainInspector.ts';
import { createObserver } from './observer.ts';
import { connectPipe } from './pipe.ts';

interface WorkerInput {
  readonly environment: string;
  readonly buffers: SharedBuffers;
  readonly requests: MessagePort;
  readonly mappings: MessagePort;
  readonly loader: MessagePort;
  readonly startedAtEpochMs: number;
}

const input = workerData as WorkerInput;
const stacksPeriodMs = 200;
/** Node prints that stack without asking anybody how. */
const traceUncaughtNote =
  'With --trace-uncaught, Node shows where an error was thrown by the text that ran. So the files ran as they are, and what their lines took is not known: leave the option out to see it.';

void run();

async function run(): Promise<void> {
  const state = viewSharedState(input.buffers);
  const environment = JSON.parse(input.environment) as AgentEnvironment;
  let configured: (message: ConfigureMessage) => void = () => undefined;
  const configuration = new Promise<ConfigureMessage>((settle) => {
    configured = settle;
  });
  const pipe = await connectPipe(environment.pipe, (message) => {
    if (message.type === 'configure') configured(message);
    else void observer.read('stop').then(snapshot.take);
  });
  pipe.send({
    type: 'hello',
    protocolVersion: agentProtocolVersion,
    token: environment.token,
    pid: process.pid,
    runtimeVersion: process.versions.node,
    executable: process.execPath,
    startupMs: performance.timeOrigin + performance.now() - input.startedAtEpochMs,
  });
  const settings = await configuration;
  const inspector = connectToProgram();
  const looksAtArguments = settings.heapSnapshotFile !== undefined;
  const instrumenter = createInstrumenter(state, looksAtArguments, settings.workspaceFolder, {
    sendFile: (message) => {
      pipe.send(message);
    },
    sendMappings: (mappings) => {
      input.mappings.postMessage(mappings);
    },
    syntaxError: (path, message, line, column) => {
      pipe.send({ type: 'syntaxError', path, message, line, column });
    },
    note: (text) => {
      pipe.send({ type: 'note', text });
    },
  });
  const observer = createObserver({ state, inspector, pipe, files: instrumenter.files, settings });
  const snapshot = createHeapSnapshot({ state, inspector, pipe, settings });
  let stacks: StackReport[] = [];
  setInterval(() => {
    sendStacks();
  }, stacksPeriodMs).unref();

  function sendStacks(): void {
    if (stacks.length === 0) return;
    const message: StacksMessage = { type: 'stacks', stacks };
    stacks = [];
    pipe.send(message);
  }

  async function answer(request: WorkerRequest): Promise<unknown> {
    switch (request.call) {
      case 'configuration': {
        instrumenter.setMain(request.mainFile);
        const leavesFiles = request.runtimeOptions.includes('--trace-uncaught');
        if (leavesFiles) {
          instrumenter.leaveFiles();
          pipe.send({ type: 'note', text: traceUncaughtNote });
        }
        const reply: WorkerConfiguration = {
          workspaceFolder: settings.workspaceFolder,
          compilesTypeScript: settings.compilesTypeScript,
          leavesFiles: leavesFiles && !(settings.compilesTypeScript && isCompiledFile(request.mainFile)),
          importsMain: settings.compilesTypeScript && instrumenter.importsMain(request.mainFile),
          ...(settings.heapSnapshotFile === undefined ? {} : { heapSnapshotFile: settings.heapSnapshotFile }),
        };
        return reply;
      }
      case 'instrument':
        return instrumenter.instrument(request.path, request.source, request.format);
      case 'originalText':
        return instrumenter.originalText(request.text);
      case 'startSampling':
        await observer.startSampling();
        return undefined;
      case 'read':
        await observer.read(request.reason);
        return undefined;
      case 'leave':
      case 'end':
        sendStacks();
        if (request.call === 'end') observer.end(request.exitCode, request.error);
        // A program that kills itself is to end by its own signal, whatever a snapshot would take.
        if (request.call === 'end') await snapshot.take();
        inspector.disconnect();
        await pipe.flush();
        return undefined;
    }
  }

  input.requests.on('message', (message: { callId: number; request: WorkerRequest } | { report: StackReport } | { note: string }) => {
    if ('report' in message) {
      stacks.push(message.report);
      return;
    }
    if ('note' in message) {
      pipe.send({ type: 'note', text: message.note });
      return;
    }
    void answer(message.request)
      .catch(() => undefined)
      .then((reply) => {
        input.requests.postMessage({ callId: message.callId, reply });
        Atomics.store(state.control, controlField.answeredCall, message.callId);
        Atomics.notify(state.control, controlField.answeredCall);
      });
  });

  // The loader's thread, on versions whose module hooks run there.
  input.loader.on('message', (message: { callId: number; request: Extract<WorkerRequest, { call: 'instrument' }> }) => {
    const { callId, request } = message;
    const reply = instrumenter.instrument(request.path, request.source, request.format);
    const starts = state.control[controlField.started] === 0 && isUserFile(request.path, settings.workspaceFolder);
    const ready = starts ? observer.startProgram() : Promise.resolve();
    void ready
      .catch(() => undefined)
      .then(() => {
        input.loader.postMessage({ callId, reply });
      });
  });
}
