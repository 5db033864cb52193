/**
 * The profile as a read-only plain-text document: for screen readers, for search, for copying.
 */

import * as vscode from 'vscode';
import { formatProfileSummary } from '../core/formatProfileSummary.ts';
import type { ProfileStore } from './profileStore.ts';
import { readFindingSettings, rulesSetting } from './settings.ts';

const scheme = 'memory-lens-summary';

export class SummaryDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly store: ProfileStore;
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly subscriptions: vscode.Disposable[];

  readonly onDidChange = this.changed.event;

  constructor(store: ProfileStore) {
    this.store = store;
    this.subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(scheme, this),
      store.onDidChange(() => this.fireChanged()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(rulesSetting)) this.fireChanged();
      }),
    ];
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    const run = this.store.runOf(uri.query);
    if (run?.profile) {
      const { disabledRules } = readFindingSettings();
      return formatProfileSummary(run.profile, ({ page }) => disabledRules.has(page));
    }
    return run?.running === true ? 'The program is running; nothing is known yet.\n' : 'This run was cleared.\n';
  }

  /** Opens the summary of a program's last run. */
  async show(file: string): Promise<void> {
    const name = file.slice(file.lastIndexOf('/') + 1);
    // The path is what the tab shows; the query says which run.
    const document = await vscode.workspace.openTextDocument(vscode.Uri.from({ scheme, path: `/Memory of ${name}.txt`, query: file }));
    await vscode.window.showTextDocument(document, { preview: true });
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }

  private fireChanged(): void {
    for (const { uri } of vscode.workspace.textDocuments) if (uri.scheme === scheme) this.changed.fire(uri);
  }
}
