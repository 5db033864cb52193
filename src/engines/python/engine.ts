/**
 * The engine for Python: starts Python as a person would, with only the environment changed so that the probe is loaded before the program,
 * follows the run in the file of tables that the probe's recorder keeps, and builds the profile.
 */

import * as fs from 'node:fs';
import * as path from 'node:path';
import type { ExitInfo, MemoryProfile } from '../../core/profile.ts';
import {
  decodeProbeMessage,
  probeEnvironmentVariable,
  probeProtocolVersion,
  type ProbeEngineMessage,
  type ProbeEnvironment,
  type ProbeMessage,
} from '../../protocol/probeMessages.ts';
import { checkProgramFile } from '../checkProgramFile.ts';
import { delay, endProgram } from '../endProgram.ts';
import type { Engine, LaunchCommand, ProfileOptions, ProfileRequest, ProfileUpdate } from '../engine.ts';
import { openPrivatePipe, type PrivatePipe } from '../privatePipe.ts';
import { userFolder } from '../userFolder.ts';
import { checkStart, describeEnd } from './ending.ts';
import { createLiveReader, type LiveReader } from './liveReader.ts';
import { findModuleFile } from './moduleFile.ts';
import { resolveNativeFolder } from './nativeLibrary.ts';
import { buildProfile, pythonEngineName } from './profileBuilder.ts';
import { findPythonRuntime, type PythonRuntime } from './pythonRuntime.ts';
import { createRecording, recordMessage, type PythonRecording } from './recording.ts';
import type { ProfileFrame } from './runFigures.ts';
import { createSourceFiles } from './sourceFiles.ts';
import { createUserFileRule } from './userFiles.ts';

export interface PythonEngineOptions {
  /** Folder of what `npm run build` makes: the probe is in its `probe`, the native recorder in its `native`. */
  readonly distFolder: string;
}

type ProbePipe = PrivatePipe<ProbeEngineMessage>;
type FrameOf = (exit: ExitInfo) => ProfileFrame;

const pollPeriodMs = 15;
const updatePeriodMs = 250;
/** A profile of the run so far may take this share of the engine's time, however large the tables are. */
const liveProfileRatio = 0.05;
/** On Stop the fallback may take so long to send its last figures. */
const lastFiguresMs = 1000;
/** After the process has gone, what it sent may still be under way. */
const pipeDrainMs = 3000;

export function createPythonEngine(options: PythonEngineOptions): Engine {
  return {
    name: pythonEngineName,
    runtimeName: 'python',
    supports: (file) => /\.pyw?$/i.test(file),
    profile: (request, profileOptions) => profileProgram(options.distFolder, request, profileOptions),
  };
}

async function profileProgram(distFolder: string, given: ProfileRequest, options: ProfileOptions): Promise<MemoryProfile> {
  if (given.module === undefined) await checkProgramFile(given.file);
  const runtime = await findPythonRuntime(given);
  const request =
    given.module === undefined || given.file !== '' ? given : { ...given, file: (await findModuleFile(runtime, given)) ?? '' };
  const native = await resolveNativeFolder(distFolder, request.env);
  const recording = createRecording();
  if (native.note !== undefined) recording.notes.add(native.note);
  const pipe = await openProbePipe(recording, (probe) => {
    probe.send({
      type: 'configure',
      workspaceFolder: folderOfUser(request),
      tablesPath: path.join(probe.folder, 'tables'),
      nativeFolder: native.folder ?? path.join(distFolder, 'native'),
      recorder: request.recorder ?? 'auto',
      precision: request.precision ?? 'auto',
      samplingIntervalBytes: request.samplingIntervalBytes ?? null,
      counting: request.counting ?? 'bounded',
      explain: request.explain ?? false,
    });
  });
  const reader = createLiveReader(recording, path.join(pipe.folder, 'tables'));
  const frame = createFrame(distFolder, request, runtime);
  const poll = setInterval(() => reader.look(), pollPeriodMs);
  const updates = options.onUpdate === undefined ? undefined : startUpdates(recording, reader, frame, options.onUpdate);
  try {
    const program = await options.launch(launchCommand(distFolder, request, runtime, pipe));
    let stopped = false;
    const stop = (): void => {
      stopped = true;
      void lastFigures(recording).then(() => endProgram(program));
    };
    if (options.stop?.aborted === true) stop();
    else options.stop?.addEventListener('abort', stop, { once: true });
    const exit = await program.exited;
    options.stop?.removeEventListener('abort', stop);
    clearInterval(poll);
    if (pipe.connected) await Promise.race([pipe.closed, delay(pipeDrainMs)]);
    checkStart(recording, { request, exit, stopped });
    return buildProfile(recording, reader.finish(), frame(describeEnd(recording, exit, stopped)), reader.course);
  } finally {
    clearInterval(poll);
    clearInterval(updates);
    reader.close();
    pipe.dispose();
  }
}

async function openProbePipe(recording: PythonRecording, onHello: (pipe: ProbePipe) => void): Promise<ProbePipe> {
  const pipe: ProbePipe = await openPrivatePipe<ProbeMessage, ProbeEngineMessage>({
    protocolVersion: probeProtocolVersion,
    decode: decodeProbeMessage,
    onHello(message) {
      recordMessage(recording, message);
      onHello(pipe);
    },
    onMessage: (message) => recordMessage(recording, message),
    onProblem: (reason) => recording.notes.add(`The probe's messages could not be read to the end: ${reason}.`),
  });
  return pipe;
}

/** What the person runs: nothing is changed but the environment, and the probe takes that back before the program sees it. */
function launchCommand(distFolder: string, request: ProfileRequest, runtime: PythonRuntime, pipe: ProbePipe): LaunchCommand {
  const own = request.env['PYTHONPATH'];
  const site = path.join(distFolder, 'probe', 'site');
  const environment: ProbeEnvironment = { ...pipe.environment, pythonPath: own ?? null };
  const target = request.module === undefined ? [request.typedFile ?? request.file] : ['-m', request.module];
  return {
    executable: runtime.executable,
    args: [...(request.runtimeArgs ?? []), ...target, ...request.args],
    cwd: request.cwd,
    env: {
      ...request.env,
      PYTHONPATH: own === undefined || own === '' ? site : `${site}${path.delimiter}${own}`,
      [probeEnvironmentVariable]: JSON.stringify(environment),
    },
  };
}

/** Real path of the folder whose files are the user's. */
function folderOfUser({ workspaceFolder, file }: ProfileRequest): string {
  return userFolder(workspaceFolder, fs.realpathSync(file === '' ? workspaceFolder : file));
}

function createFrame(distFolder: string, request: ProfileRequest, runtime: PythonRuntime): FrameOf {
  const sources = createSourceFiles();
  const shownPath = createUserFileRule({
    cwd: request.cwd,
    workspaceFolder: request.workspaceFolder,
    mainFile: request.file,
    foreignFolders: [runtime.libraryFolder, path.join(distFolder, 'probe')].filter((folder) => folder !== ''),
  });
  // Read now: the program may change or delete itself.
  if (request.file !== '') sources(shownPath(request.file) ?? request.file);
  const startedAt = new Date();
  return (exit) => ({ request, runtime, startedAt, exit, shownPath, sources });
}

/** Resolves when the fallback has sent what it has; the native recorder's figures are in its tables at any time. */
async function lastFigures(recording: PythonRecording): Promise<void> {
  if (recording.measuring?.recorder !== 'fallback') return;
  const before = recording.fallback;
  const untilMs = performance.now() + lastFiguresMs;
  while (recording.fallback === before && performance.now() < untilMs) await delay(pollPeriodMs);
}

function startUpdates(
  recording: PythonRecording,
  reader: LiveReader,
  frame: FrameOf,
  onUpdate: (update: ProfileUpdate) => void,
): NodeJS.Timeout {
  const startedAtMs = performance.now();
  let nextProfileAtMs = 0;
  return setInterval(() => {
    const nowMs = performance.now();
    let profile: MemoryProfile | undefined;
    if (recording.start !== undefined && nowMs >= nextProfileAtMs) {
      profile = buildProfile(recording, reader.readTables(), frame({ code: null, signal: null, stopped: false }));
      const tookMs = performance.now() - nowMs;
      nextProfileAtMs = nowMs + tookMs / liveProfileRatio;
    }
    onUpdate({
      elapsedMs: nowMs - startedAtMs,
      timeline: profile?.timeline ?? recording.timeline.build(),
      ...(profile === undefined ? {} : { profile }),
    });
  }, updatePeriodMs);
}
