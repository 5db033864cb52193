/**
 * Advice and leak suspects in Problems, at their lines: they move with the code, and vanish where it is edited or was not what was run.
 */

import * as vscode from 'vscode';
import type { Finding } from '../core/findings.ts';
import { formatEvidence } from '../core/formatEvidence.ts';
import { formatBytes, formatRatio } from '../core/formatFigures.ts';
import { readSource } from '../engines/readSources.ts';
import { commandUri } from './commandUri.ts';
import type { DocumentFiguresStore } from './documentFigures.ts';
import type { FindingsStore } from './findingsStore.ts';
import { comparablePath } from './profilePaths.ts';
import type { ProfileStore } from './profileStore.ts';
import { diagnosticsSetting, readFindingSettings } from './settings.ts';
import { Throttle } from './throttle.ts';

export const diagnosticSource = 'Memory Lens';

/**
 * A finding about a quarter of the memory or more is a warning, about a tenth or more an information. Below, it is a hint: three dots in the
 * editor, and its quick fixes, but no entry in Problems. Nothing that is only measured is an error.
 */
const severityRatios = { warning: 0.25, information: 0.1 };

const refreshIntervalMs = 200;

export class FindingDiagnostics implements vscode.Disposable {
  private readonly store: ProfileStore;
  private readonly figures: DocumentFiguresStore;
  private readonly findings: FindingsStore;
  private readonly collection = vscode.languages.createDiagnosticCollection('memoryLensFindings');
  private readonly refresh = new Throttle(refreshIntervalMs, () => this.showAll());
  /** Counts `showAll`: what a read file would add to an earlier showing comes too late. */
  private showing = 0;
  private readonly subscriptions: vscode.Disposable[];

  constructor(store: ProfileStore, figures: DocumentFiguresStore, findings: FindingsStore) {
    this.store = store;
    this.figures = figures;
    this.findings = findings;
    this.subscriptions = [
      findings.onDidChange(() => this.refresh.request()),
      // With each edit: VS Code itself leaves a diagnostic where it was until it is told.
      figures.onDidChange((document) => document && this.showIn(document)),
      vscode.workspace.onDidOpenTextDocument(() => this.refresh.request()),
      vscode.workspace.onDidCloseTextDocument(() => this.refresh.request()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(diagnosticsSetting)) this.refresh.request();
      }),
    ];
  }

  dispose(): void {
    this.refresh.dispose();
    this.showing++;
    for (const subscription of this.subscriptions) subscription.dispose();
    this.collection.dispose();
  }

  private showAll(): void {
    this.collection.clear();
    const showing = ++this.showing;
    if (!readFindingSettings().diagnostics) return;
    const open = vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === 'file');
    for (const document of open) this.showIn(document);
    const openPaths = new Set(open.map((document) => this.figures.profilePath(document)));
    const paths = new Set(this.store.endedProfiles.flatMap(({ files }) => files.map(({ path }) => path)));
    for (const path of paths) if (!openPaths.has(comparablePath(path))) void this.showClosed(path, showing);
  }

  private showIn(document: vscode.TextDocument): void {
    if (!readFindingSettings().diagnostics) return;
    const figures = this.figures.of(document);
    const placed = figures === undefined ? [] : this.findings.inDocument(figures).filter(({ stale }) => !stale);
    const diagnostics = placed
      .filter(({ finding }) => isProblem(finding))
      .map(({ finding, line0 }) => {
        const { text, firstNonWhitespaceCharacterIndex: start } = document.lineAt(line0);
        return diagnosticOf(finding, new vscode.Range(line0, start, line0, text.trimEnd().length));
      });
    this.collection.set(document.uri, diagnostics);
  }

  /** Of a file that is not open, the lines as they were run, if it still is what was run. */
  private async showClosed(path: string, showing: number): Promise<void> {
    const known = this.store.figuresOf(path);
    if (known === undefined || known.run.running) return;
    const findings = this.findings.atFile(known.profile, path).filter(isProblem);
    if (findings.length === 0 || (await readSource(known.file)) === undefined || showing !== this.showing) return;
    const diagnostics = findings.map((finding) => {
      const line0 = (finding.at?.line ?? 1) - 1;
      return diagnosticOf(finding, new vscode.Range(line0, 0, line0, 1));
    });
    this.collection.set(vscode.Uri.file(path), diagnostics);
  }
}

/** What asks for something to be done; the rest only says what is. */
function isProblem({ kind }: Finding): boolean {
  return kind === 'advice' || kind === 'leakSuspect';
}

function diagnosticOf(finding: Finding, range: vscode.Range): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(range, messageOf(finding), severityOf(finding));
  diagnostic.source = diagnosticSource;
  diagnostic.code = { value: finding.page, target: commandUri('memoryLens.explainFinding', finding.page) };
  diagnostic.relatedInformation = finding.details.flatMap(({ text, at }) =>
    at === undefined ? [] : [new vscode.DiagnosticRelatedInformation(lineStart(at), text)],
  );
  return diagnostic;
}

/** In short: the hover and the Findings view have the rest. */
function messageOf({ kind, title, weightBytes = 0, shareRatio = 0, advice }: Finding): string {
  if (kind === 'leakSuspect') {
    return `Leak suspect: what the line left alive grew over the run, to ${formatBytes(weightBytes)} (${formatRatio(shareRatio)} of all at the end)`;
  }
  const saving = weightBytes === 0 ? [] : [`saves about ${formatBytes(weightBytes)}`];
  return `${title} (${[...(advice?.evidence ?? []).slice(0, 2).map(formatEvidence), ...saving].join(', ')})`;
}

function severityOf({ shareRatio = 0 }: Finding): vscode.DiagnosticSeverity {
  if (shareRatio >= severityRatios.warning) return vscode.DiagnosticSeverity.Warning;
  if (shareRatio >= severityRatios.information) return vscode.DiagnosticSeverity.Information;
  return vscode.DiagnosticSeverity.Hint;
}

function lineStart({ path, line }: { readonly path: string; readonly line: number }): vscode.Location {
  return new vscode.Location(vscode.Uri.file(path), new vscode.Position(line - 1, 0));
}
