/**
 * Paths in settings: from the workspace folder where they are relative, with the few variables that people expect.
 */

import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';

/** The workspace folder that a file lies in, else the file's own folder. */
export function workspaceFolderOf(file: vscode.Uri): string {
  return vscode.workspace.getWorkspaceFolder(file)?.uri.fsPath ?? path.dirname(file.fsPath);
}

/** An absolute path; `${workspaceFolder}`, `${fileDirname}` and a leading `~` are replaced. */
export function resolveSettingPath(text: string, file: vscode.Uri): string {
  const folder = workspaceFolderOf(file);
  const replaced = text.replaceAll('${workspaceFolder}', folder).replaceAll('${fileDirname}', path.dirname(file.fsPath));
  return path.resolve(folder, replaced.replace(/^~(?=$|[\\/])/, os.homedir()));
}

/** A runtime's setting: a bare name is looked for on the path, so it stays; anything else is a path. */
export function resolveRuntimeSetting(text: string, file: vscode.Uri): string {
  return /[\\/]/.test(text) ? resolveSettingPath(text, file) : text;
}
