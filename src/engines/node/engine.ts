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
import { findNodeRuntime } from './nodeRuntime.ts';
import type { NodeRuntime } from './nodeRuntime.ts';
import { buildProfile, nodeEngineName } from './profileBuilder.ts';
import type { ProfileFrame } from './profileBuilder.ts';
import { createRecording, recordMessage } from './recording.ts';
import type { Recording } from './recording.ts';

export interface NodeEngineOptions {
  /** Folder of the built agent: agent.cjs, agentWorker.cjs and what they load. */
  readonly agentDirectory: string;
}

type AgentPipe = PrivatePipe<EngineMessage>;

const supportedFiles = /\.([cm]?[jt]s|[jt]sx)$/i;
const pollIntervalMs = 15;
const updatePeriodMs = 250;
/** On Stop the agent may take so long for a last reading before the program is ended. */
const lastReadingMs = 4000;
/** After the process has gone, what it sent may still be under way. */
const pipeDrainMs = 3000;

export function createNodeEngine(options: NodeEngineOptions): Engine {
  return {
    name: nodeEngineName,
    runtimeName: 'node',
    supports: (file) => supportedFiles.test(file) && !/\.d\.[cm]?ts$/i.test(file),
    profile: (request, profileOptions) => profileProgram(options.agentDirectory, request, profileOptions),
  };
}

async function profileProgram(agentDirectory: string, given: ProfileRequest, options: ProfileOptions): Promise<MemoryProfile> {
  await checkProgramFile(given.file);
  const request = { ...given, file: fs.realpathSync(given.file) };
  const runtime = await findNodeRuntime(request);
  const recording = createRecording();
  let stopped = false;
  let problem: string | undefined;
  let wakeReading: () => void = () => undefined;

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
      });
    },
    onMessage(message) {
      recordMessage(recording, message);
      if (message.type === 'reading' && message.reason === 'stop') wakeReading();
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
  try {
    const program = await options.launch(launchCommand(agentDirectory, request, runtime, pipe));
    const stop = (): void => {
      stopped = true;
      const reading = new Promise<void>((settle) => {
        wakeReading = settle;
      });
      pipe.send({ type: 'stop' });
      void Promise.race([reading, delay(pipe.connected ? lastReadingMs : 0)]).then(() => endProgram(program));
    };
    if (options.stop?.aborted === true) stop();
    else options.stop?.addEventListener('abort', stop, { once: true });
    if (options.onUpdate !== undefined) updates = startUpdates(recording, frame, options.onUpdate, startedAt);
    const exit = await program.exited;
    options.stop?.removeEventListener('abort', stop);
    if (pipe.connected) await Promise.race([pipe.closed, delay(pipeDrainMs)]);
    return await mapToOriginals(finish(recording, exit, { stopped, problem, frame, request }));
  } finally {
    clearInterval(updates);
    pipe.dispose();
  }
}

function launchCommand(
  agentDirectory: string,
  request: ProfileRequest,
  runtime: NodeRuntime,
  pipe: AgentPipe,
): Parameters<ProfileOptions['launch']>[0] {
  return {
    executable: runtime.executable,
    args: ['--require', path.join(agentDirectory, 'agent.cjs'), ...(request.runtimeArgs ?? []), request.file, ...request.args],
    cwd: request.cwd,
    env: { ...request.env, ...runtime.env, [agentEnvironmentVariable]: JSON.stringify(pipe.environment) },
  };
}

function startUpdates(
  recording: Recording,
  frame: (exit: ExitInfo) => ProfileFrame,
  onUpdate: NonNullable<ProfileOptions['onUpdate']>,
  startedAt: Date,
): NodeJS.Timeout {
  let counts = recording.counts;
  return setInterval(() => {
    const changed = recording.counts !== counts;
    counts = recording.counts;
    onUpdate({
      elapsedMs: Date.now() - startedAt.getTime(),
      timeline: recording.timeline,
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
