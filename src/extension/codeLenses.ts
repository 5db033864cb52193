/**
 * The lenses: over the file what can be done and what the last run took, over each function what it allocated.
 */

import * as vscode from 'vscode';
import { formatCacheUse } from '../core/formatCache.ts';
import { formatBytes, formatDuration } from '../core/formatFigures.ts';
import { formatFunctionAnnotation } from '../core/formatInlineAnnotation.ts';
import { formatRunHeadline } from '../core/formatProfileSummary.ts';
import type { CacheReport, FunctionProfile } from '../core/profile.ts';
import { isProfilable } from './fileKinds.ts';
import type { DocumentFigures, DocumentFiguresStore } from './documentFigures.ts';
import type { ProfileStore, StoredRun } from './profileStore.ts';
import { readAnnotationSettings, readFindingSettings, settingsSection } from './settings.ts';
import { Throttle } from './throttle.ts';

/** VS Code starts over with resolving lenses whenever they change, so a running program must not change them too often. */
const refreshIntervalMs = 2000;

export class CodeLenses implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly store: ProfileStore;
  private readonly figures: DocumentFiguresStore;
  /** Which programs run, as a text to compare: their start and end show at once. */
  private runningFiles = '';
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly refresh = new Throttle(refreshIntervalMs, () => this.changed.fire());
  private readonly subscriptions: vscode.Disposable[];

  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(store: ProfileStore, figures: DocumentFiguresStore) {
    this.store = store;
    this.figures = figures;
    this.subscriptions = [
      // An edit of a document makes VS Code ask again by itself.
      figures.onDidChange((document) => document ?? this.followRun()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(settingsSection)) this.changed.fire();
      }),
    ];
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const settings = readAnnotationSettings(document.uri);
    if (!settings.codeLens || !isProfilable(document.fileName)) return [];
    const path = this.figures.profilePath(document);
    const figures = this.figures.of(document);
    const lenses = fileLenses(document, this.store.runOf(path), figures);
    if (!settings.annotations || figures?.positionOf === undefined) return lenses;
    for (const func of figures.file.functions) {
      const lens = functionLens(func, figures, settings.thresholdBytes);
      if (lens) lenses.push(lens);
    }
    if (readFindingSettings().disabledRules.has('caches')) return lenses;
    const caches = figures.profile.caches?.filter(({ at }) => at.path === figures.file.path) ?? [];
    return [...lenses, ...caches.flatMap((cache) => cacheLens(cache, figures))];
  }

  dispose(): void {
    this.refresh.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }

  private followRun(): void {
    const runningFiles = this.store.running.map((run) => run.file).join('\n');
    if (runningFiles === this.runningFiles && runningFiles !== '') {
      this.refresh.request();
    } else {
      this.runningFiles = runningFiles;
      this.refresh.runNow();
    }
  }
}

function fileLenses(document: vscode.TextDocument, run: StoredRun | undefined, figures: DocumentFigures | undefined): vscode.CodeLens[] {
  const lens = (title: string, command: string, tooltip: string, ...args: unknown[]): vscode.CodeLens =>
    new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), { title, command, tooltip, arguments: args });
  if (run?.running === true) {
    const heapBytes = run.timeline.heapUsedBytes.at(-1);
    const soFar = heapBytes === undefined ? 'starting' : `running for ${formatDuration(run.elapsedMs)}, heap ${formatBytes(heapBytes)}`;
    return [
      lens('$(debug-stop) Stop Profiling', 'memoryLens.stop', 'End the program and show what it took so far', document.uri),
      lens(soFar, 'memoryLens.overview.focus', 'Show the timeline'),
    ];
  }
  const lenses = [lens('$(pulse) Profile Memory', 'memoryLens.profile', 'Run this file and show what each line allocates', document.uri)];
  lenses.push(
    lens(
      '$(lightbulb) Explain',
      'memoryLens.profileAndExplain',
      'Run this file and look closer at what is still alive and why',
      document.uri,
    ),
  );
  if (run?.profile) {
    lenses.push(lens(`last run: ${formatRunHeadline(run.profile)}`, 'memoryLens.showSummary', 'Show the profile as text', document.uri));
    lenses.push(lens('Clear', 'memoryLens.clear', 'Forget this run and take its annotations away', document.uri));
  }
  if (figures && !figures.file.lines.some(({ line }) => figures.positionOf?.(line) !== undefined)) {
    lenses.push(
      lens('changed since the run: no figures', 'memoryLens.profile', 'Profile again to see figures beside the code', document.uri),
    );
  }
  return lenses;
}

function functionLens(func: FunctionProfile, figures: DocumentFigures, thresholdBytes: number): vscode.CodeLens | undefined {
  const weightBytes = Math.max(func.totalAllocatedBytes ?? 0, func.allocatedBytes ?? 0, func.liveBytes ?? 0, func.peakBytes ?? 0);
  const text = weightBytes < thresholdBytes ? undefined : formatFunctionAnnotation(func);
  const position = text === undefined ? undefined : figures.positionOf?.(func.line);
  if (text === undefined || position === undefined || isModuleItself(func)) return undefined;
  const edited =
    position.stale || figures.file.lines.some(({ line }) => func.line <= line && line <= func.endLine && !isFresh(figures, line));
  // Over the first line it stands beside those of the file, and would be taken for one of them.
  const title = position.line0 === 0 ? `${func.name}: ${text}` : text;
  return new vscode.CodeLens(new vscode.Range(position.line0, 0, position.line0, 0), {
    title: edited ? `stale: ${title}` : title,
    tooltip: edited ? 'Edited since the run' : 'Show the profile as text',
    command: 'memoryLens.showSummary',
  });
}

/** Over a cached function, or over the variable that is a cache. */
function cacheLens(cache: CacheReport, { positionOf }: DocumentFigures): vscode.CodeLens[] {
  const position = positionOf?.(cache.at.line);
  if (position === undefined) return [];
  const text = formatCacheUse(cache);
  const title = position.stale ? `stale: ${text}` : text;
  const tooltip = `The cache ${cache.name}${cache.growing ? ' only ever grew, and nothing bounds it' : ''}. Click to read about caches.`;
  const command = { title, tooltip, command: 'memoryLens.explainFinding', arguments: ['caches'] };
  return [new vscode.CodeLens(new vscode.Range(position.line0, 0, position.line0, 0), command)];
}

/** The file's own code outside all functions has its lines, and the file its own lens. */
function isModuleItself(func: FunctionProfile): boolean {
  return func.name === '' || func.name === '(module)';
}

function isFresh({ positionOf }: DocumentFigures, line: number): boolean {
  return positionOf?.(line)?.stale === false;
}
