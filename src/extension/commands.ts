/**
 * The extension's commands as a table: each name with what it does. All of them end in the one error boundary.
 */

import * as path from 'node:path';
import { parseArgsStringToArgv } from 'string-argv';
import * as vscode from 'vscode';
import { ruleInfo } from '../advice/ruleInfo.ts';
import type { DocumentFiguresStore } from './documentFigures.ts';
import { applyFix, type AdviceAtFile } from './applyFix.ts';
import { openDocument, showPlace, type ErrorBoundary } from './errorBoundary.ts';
import type { FixTrials } from './fixTrials.ts';
import { profilePathOf } from './profilePaths.ts';
import type { ProfileRunner } from './profileRunner.ts';
import type { ProfileStore, StoredRun } from './profileStore.ts';
import type { PythonInterpreters } from './pythonInterpreters.ts';
import { selectPythonInterpreter } from './pythonPicker.ts';
import { savedProgram, targetUri } from './programTarget.ts';
import { readRunSettings, toggleAnnotations, turnOffRule } from './settings.ts';
import type { SummaryDocuments } from './summaryDocument.ts';

export interface CommandParts {
  readonly boundary: ErrorBoundary;
  readonly store: ProfileStore;
  readonly figures: DocumentFiguresStore;
  readonly runner: ProfileRunner;
  readonly trials: FixTrials;
  readonly interpreters: PythonInterpreters;
  readonly summaries: SummaryDocuments;
  readonly log: vscode.LogOutputChannel;
  readonly extensionUri: vscode.Uri;
  /** Remembers typed arguments by file. */
  readonly memory: vscode.Memento;
}

/** A finding's page, or its row in the Findings view. */
type PageOrRow = string | { readonly page: string };

/** Registers all commands. Returns what takes them back. */
export function registerCommands(parts: CommandParts): vscode.Disposable {
  const { boundary, store, figures, runner, trials, interpreters, summaries, log } = parts;
  const commands: Readonly<Record<string, (...args: never[]) => unknown>> = {
    profile: async (uri?: vscode.Uri) => await runner.run(await savedProgram(uri)),
    profileAndExplain: async (uri?: vscode.Uri) => await runner.run(await savedProgram(uri), { explain: true }),
    profileWithArguments: (uri?: vscode.Uri) => profileWithArguments(parts, uri),
    stop: async (uri?: vscode.Uri) => {
      const run = await chooseRun(uri, store.running);
      if (run) runner.stop(run.file);
    },
    clear: (uri?: vscode.Uri) => store.clear(uri instanceof vscode.Uri ? profilePathOf(uri.fsPath) : undefined),
    toggleAnnotations,
    selectPythonInterpreter: (uri?: vscode.Uri) => selectPythonInterpreter(interpreters, uri),
    showSummary: async (uri?: vscode.Uri) => {
      const run = runInView(parts, uri);
      if (run === undefined) void vscode.window.showInformationMessage('Nothing was profiled yet.');
      else await summaries.show(run.file);
    },
    openLog: () => log.show(),
    explainFinding: (finding: PageOrRow) => openPage(parts, pageOf(finding)),
    applyFix: (fix: AdviceAtFile) => applyFix(figures, fix),
    tryFix: (fix: AdviceAtFile) => trials.tryFix(fix),
    turnOffRule: (finding: PageOrRow) => turnOffRule(pageOf(finding)),
    openLine: (profilePath: string, line: number) => openLine(parts, profilePath, line),
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, work]) =>
      vscode.commands.registerCommand(`memoryLens.${name}`, (...args: never[]) => boundary.run(name, () => work(...args))),
    ),
  );
}

async function profileWithArguments({ memory, runner }: CommandParts, uri: vscode.Uri | undefined): Promise<unknown> {
  const file = await savedProgram(uri);
  const key = `arguments:${file}`;
  const typed = await vscode.window.showInputBox({
    title: `Arguments for ${path.basename(file)}`,
    prompt: 'Parted by spaces; quotes keep words together. They are passed as they are, without a shell.',
    value: memory.get<string>(key) ?? readRunSettings(vscode.Uri.file(file)).args.map(quoted).join(' '),
  });
  if (typed === undefined) throw new vscode.CancellationError();
  await memory.update(key, typed);
  return await runner.run(file, { args: parseArgsStringToArgv(typed) });
}

function quoted(argument: string): string {
  if (/^[^\s"']+$/.test(argument)) return argument;
  return argument.includes('"') ? `'${argument}'` : `"${argument}"`;
}

/** The run of the file that is meant, the only one, or the one that the person picks. */
async function chooseRun(uri: vscode.Uri | undefined, runs: readonly StoredRun[]): Promise<StoredRun | undefined> {
  const target = targetUri(uri);
  const meant = target && runs.find((run) => run.file === profilePathOf(target.fsPath));
  if (meant !== undefined || runs.length < 2) return meant ?? runs[0];
  const picks = runs.map((run) => ({ label: path.basename(run.file), description: run.file, run }));
  return (await vscode.window.showQuickPick(picks, { title: 'Which program is to be stopped?' }))?.run;
}

/** The run that the person looks at: of the file that was chosen or is active, else the last one. */
function runInView({ store, figures }: CommandParts, uri: vscode.Uri | undefined): StoredRun | undefined {
  if (uri instanceof vscode.Uri) return store.runOf(profilePathOf(uri.fsPath));
  const document = vscode.window.activeTextEditor?.document;
  return (document && figures.of(document)?.run) ?? store.latest;
}

/** Goes to a line (from 1) of a text as it was run, wherever it stands now. */
async function openLine({ figures }: CommandParts, profilePath: string, line: number): Promise<void> {
  const document = await openDocument(profilePath);
  const position = figures.of(document)?.positionOf?.(line);
  await showPlace(profilePath, position === undefined ? line : position.line0 + 1);
}

function pageOf(finding: PageOrRow): string {
  return typeof finding === 'string' ? finding : finding.page;
}

/** Opens the page that explains a kind of finding, as it is read. */
async function openPage({ extensionUri }: CommandParts, page: string): Promise<void> {
  // The name comes out of a profile: it names a page and nothing else.
  const info = ruleInfo(page);
  if (info === undefined) throw new Error(`${page} is no page`);
  await vscode.commands.executeCommand('markdown.showPreview', vscode.Uri.joinPath(extensionUri, info.docsPage));
}
