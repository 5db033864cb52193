/**
 * What a program is started with, by the settings: its environment, its working directory, its runtime.
 */

import * as path from 'node:path';
import * as vscode from 'vscode';
import type { ProfileRequest } from '../engines/engine.ts';
import { readRunSettings } from './settings.ts';

/** Variables by which VS Code steers its own processes; its terminal takes them away from programs as well. */
const editorVariable = /^(?:ELECTRON_|VSCODE_|CHROME_DESKTOP$|APPLICATION_INSIGHTS_NO_)/;

/** The request for a file by its settings. @param args instead of those of the settings */
export function buildProfileRequest(file: string, args: readonly string[] | undefined): ProfileRequest {
  const uri = vscode.Uri.file(file);
  const settings = readRunSettings(uri);
  const folder = vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? path.dirname(file);
  const resolve = (text: string): string =>
    path.resolve(folder, text.replaceAll('${workspaceFolder}', folder).replaceAll('${fileDirname}', path.dirname(file)));
  return {
    file,
    args: args ?? settings.args,
    cwd: settings.workingDirectory === undefined ? folder : resolve(settings.workingDirectory),
    env: programEnvironment(settings.environment),
    workspaceFolder: folder,
    runtimePath: settings.nodePath === undefined ? undefined : runtimePath(settings.nodePath, resolve),
    fallbackRuntime: editorRuntime(),
    samplingIntervalBytes: settings.samplingIntervalBytes,
  };
}

/** A bare name is looked for on the path; anything else is a path from the workspace folder. */
function runtimePath(nodePath: string, resolve: (text: string) => string): string {
  return /[\\/]/.test(nodePath) ? resolve(nodePath) : nodePath;
}

function programEnvironment(added: Readonly<Record<string, string | null>>): Record<string, string | undefined> {
  const environment: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(process.env)) if (!editorVariable.test(name)) environment[name] = value;
  for (const [name, value] of Object.entries(added)) environment[name] = value ?? undefined;
  return environment;
}

/** The editor's own executable as Node; on a remote host it is Node already. */
function editorRuntime(): NonNullable<ProfileRequest['fallbackRuntime']> {
  const env: Record<string, string> = process.versions['electron'] === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' };
  return { executable: process.execPath, env };
}
