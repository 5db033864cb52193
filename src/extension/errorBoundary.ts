/**
 * The one place where errors of commands end: what a person can do something about is shown with its actions, a cancellation is
 * silent, and everything else is a bug, which goes to the log with its stack.
 */

import * as vscode from 'vscode';
import { UserError, type ErrorAction } from '../core/userError.ts';

/** Settings that are better chosen from what is there than typed, with the command that does so. */
const settingPickers: ReadonlyMap<string, string> = new Map([['memoryLens.pythonPath', 'memoryLens.selectPythonInterpreter']]);

export class ErrorBoundary implements vscode.Disposable {
  private readonly log: vscode.LogOutputChannel;
  private readonly reported = new vscode.EventEmitter<unknown>();

  /** An error ended here: a UserError, a cancellation or a bug. */
  readonly onDidReport = this.reported.event;

  constructor(log: vscode.LogOutputChannel) {
    this.log = log;
  }

  /** Runs a command's work; never rejects. @returns undefined when it failed */
  async run<Result>(what: string, work: () => Result | Promise<Result>): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      this.report(what, error);
      return undefined;
    }
  }

  /** Shows or logs an error. Doesn't wait for the person. */
  report(what: string, error: unknown): void {
    this.reported.fire(error);
    if (error instanceof vscode.CancellationError || (error instanceof UserError && error.code === 'canceled')) {
      this.log.info(`${what}: canceled`);
    } else if (error instanceof UserError) {
      this.log.warn(`${what}: ${error.message}`);
      void this.showUserError(error);
    } else {
      this.log.error(`${what} failed`, error instanceof Error ? (error.stack ?? error.message) : error);
      void this.showBug(what, error);
    }
  }

  dispose(): void {
    this.reported.dispose();
  }

  private async showUserError(error: UserError): Promise<void> {
    const chosen = await vscode.window.showErrorMessage(error.message, ...error.actions.map(({ label }) => label));
    const action = error.actions.find(({ label }) => label === chosen);
    if (action) await this.run(action.label, () => performAction(action));
  }

  private async showBug(what: string, error: unknown): Promise<void> {
    const message = error instanceof Error ? error.message : String(error);
    const showLog = 'Show Log';
    const chosen = await vscode.window.showErrorMessage(`Memory Lens: ${what} failed: ${message}. This is a bug of Memory Lens.`, showLog);
    if (chosen === showLog) this.log.show();
  }
}

async function performAction(action: ErrorAction): Promise<void> {
  switch (action.kind) {
    case 'openSetting': {
      const picker = settingPickers.get(action.setting);
      if (picker === undefined) await vscode.commands.executeCommand('workbench.action.openSettings', action.setting);
      else await vscode.commands.executeCommand(picker);
      break;
    }
    case 'openFile':
      await showPlace(action.path, action.line ?? 1, action.column);
      break;
    case 'openLink':
      await vscode.env.openExternal(vscode.Uri.parse(action.url, true));
      break;
  }
}

/**
 * The document of a file that a profile speaks of.
 * @throws UserError when it is gone or can't be read
 */
export async function openDocument(path: string): Promise<vscode.TextDocument> {
  try {
    return await vscode.workspace.openTextDocument(vscode.Uri.file(path));
  } catch {
    throw new UserError('fileMissing', `${path} could not be opened: it was moved or deleted, or is no text. Profile the program again.`);
  }
}

/** Opens a file at a line and column, both from 1. */
export async function showPlace(path: string, line: number, column = 1): Promise<void> {
  const place = new vscode.Position(Math.max(0, line - 1), Math.max(0, column - 1));
  const editor = await vscode.window.showTextDocument(vscode.Uri.file(path), { selection: new vscode.Range(place, place) });
  editor.revealRange(new vscode.Range(place, place), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
