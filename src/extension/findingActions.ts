/**
 * The quick fixes at lines with findings: apply the fix or try it first, read what it is about, silence it here or everywhere.
 */

import * as vscode from 'vscode';
import { ruleInfo } from '../advice/ruleInfo.ts';
import { suppressionComment } from '../advice/suppression.ts';
import type { Finding } from '../core/findings.ts';
import { diagnosticSource } from './findingDiagnostics.ts';
import type { DocumentFigures, DocumentFiguresStore } from './documentFigures.ts';
import type { FindingsStore, PlacedFinding } from './findingsStore.ts';
import { placeFix } from './fixEdits.ts';

export class FindingActions implements vscode.CodeActionProvider {
  static readonly metadata: vscode.CodeActionProviderMetadata = { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] };
  private readonly figures: DocumentFiguresStore;
  private readonly findings: FindingsStore;

  constructor(figures: DocumentFiguresStore, findings: FindingsStore) {
    this.figures = figures;
    this.findings = findings;
  }

  async provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    context: vscode.CodeActionContext,
  ): Promise<vscode.CodeAction[]> {
    const figures = this.figures.of(document);
    if (figures === undefined) return [];
    // Only what is shown as a problem here has a fix here; the rest has its menu in the side bar.
    const shown = context.diagnostics.filter(({ source }) => source === diagnosticSource);
    const offered = this.findings.inDocument(figures).map(async (placed) => {
      const diagnostic = shown.find((each) => codeOf(each) === placed.finding.page && each.range.start.line === placed.line0);
      if (diagnostic === undefined || placed.stale || !isWithin(range, placed.line0)) return [];
      const actions = await actionsFor(placed, document, figures);
      return actions.map((action) => Object.assign(action, { diagnostics: [diagnostic] }));
    });
    return (await Promise.all(offered)).flat();
  }
}

async function actionsFor(
  { finding, line0 }: PlacedFinding,
  document: vscode.TextDocument,
  figures: DocumentFigures,
): Promise<readonly vscode.CodeAction[]> {
  const { advice, at, page } = finding;
  const actions: vscode.CodeAction[] = [];
  const edit = advice?.fix && placeFix(document, figures, advice.fix);
  if (advice?.fix !== undefined && edit !== undefined && at !== undefined) {
    const apply = quickFix(`Apply: ${advice.fix.title}`);
    apply.edit = edit;
    apply.isPreferred = true;
    actions.push(apply, commandFix(`Try first: ${advice.fix.title}`, 'memoryLens.tryFix', { path: at.path, advice }));
  }
  actions.push(commandFix(`Explain: ${nameOf(finding)}`, 'memoryLens.explainFinding', page));
  const comment = await suppressionAt(document, line0, page);
  if (comment !== undefined) {
    const ignore = quickFix(`Ignore ‘${nameOf(finding)}’ on this line`);
    ignore.edit = comment;
    actions.push(ignore);
  }
  actions.push(commandFix(`Turn off the rule ‘${nameOf(finding)}’`, 'memoryLens.turnOffRule', page));
  return actions;
}

/** The comment at the line's end, or one more name in it; undefined where what stands there may be no comment. Loads the parsers. */
async function suppressionAt(document: vscode.TextDocument, line0: number, page: string): Promise<vscode.WorkspaceEdit | undefined> {
  const { text } = document.lineAt(line0);
  const edit = new vscode.WorkspaceEdit();
  const names = /memory-lens:\s*ignore\[[^\]]*(?=\])/.exec(text);
  if (names !== null) {
    edit.insert(document.uri, new vscode.Position(line0, names.index + names[0].length), `, ${page}`);
    return edit;
  }
  const end = text.trimEnd().length;
  const source = { path: document.uri.path, language: document.languageId };
  const { mayTakeComment } = await import('../advice/commentPlaces.ts');
  if (!mayTakeComment(source, document.getText(), document.offsetAt(new vscode.Position(line0, end)))) return undefined;
  edit.replace(document.uri, new vscode.Range(line0, end, line0, text.length), suppressionComment(document.languageId, page));
  return edit;
}

function nameOf({ page, title }: Finding): string {
  return ruleInfo(page)?.title ?? title;
}

function quickFix(title: string): vscode.CodeAction {
  return new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
}

function commandFix(title: string, command: string, ...args: readonly unknown[]): vscode.CodeAction {
  const action = quickFix(title);
  action.command = { title, command, arguments: [...args] };
  return action;
}

function codeOf({ code }: vscode.Diagnostic): unknown {
  return typeof code === 'object' ? code.value : code;
}

function isWithin({ start, end }: vscode.Range, line0: number): boolean {
  return start.line <= line0 && line0 <= end.line;
}
