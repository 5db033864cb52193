/**
 * The extension's entry and its one composition root: everything is made here and handed what it needs. Activation only registers;
 * the engine is loaded when the first program is run.
 */

import * as vscode from 'vscode';
import type { Engine } from '../engines/engine.ts';
import { adviseRun } from './adviseRun.ts';
import { applyFix } from './applyFix.ts';
import { AnnotationController } from './annotations.ts';
import { CodeLenses } from './codeLenses.ts';
import { registerCommands } from './commands.ts';
import { registerContextKeys } from './contextKeys.ts';
import { DocumentFiguresStore } from './documentFigures.ts';
import { ErrorBoundary } from './errorBoundary.ts';
import { profilableDocuments, type ProgramKind } from './fileKinds.ts';
import { FindingActions } from './findingActions.ts';
import { FindingDiagnostics } from './findingDiagnostics.ts';
import { FindingsStore } from './findingsStore.ts';
import { FindingsTree } from './findingsTree.ts';
import { FixTrials } from './fixTrials.ts';
import { HotLinesTree } from './hotLinesTree.ts';
import { FigureHovers } from './hovers.ts';
import { OverviewView, overviewViewId } from './overviewView.ts';
import { ProfileRunner } from './profileRunner.ts';
import { ProfileStore } from './profileStore.ts';
import { editorRuntime } from './programEnvironment.ts';
import { PythonExtensionBridge } from './pythonExtension.ts';
import { PythonInterpreters } from './pythonInterpreters.ts';
import { createPythonStatusItem } from './pythonStatusItem.ts';
import { createStatusBarItem } from './statusBarItem.ts';
import { SummaryDocuments } from './summaryDocument.ts';
import { SyntaxErrors } from './syntaxErrors.ts';

/** What other extensions, and the tests, get from the extension. */
export interface MemoryLensApi {
  readonly store: ProfileStore;
  readonly annotations: AnnotationController;
  readonly findingsTree: FindingsTree;
  readonly trials: FixTrials;
  readonly interpreters: PythonInterpreters;
  readonly onDidReportError: vscode.Event<unknown>;
  /** What activation took, without loading the bundle. */
  readonly activationMs: number;
}

export function activate(context: vscode.ExtensionContext): MemoryLensApi {
  const startedAt = performance.now();
  const own = <Owned extends vscode.Disposable>(owned: Owned): Owned => {
    context.subscriptions.push(owned);
    return owned;
  };
  const bundled = (file = ''): string => vscode.Uri.joinPath(context.extensionUri, 'dist', file).fsPath;
  const log = own(vscode.window.createOutputChannel('Memory Lens', { log: true }));
  const boundary = own(new ErrorBoundary(log));
  const store = own(new ProfileStore());
  const figures = own(new DocumentFiguresStore(store));
  const findings = own(new FindingsStore(store));
  const syntaxErrors = own(new SyntaxErrors());
  const summaries = own(new SummaryDocuments(store));
  const interpreters = own(new PythonInterpreters(own(new PythonExtensionBridge(log))));
  const runner = own(
    new ProfileRunner({
      store,
      log,
      syntaxErrors,
      interpreters,
      supervisor: { script: bundled('supervisor.cjs'), node: editorRuntime() },
      advise: (profile) => adviseRun(profile, log),
      loadEngine: (kind) => loadEngine(kind, bundled()),
    }),
  );
  const annotations = own(new AnnotationController(figures));
  const findingsTree = own(new FindingsTree(findings));
  const lenses = own(new CodeLenses(store, figures));
  const overview = new OverviewView(store, context.extensionUri, {
    run: (command) => void vscode.commands.executeCommand(command),
    openLine: (path, line) => void vscode.commands.executeCommand('memoryLens.openLine', path, line),
    reportProblem: (problem) => boundary.report('message of the overview', problem),
  });
  own(overview);
  own(registerContextKeys(store));
  own(createStatusBarItem(store));
  own(createPythonStatusItem(interpreters));
  own(vscode.languages.registerCodeLensProvider(profilableDocuments, lenses));
  own(vscode.languages.registerHoverProvider(profilableDocuments, new FigureHovers(figures, findings)));
  own(vscode.languages.registerCodeActionsProvider(profilableDocuments, new FindingActions(figures, findings), FindingActions.metadata));
  own(new FindingDiagnostics(store, figures, findings));
  own(vscode.window.registerTreeDataProvider('memoryLens.findings', findingsTree));
  own(vscode.window.registerTreeDataProvider('memoryLens.hotLines', own(new HotLinesTree(store))));
  own(vscode.window.registerWebviewViewProvider(overviewViewId, overview));
  const trials = own(
    new FixTrials({
      store,
      log,
      requestOf: (file) => runner.requestOf(file),
      loadEngine: (kind) => loadEngine(kind, bundled()),
      apply: (fix) => applyFix(figures, fix),
    }),
  );
  const { extensionUri, workspaceState: memory } = context;
  own(registerCommands({ boundary, store, figures, runner, trials, interpreters, summaries, log, extensionUri, memory }));
  const activationMs = performance.now() - startedAt;
  return { store, annotations, findingsTree, trials, interpreters, onDidReportError: boundary.onDidReport, activationMs };
}

async function loadEngine(kind: ProgramKind, distFolder: string): Promise<Engine> {
  switch (kind) {
    case 'node': {
      const { createNodeEngine } = await import('../engines/node/engine.ts');
      return createNodeEngine({ agentDirectory: distFolder });
    }
    case 'python': {
      const { createPythonEngine } = await import('../engines/python/engine.ts');
      return createPythonEngine({ distFolder });
    }
  }
}
