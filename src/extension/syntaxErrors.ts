/**
 * Shows a syntax error where it is: as a diagnostic, with the editor brought to its place.
 */

import * as vscode from 'vscode';
import type { UserError } from '../core/userError.ts';
import { showPlace } from './errorBoundary.ts';

export class SyntaxErrors implements vscode.Disposable {
  private readonly diagnostics = vscode.languages.createDiagnosticCollection('memoryLens');
  private readonly subscription: vscode.Disposable;

  constructor() {
    // An edit may have mended it; the next run tells.
    this.subscription = vscode.workspace.onDidChangeTextDocument(({ document }) => this.diagnostics.delete(document.uri));
  }

  clear(file: string): void {
    this.diagnostics.delete(vscode.Uri.file(file));
  }

  /** Does nothing with errors of another kind. */
  async show(error: UserError): Promise<void> {
    if (error.code !== 'syntaxError') return;
    const place = error.actions.find((action) => action.kind === 'openFile');
    if (place?.line === undefined) return;
    await showPlace(place.path, place.line, place.column);
    const uri = vscode.Uri.file(place.path);
    const document = await vscode.workspace.openTextDocument(uri);
    const start = document.validatePosition(new vscode.Position(place.line - 1, (place.column ?? 1) - 1));
    const range = document.getWordRangeAtPosition(start) ?? new vscode.Range(start, document.lineAt(start.line).range.end);
    const diagnostic = new vscode.Diagnostic(range, error.message, vscode.DiagnosticSeverity.Error);
    diagnostic.source = 'Memory Lens';
    this.diagnostics.set(uri, [diagnostic]);
  }

  dispose(): void {
    this.subscription.dispose();
    this.diagnostics.dispose();
  }
}
