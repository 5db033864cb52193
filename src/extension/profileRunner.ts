/**
 * Runs programs under their engine, one run at a time of each file, and puts what comes of it into the store.
 */

import * as path from 'node:path';
import * as vscode from 'vscode';
import { formatBytes, formatDuration } from '../core/formatFigures.ts';
import { formatExit, formatRunHeadline } from '../core/formatProfileSummary.ts';
import type { MemoryProfile } from '../core/profile.ts';
import { UserError } from '../core/userError.ts';
import type { Engine, ProfileRequest, ProfileUpdate } from '../engines/engine.ts';
import { profilableFiles, programKind, type ProgramKind } from './fileKinds.ts';
import { buildProfileRequest } from './programEnvironment.ts';
import { profilePathOf } from './profilePaths.ts';
import type { ProfileStore } from './profileStore.ts';
import type { PythonInterpreters } from './pythonInterpreters.ts';
import { describeInterpreter, type PythonInterpreter } from './pythonSearch.ts';
import { readRunSettings } from './settings.ts';
import type { SyntaxErrors } from './syntaxErrors.ts';
import { createTerminalLauncher, type SupervisorStart } from './terminalLauncher.ts';

/** What is run, and with what. */
interface Program {
  readonly file: string;
  readonly kind: ProgramKind;
  readonly args: readonly string[] | undefined;
  readonly interpreter: PythonInterpreter | undefined;
  readonly explain: boolean;
}

/** How a run differs from what the settings say. */
export interface RunChoice {
  /** Instead of those of the settings. */
  readonly args?: readonly string[];
  /** Look closer at what is still alive and why, at a cost. */
  readonly explain?: boolean;
}

export interface ProfileRunnerParts {
  readonly store: ProfileStore;
  readonly log: vscode.LogOutputChannel;
  readonly syntaxErrors: SyntaxErrors;
  readonly supervisor: SupervisorStart;
  readonly interpreters: PythonInterpreters;
  /** Adds to a profile what is said about it when its run has ended; never rejects. */
  readonly advise: (profile: MemoryProfile) => Promise<MemoryProfile>;
  /** Loads the engine; called when a program is first run, so that activation doesn't pay for it. */
  readonly loadEngine: (kind: ProgramKind) => Promise<Engine>;
}

export class ProfileRunner implements vscode.Disposable {
  private readonly parts: ProfileRunnerParts;
  /** By the file as the profile writes paths. */
  private readonly stops = new Map<string, AbortController>();
  private readonly requests = new Map<string, ProfileRequest>();

  constructor(parts: ProfileRunnerParts) {
    this.parts = parts;
  }

  /**
   * Runs a saved file to its end; a second request for a file that runs offers to stop it instead.
   * @throws UserError when the file can't be profiled
   */
  async run(file: string, { args, explain = false }: RunChoice = {}): Promise<MemoryProfile | undefined> {
    if (!vscode.workspace.isTrusted) {
      throw new UserError(
        'workspaceUntrusted',
        'Profiling runs the file, and this workspace is not trusted, so nothing was run. Trust the workspace first.',
      );
    }
    const { interpreters } = this.parts;
    const kind = programKind(file);
    if (kind === undefined) throw unsupported(file);
    const key = profilePathOf(file);
    if (this.stops.has(key)) {
      void this.offerStop(file);
      return undefined;
    }
    const stop = new AbortController();
    this.stops.set(key, stop);
    const module = kind === 'python' ? readRunSettings(vscode.Uri.file(file)).pythonModule : undefined;
    const title = `Profiling memory of ${module === undefined ? path.basename(file) : `module ${module}`}`;
    try {
      return await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title, cancellable: true },
        async (progress, canceled) => {
          canceled.onCancellationRequested(() => stop.abort());
          const interpreter = kind === 'python' ? await interpreters.expectedFor(vscode.Uri.file(file)) : undefined;
          const runtime = interpreter && describeInterpreter(interpreter);
          const report = (...texts: readonly (string | undefined)[]): void =>
            progress.report({ message: texts.filter((text) => text !== undefined).join(', ') });
          report(runtime);
          return await this.profile({ file, kind, args, interpreter, explain }, stop.signal, (update) =>
            report(runtime, progressText(update)),
          );
        },
      );
    } finally {
      this.stops.delete(key);
    }
  }

  /** What the run of a program was asked for whose profile is shown: the last that came to one. */
  requestOf(file: string): ProfileRequest | undefined {
    return this.requests.get(file);
  }

  /** Ends the program of this file; what ran until then is shown. */
  stop(file: string): void {
    this.stops.get(profilePathOf(file))?.abort();
  }

  /** Ends all programs. */
  dispose(): void {
    for (const stop of this.stops.values()) stop.abort();
  }

  private async profile(program: Program, stop: AbortSignal, onProgress: (update: ProfileUpdate) => void): Promise<MemoryProfile> {
    const { file, kind, args, interpreter, explain } = program;
    const { store, log, syntaxErrors } = this.parts;
    const engine = await this.parts.loadEngine(kind);
    // What nobody chose is left to the engine, which tries the next one where the first does not run.
    const runtime = interpreter?.chosen === true ? interpreter.path : undefined;
    const request = { ...buildProfileRequest(file, args, runtime), explain };
    const key = profilePathOf(file);
    const previous = store.runOf(key);
    syntaxErrors.clear(file);
    store.begin(key);
    if (interpreter !== undefined) log.info(`Python: ${interpreter.path} (${interpreter.source})`);
    if (request.module !== undefined) log.info(`Module in place of the file: ${request.module} (setting memoryLens.pythonModule)`);
    log.info(`Profiling ${file} with ${engine.name}: arguments ${JSON.stringify(request.args)}, in ${request.cwd}`);
    try {
      const measured = await engine.profile(request, {
        launch: createTerminalLauncher(file, this.parts.supervisor),
        stop,
        onUpdate: (update) => {
          store.update(key, update);
          onProgress(update);
        },
      });
      const profile = await this.parts.advise(measured);
      this.requests.set(key, request);
      store.end(profile, key);
      this.logResult(profile);
      return profile;
    } catch (error) {
      // Nothing came of it: what was known before still holds.
      if (previous?.profile) store.end(previous.profile, key);
      else store.clear(key);
      if (error instanceof UserError) await syntaxErrors.show(error);
      throw error;
    }
  }

  private logResult(profile: MemoryProfile): void {
    const { log } = this.parts;
    const { runtime, engine, exit } = profile;
    log.info(`${runtime.executable} ${runtime.version}: ${formatRunHeadline(profile)}. ${formatExit(profile)}`);
    for (const note of engine.notes) log.info(`Note: ${note}`);
    if (exit.stopped || (exit.code === 0 && exit.signal === null && exit.error === undefined)) return;
    void vscode.window.showWarningMessage(`Memory Lens: ${formatExit(profile)} The figures are those up to then.`);
  }

  private async offerStop(file: string): Promise<void> {
    const stop = 'Stop It';
    const chosen = await vscode.window.showInformationMessage(`${path.basename(file)} is already being profiled.`, stop);
    if (chosen === stop) this.stop(file);
  }
}

function progressText({ elapsedMs, timeline, phase }: ProfileUpdate): string {
  if (phase !== undefined) return phase;
  const heapBytes = timeline.heapUsedBytes.at(-1);
  return heapBytes === undefined ? formatDuration(elapsedMs) : `${formatDuration(elapsedMs)}, heap ${formatBytes(heapBytes)}`;
}

function unsupported(file: string): UserError {
  return new UserError(
    'unsupportedLanguage',
    `${path.basename(file)} is not a program that Memory Lens can run. Choose a ${profilableFiles} file.`,
  );
}
