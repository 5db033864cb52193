/**
 * The engine for JavaScript and TypeScript: starts Node with the agent preloaded, follows it over the private pipe, and builds the profile.
 */

import * as fs from 'node:fs';
import * as path from 'node:path';
import { UserError } from '../../core/userError.ts';
import type { ExitInfo, MemoryProfile } from '../../core/profile.ts';
import { agentEnvironmentVariable, agentProtocolVersion, decodeAgentMessage } from '../../protocol/agentMessages.ts';
import type { AgentMessage, EngineMessage } from '../../protocol/agentMessages.ts';
import { checkProgramFile } from '../checkProgramFile.ts';
import { delay, endProgram } from '../endProgram.ts';
import type { Engine, ProfileOptions, ProfileRequest, ProgramExit } from '../engine.ts';
import { mapToOriginals } from '../mapToOriginals.ts';
import { openPrivatePipe } from '../privatePipe.ts';
import type { PrivatePipe } from '../privatePipe.ts';
import { syntaxErrorAt } from '../syntaxError.ts';
import { userFolder } from '../userFolder.ts';
import { explainProfile, withHoldersOfSuspects } from './heapSnapshot/explainProfile.ts';
import { findNodeRuntime } from './nodeRuntime.ts';
import type { NodeRuntime } from './nodeRuntime.ts';
import { buildProfile, nodeEngineName } from './profileBuilder.ts';
import type { ProfileFrame } from './profileBuilder.ts';
import { createRecording, recordMessage } from './recording.ts';
import type { Recording } from './recording.ts';

export interface NodeEngineOptions {
  /** Folder of the built agent: agent.cjs, agentWorker.cjs and what they load. */
  readonly agentDirectory: string;
  /** No heap snapshot is taken of a heap that has more than this in use; absent: the most that is reasonable. */
  readonly maxHeapSnapshotBytes?: number | undefined;
}

type AgentPipe = PrivatePipe<EngineMessage>;

const supportedFiles = /\.([cm]?[jt]s|[jt]sx)$/i;
const pollIntervalMs = 15;
const updatePeriodMs = 250;
/** On Stop the agent may take so long for a last reading before the program is ended. */
const lastReadingMs = 4000;
/** And so long for a heap snapshot. */
const lastSnapshotMs = 120_000;
/** V8 needs more memory for a snapshot than the heap has, reading it as much again, and both take a while. */
const maxHeapSnapshotBytes = 1_073_741_824;
const explainingPhase = 'Looking at what is still alive';
/** After the process has gone, what it sent may still be under way. */
const pipeDrainMs = 3000;

export function createNodeEngine(options: NodeEngineOptions): Engine {
  return {
    name: nodeEngineName,
    runtimeName: 'node',
    supports: (file) => supportedFiles.test(file) && !/\.d\.[cm]?ts$/i.test(file),
    profile: (request, profileOptions) => profileProgram(options, request, profileOptions),
  };
}

async function profileProgram(engine: NodeEngineOptions, given: ProfileRequest, options: ProfileOptions): Promise<MemoryProfile> {
  const { agentDirectory } = engine;
  const maxHeapBytes = engine.maxHeapSnapshotBytes ?? maxHeapSnapshotBytes;
  await checkProgramFile(given.file);
  const request = { ...given, file: fs.realpathSync(given.file) };
  const runtime = await findNodeRuntime(request);
  const recording = createRecording();
  let stopped = false;
  let problem: string | undefined;
  let wakeReading: () => void = () => undefined;
  let phase: string | undefined;
  /** Aborted by a Stop when the program itself is done. */
  const explaining = new AbortController();

  const pipe: AgentPipe = await openPrivatePipe<AgentMessage, EngineMessage>({
    protocolVersion: agentProtocolVersion,
    decode: decodeAgentMessage,
    onHello(message) {
      recordMessage(recording, message);
      pipe.send({
        type: 'configure',
        workspaceFolder: userFolder(request.workspaceFolder, request.file),
        samplingIntervalBytes: request.samplingIntervalBytes ?? null,
        compilesTypeScript: /\.([cm]?ts|tsx|jsx)$/i.test(request.file),
        pollIntervalMs,
        ...(request.explain === true ? { heapSnapshotFile: snapshotFile(pipe) } : {}),
        maxHeapSnapshotBytes: maxHeapBytes,
      });
    },
    onMessage(message) {
      recordMessage(recording, message);
      if (message.type === 'snapshot') phase = explainingPhase;
      const isLast = request.explain === true ? message.type === 'snapshot' : message.type === 'reading' && message.reason === 'stop';
      if (isLast && recording.snapshot?.state !== 'writing') wakeReading();
    },
    onProblem(reason) {
      problem = reason;
    },
  });
  const startedAt = new Date();
  const frame = (exit: ExitInfo): ProfileFrame => ({
    request: given,
    executable: runtime.executable,
    version: runtime.version,
    exit,
    startedAt,
  });
  let updates: NodeJS.Timeout | undefined;
  let stop: (() => void) | undefined;
  try {
    const program = await options.launch(launchCommand(agentDirectory, request, runtime, pipe));
    let exit: ProgramExit | undefined;
    stop = (): void => {
      if (exit !== undefined || recording.snapshot !== undefined) {
        explaining.abort();
        if (recording.snapshot?.state === 'writing') program.terminate(true);
        return;
      }
      stopped = true;
      const reading = new Promise<void>((settle) => {
        wakeReading = settle;
      });
      pipe.send({ type: 'stop' });
      void Promise.race([reading, lastMoment(pipe, recording)]).then(() => endProgram(program));
    };
    if (options.stop?.aborted === true) stop();
    else options.stop?.addEventListener('abort', stop, { once: true });
    if (options.onUpdate !== undefined) updates = startUpdates(recording, frame, options.onUpdate, startedAt, () => phase);
    exit = await program.exited;
    if (pipe.connected) await Promise.race([pipe.closed, delay(pipeDrainMs)]);
    // A snapshot may be cut short by force: the program itself was done, and had said how it ends.
    if (recording.snapshot !== undefined && recording.end !== undefined) exit = { code: recording.end.exitCode, signal: null };
    const profile = finish(recording, exit, { stopped, problem, frame, request });
    if (request.explain !== true) return await mapToOriginals(profile);
    phase = explainingPhase;
    const explained = await explainProfile(profile, recording, {
      runtime,
      readerFile: path.join(agentDirectory, 'heapSnapshot.cjs'),
      agentFile: agentFile(agentDirectory),
      snapshotFile: snapshotFile(pipe),
      maxHeapBytes,
      stop: explaining.signal,
    });
    return withHoldersOfSuspects(await mapToOriginals(explained));
  } finally {
    if (stop !== undefined) options.stop?.removeEventListener('abort', stop);
    clearInterval(updates);
    pipe.dispose();
  }
}

/** Settles when the program is to be ended, whatever it is doing. */
async function lastMoment(pipe: AgentPipe, recording: Recording): Promise<void> {
  await delay(pipe.connected ? lastReadingMs : 0);
  if (recording.snapshot?.state === 'writing') await delay(lastSnapshotMs);
}

function agentFile(agentDirectory: string): string {
  return path.join(agentDirectory, 'agent.cjs');
}

/** Gone with the pipe's folder. */
function snapshotFile(pipe: AgentPipe): string {
  return path.join(pipe.folder, 'program.heapsnapshot');
}

function launchCommand(
  agentDirectory: string,
  request: ProfileRequest,
  runtime: NodeRuntime,
  pipe: AgentPipe,
): Parameters<ProfileOptions['launch']>[0] {
  return {
    executable: runtime.executable,
    args: ['--require', agentFile(agentDirectory), ...(request.runtimeArgs ?? []), request.file, ...request.args],
    cwd: request.cwd,
    env: { ...request.env, ...runtime.env, [agentEnvironmentVariable]: JSON.stringify(pipe.environment) },
  };
}

function startUpdates(
  recording: Recording,
  frame: (exit: ExitInfo) => ProfileFrame,
  onUpdate: NonNullable<ProfileOptions['onUpdate']>,
  startedAt: Date,
  phase: () => string | undefined,
): NodeJS.Timeout {
  let counts = recording.counts;
  return setInterval(() => {
    const doing = phase();
    const changed = recording.counts !== counts;
    counts = recording.counts;
    onUpdate({
      elapsedMs: Date.now() - startedAt.getTime(),
      timeline: recording.timeline,
      ...(doing === undefined ? {} : { phase: doing }),
      ...(changed ? { profile: buildProfile(recording, frame({ code: null, signal: null, stopped: false })) } : {}),
    });
  }, updatePeriodMs);
}

interface Ending {
  readonly stopped: boolean;
  readonly problem: string | undefined;
  readonly frame: (exit: ExitInfo) => ProfileFrame;
  readonly request: ProfileRequest;
}

function finish(recording: Recording, exit: ProgramExit, ending: Ending): MemoryProfile {
  const { syntaxProblem } = recording;
  // What our parser does not know yet, the runtime may run all the same.
  // And a file that is loaded later may fail while the program runs: that is an error of the program.
  const hasRun = (recording.counts?.counters.length ?? 0) > 0;
  if (syntaxProblem !== undefined && !hasRun && exit.code !== 0 && recording.end?.error?.startsWith('SyntaxError') === true) {
    // The parser's own mention of the place counts columns from 0.
    throw syntaxErrorAt(syntaxProblem, syntaxProblem.message.replace(/\s*\(\d+:\d+\)\.?$/, ''));
  }
  if (ending.problem !== undefined) recording.notes.add(`The agent's messages could not be read to the end: ${ending.problem}.`);
  if (recording.hello === undefined && !ending.stopped) {
    throw new UserError(
      'agentSilent',
      `${ending.request.file} was started, but Memory Lens's agent in it did not answer (exit status ${exit.code ?? exit.signal ?? 'unknown'}). ` +
        'See the program’s own output; where Node reports a wrong option, check the runtime arguments and NODE_OPTIONS.',
    );
  }
  const error = recording.end?.error ?? signalError(exit, ending.stopped);
  return buildProfile(
    recording,
    ending.frame({ code: exit.code, signal: exit.signal, stopped: ending.stopped, ...(error === undefined ? {} : { error }) }),
  );
}

function signalError(exit: ProgramExit, stopped: boolean): string | undefined {
  if (exit.signal === null || stopped) return undefined;
  return exit.signal === 'SIGABRT'
    ? 'The process aborted (SIGABRT), as Node does when it runs out of memory.'
    : `The process was ended by ${exit.signal}.`;
}
