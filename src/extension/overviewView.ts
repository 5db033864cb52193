/**
 * The side bar's 'Overview': hosts the page, tells it what there is to show, does what it asks for.
 */

import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { overviewHtml } from '../core/overviewHtml.ts';
import { buildOverviewModel, buildRunningOverviewModel } from '../core/overviewModel.ts';
import { decodePageMessage, webviewMessageVersion, type HostMessage, type PageMessage } from '../protocol/webviewMessages.ts';
import type { ProfileStore, StoredRun } from './profileStore.ts';
import { Throttle } from './throttle.ts';

const refreshIntervalMs = 200;

export const overviewViewId = 'memoryLens.overview';

/** What the page may ask for. */
export interface OverviewActions {
  run(command: 'memoryLens.profile' | 'memoryLens.stop' | 'memoryLens.showSummary'): void;
  openLine(path: string, line: number): void;
  reportProblem(problem: unknown): void;
}

export class OverviewView implements vscode.WebviewViewProvider, vscode.Disposable {
  private readonly store: ProfileStore;
  private readonly extensionUri: vscode.Uri;
  private readonly actions: OverviewActions;
  private view: vscode.WebviewView | undefined;
  private readonly refresh = new Throttle(refreshIntervalMs, () => this.post());
  private readonly subscriptions: vscode.Disposable[];

  constructor(store: ProfileStore, extensionUri: vscode.Uri, actions: OverviewActions) {
    this.store = store;
    this.extensionUri = extensionUri;
    this.actions = actions;
    this.subscriptions = [
      store.onDidChange(() => this.refresh.request()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.refresh.request()),
    ];
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.view = view;
    const { webview } = view;
    const distribution = vscode.Uri.joinPath(this.extensionUri, 'dist');
    webview.options = { enableScripts: true, localResourceRoots: [distribution] };
    const uriOf = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(distribution, file)).toString();
    view.onDidDispose(() => (this.view = undefined));
    webview.onDidReceiveMessage((message: unknown) => this.handle(message));
    webview.html = overviewHtml({
      nonce: randomBytes(16).toString('base64url'),
      cspSource: webview.cspSource,
      scriptUri: uriOf('webview.js'),
      styleUri: uriOf('webview.css'),
    });
  }

  dispose(): void {
    this.refresh.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private handle(received: unknown): void {
    let message: PageMessage;
    try {
      message = decodePageMessage(received);
    } catch (problem) {
      this.actions.reportProblem(problem);
      return;
    }
    switch (message.type) {
      case 'ready':
        this.refresh.runNow();
        break;
      case 'profile':
      case 'stop':
      case 'showSummary':
        this.actions.run(`memoryLens.${message.type}`);
        break;
      case 'openLine':
        this.actions.openLine(message.path, message.line);
        break;
    }
  }

  private post(): void {
    void this.view?.webview.postMessage(overviewMessage(this.store.latest));
  }
}

function overviewMessage(run: StoredRun | undefined): HostMessage {
  const version = webviewMessageVersion;
  if (run === undefined) {
    const reason = vscode.workspace.isTrusted ? undefined : 'Profiling runs the file, so the workspace has to be trusted first.';
    return { type: 'showEmpty', version, ...(reason === undefined ? {} : { reason }) };
  }
  const model = run.running || run.profile === undefined ? buildRunningOverviewModel(run) : buildOverviewModel(run.profile);
  return { type: 'showOverview', version, model };
}
