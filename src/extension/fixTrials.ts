/**
 * Try Fix: profiles the program with and without the fix in a scratch copy of its workspace, shows what it saves and whether the program
 * still does the same, and leaves it to the person to apply it. Until then the file is not touched.
 */

import * as vscode from 'vscode';
import { fileTitle, placeText } from '../core/filePaths.ts';
import { formatTrialBehaviour, formatTrialFigures, type FixTrial } from '../core/fixTrial.ts';
import { UserError } from '../core/userError.ts';
import type { Engine, ProfileRequest } from '../engines/engine.ts';
import { readSource } from '../engines/readSources.ts';
import type { AdviceAtFile } from './applyFix.ts';
import type { ProgramKind } from './fileKinds.ts';
import { comparablePath } from './profilePaths.ts';
import type { FileFigures, ProfileStore } from './profileStore.ts';

export interface FixTrialsParts {
  readonly store: ProfileStore;
  readonly log: vscode.LogOutputChannel;
  /** What the run of a program that is shown was asked for; undefined when it was not run in this window. */
  readonly requestOf: (file: string) => ProfileRequest | undefined;
  readonly loadEngine: (kind: ProgramKind) => Promise<Engine>;
  readonly apply: (fix: AdviceAtFile) => Promise<void>;
}

/** After activation, which has better things to do. */
const cleaningDelayMs = 10_000;

export class FixTrials implements vscode.Disposable {
  private readonly parts: FixTrialsParts;
  private readonly cleaning: NodeJS.Timeout;
  private running: AbortController | undefined;

  constructor(parts: FixTrialsParts) {
    this.parts = parts;
    this.cleaning = setTimeout(() => void removeLeftovers(), cleaningDelayMs);
  }

  /** Tries the fix, shows what came of it, and applies it when the person says so. */
  async tryFix(given: AdviceAtFile): Promise<void> {
    const trial = await this.run(given);
    const apply: vscode.MessageItem = { title: 'Apply the Fix' };
    const drop: vscode.MessageItem = { title: 'Drop It', isCloseAffordance: true };
    const message = `${given.advice.fix?.title ?? ''} (${placeText(given.advice.at)})`;
    const detail = [...formatTrialFigures(trial), '', formatTrialBehaviour(trial), ...trial.notes].join('\n');
    const chosen = await vscode.window.showInformationMessage(message, { modal: true, detail }, apply, drop);
    if (chosen === apply) await this.parts.apply(given);
  }

  /**
   * Only the trial itself, with progress and Cancel.
   * @throws UserError where it can't be tried, or is canceled
   */
  async run({ path, advice }: AdviceAtFile): Promise<FixTrial> {
    const { store, log, requestOf, loadEngine } = this.parts;
    const { fix } = advice;
    if (fix === undefined) throw new Error(`the advice ${advice.rule} has no fix`);
    if (this.running !== undefined) throw notTried('another one is being tried. Wait for it, or cancel it');
    const figures = store.figuresOf(path);
    const request = figures && requestOf(figures.run.file);
    if (figures === undefined || request === undefined) {
      throw notTried('its program was not run in this window. Profile it again');
    }
    const cancel = new AbortController();
    this.running = cancel;
    try {
      await checkUnchanged(path, figures);
      const [{ tryFix, trialLimitMs }, engine] = await Promise.all([
        import('../engines/tryFix/tryFix.ts'),
        loadEngine(figures.profile.runtime.name),
      ]);
      const title = `Trying a fix of ${fileTitle(path)}`;
      log.info(`${title}: ${advice.rule} at line ${advice.at.line}`);
      const trial = await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title, cancellable: true },
        async (progress, canceled) => {
          canceled.onCancellationRequested(() => cancel.abort());
          return await tryFix(
            {
              engine,
              request: withRuntimeOf(figures, request),
              exit: figures.profile.exit,
              limitMs: trialLimitMs(figures.profile.durationMs),
              file: path,
              edits: fix.edits,
            },
            { signal: cancel.signal, onStep: (message) => progress.report({ message }) },
          );
        },
      );
      log.info([...formatTrialFigures(trial), formatTrialBehaviour(trial), ...trial.notes].join(' '));
      return trial;
    } finally {
      this.running = undefined;
    }
  }

  /** Ends what runs. */
  dispose(): void {
    clearTimeout(this.cleaning);
    this.running?.abort();
  }
}

/** What an editor that crashed has left on the disk. */
async function removeLeftovers(): Promise<void> {
  const { removeStaleScratch } = await import('../engines/tryFix/scratchWorkspace.ts');
  await removeStaleScratch();
}

/** The runtime that the figures are of, whatever the settings say by now; the editor's own is found as it was then. */
function withRuntimeOf({ profile }: FileFigures, request: ProfileRequest): ProfileRequest {
  const { executable } = profile.runtime;
  return executable === request.fallbackRuntime?.executable ? request : { ...request, runtimePath: executable };
}

/** @throws UserError when the text is not what was run any more, in the editor or on the disk */
async function checkUnchanged(path: string, { file }: FileFigures): Promise<void> {
  const document = vscode.workspace.textDocuments.find(
    ({ uri }) => uri.scheme === 'file' && comparablePath(uri.fsPath) === comparablePath(path),
  );
  if (document?.isDirty !== true && (await readSource(file)) !== undefined) return;
  throw new UserError(
    'fixOutdated',
    `${fileTitle(path)} was changed since it was profiled, so the fix was not tried. Save it and profile it again.`,
  );
}

function notTried(why: string): UserError {
  return new UserError('fixNotTried', `The fix could not be tried: ${why}.`);
}
