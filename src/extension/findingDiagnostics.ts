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
  private readonly refresh = new Throttle(refreshIntervalMs, () => void this.showAll());
  /** Counts `showAll`: what an earlier one has read by then comes too late. */
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

  private async showAll(): Promise<void> {
    const showing = ++this.showing;
    // Read first, so that what stays does not vanish for a moment.
    const closed = readFindingSettings().diagnostics ? await this.closedDiagnostics() : [];
    if (showing !== this.showing) return;
    this.collection.clear();
    this.collection.set(closed);
    for (const document of openDocuments()) this.showIn(document);
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

  /** Of files that are not open: at the lines as they were run, of those that still are what was run. */
  private async closedDiagnostics(): Promise<[vscode.Uri, vscode.Diagnostic[]][]> {
    const openPaths = new Set(openDocuments().map((document) => this.figures.profilePath(document)));
    const closed = [...this.findings.paths].filter((path) => !openPaths.has(comparablePath(path)));
    const shown = await Promise.all(closed.map(async (path) => ({ path, diagnostics: await this.diagnosticsAsRun(path) })));
    return shown.map(({ path, diagnostics }) => [vscode.Uri.file(path), diagnostics]);
  }

  private async diagnosticsAsRun(path: string): Promise<vscode.Diagnostic[]> {
    const known = this.store.figuresOf(path);
    if (known === undefined || known.run.running) return [];
    const findings = this.findings.atFile(known.profile, path).filter(isProblem);
    if (findings.length === 0 || (await readSource(known.file)) === undefined) return [];
    return findings.map((finding) => {
      const line0 = (finding.at?.line ?? 1) - 1;
      return diagnosticOf(finding, new vscode.Range(line0, 0, line0, 1));
    });
  }
}

function openDocuments(): readonly vscode.TextDocument[] {
  return vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === 'file');
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
