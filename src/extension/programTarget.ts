/**
 * Which file a command means, and getting it ready to run: it has to be saved, so that what runs is what is seen.
 */

import * as path from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../core/userError.ts';

/** The file that a command was called on, else the one in the active tab (also where it is too large or no text for an editor). */
export function targetUri(chosen: vscode.Uri | undefined): vscode.Uri | undefined {
  if (chosen instanceof vscode.Uri) return chosen;
  const document = vscode.window.activeTextEditor?.document;
  if (document !== undefined && document.uri.scheme !== 'output') return document.uri;
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom ? input.uri : undefined;
}

/**
 * The path of the file to run, saved.
 * @throws UserError when there is no file, it was never saved, or saving fails
 */
export async function savedProgram(chosen: vscode.Uri | undefined): Promise<string> {
  const uri = targetUri(chosen);
  if (uri === undefined) {
    throw new UserError(
      'fileMissing',
      'No file is open. Open a Python, JavaScript or TypeScript file and choose Memory Lens: Profile Memory again.',
    );
  }
  if (uri.scheme === 'untitled') {
    throw new UserError(
      'fileUnsaved',
      `${path.basename(uri.path)} was never saved, so it can't be run. Save it first (Ctrl+S), then profile it.`,
    );
  }
  if (uri.scheme !== 'file') {
    throw new UserError(
      'fileMissing',
      `${uri.toString(true)} is not a file on this machine, so it can't be run. Open the file itself and profile that.`,
    );
  }
  const document = vscode.workspace.textDocuments.find((candidate) => candidate.uri.toString() === uri.toString());
  if (document?.isDirty === true && !(await document.save())) {
    throw new UserError(
      'fileUnsaved',
      `${uri.fsPath} has changes that could not be saved, so what would run is not what you see. Save it first.`,
    );
  }
  return uri.fsPath;
}
