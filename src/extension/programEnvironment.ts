/**
 * What a program is started with, by the settings: its environment, its working directory, its runtime.
 */

import * as vscode from 'vscode';
import type { ProfileRequest } from '../engines/engine.ts';
import { programKind } from './fileKinds.ts';
import { resolveRuntimeSetting, resolveSettingPath, workspaceFolderOf } from './settingPaths.ts';
import { readRunSettings, type RunSettings } from './settings.ts';

/** Variables by which VS Code steers its own processes; its terminal takes them away from programs as well. */
const editorVariable = /^(?:ELECTRON_|VSCODE_|CHROME_DESKTOP$|APPLICATION_INSIGHTS_NO_)/;

/**
 * The request for a file by its settings.
 * @param args instead of those of the settings
 * @param pythonPath the Python that was found for the file, where it is Python's
 */
export function buildProfileRequest(file: string, args: readonly string[] | undefined, pythonPath: string | undefined): ProfileRequest {
  const uri = vscode.Uri.file(file);
  const settings = readRunSettings(uri);
  const folder = workspaceFolderOf(uri);
  return {
    file,
    args: args ?? settings.args,
    cwd: settings.workingDirectory === undefined ? folder : resolveSettingPath(settings.workingDirectory, uri),
    env: programEnvironment(settings.environment),
    workspaceFolder: folder,
    samplingIntervalBytes: settings.samplingIntervalBytes,
    ...(programKind(file) === 'python' ? pythonParts(settings, pythonPath) : nodeParts(settings, uri)),
  };
}

function pythonParts(settings: RunSettings, pythonPath: string | undefined): Partial<ProfileRequest> {
  const { pythonModule, precision, countAllExecutions } = settings;
  return {
    // Where a module lies is for its Python to find.
    ...(pythonModule === undefined ? {} : { module: pythonModule, file: '' }),
    runtimePath: pythonPath,
    precision,
    counting: countAllExecutions ? 'all' : 'bounded',
  };
}

function nodeParts({ nodePath }: RunSettings, uri: vscode.Uri): Partial<ProfileRequest> {
  return { runtimePath: nodePath === undefined ? undefined : resolveRuntimeSetting(nodePath, uri), fallbackRuntime: editorRuntime() };
}

/** The editor's own environment without what steers the editor, with what the setting adds and takes away. */
export function programEnvironment(added: Readonly<Record<string, string | null>>): Record<string, string | undefined> {
  const environment: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(process.env)) if (!editorVariable.test(name)) environment[name] = value;
  for (const [name, value] of Object.entries(added)) environment[name] = value ?? undefined;
  return environment;
}

/** The editor's own executable as Node; on a remote host it is Node already. */
export function editorRuntime(): NonNullable<ProfileRequest['fallbackRuntime']> {
  const env: Record<string, string> = process.versions['electron'] === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' };
  return { executable: process.execPath, env };
}
