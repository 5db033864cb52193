/**
 * The command 'Select Python Interpreter': what was found, with versions, to choose from; the choice is written into the settings.
 */

import { execFile } from 'node:child_process';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { isInFolder } from '../engines/pathsOnDisk.ts';
import { isTooOld, oldestVersion } from '../engines/python/pythonPlaces.ts';
import { programKind } from './fileKinds.ts';
import type { PythonInterpreters } from './pythonInterpreters.ts';
import type { PythonInterpreter } from './pythonSearch.ts';
import { workspaceFolderOf } from './settingPaths.ts';
import { settingsSection } from './settings.ts';

const versionTimeoutMs = 5000;

interface InterpreterItem extends vscode.QuickPickItem {
  /** What the setting becomes: a path, or '' for the automatic choice. Absent: it is asked for. */
  readonly value?: string;
}

/** @returns false when nothing was chosen */
export async function selectPythonInterpreter(interpreters: PythonInterpreters, chosen: vscode.Uri | undefined): Promise<boolean> {
  const file = chosen instanceof vscode.Uri ? chosen : fileInView();
  const pick = vscode.window.createQuickPick<InterpreterItem>();
  pick.title = 'Python for profiling';
  pick.placeholder = 'Choose the Python that runs your .py files';
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.busy = true;
  const picked = new Promise<InterpreterItem | undefined>((resolve) => {
    pick.onDidAccept(() => resolve(pick.selectedItems[0]));
    pick.onDidHide(() => resolve(undefined));
  });
  pick.show();
  try {
    const setting = vscode.workspace.getConfiguration(settingsSection, file).get<string>('pythonPath', '');
    const found = await interpreters.all(file);
    // The one that runs the file is marked at first; when the versions are known, what the person has marked since stays so.
    const show = (versions: ReadonlyMap<string, string>): void => {
      const marked = pick.activeItems[0]?.value ?? (found[0] && settingOf(found[0].path, file));
      pick.items = itemsOf(found, versions, setting, file);
      pick.activeItems = pick.items.filter(({ value }) => value !== undefined && value === marked).slice(0, 1);
    };
    show(new Map());
    void readVersions(found).then((versions) => {
      show(versions);
      pick.busy = false;
    });
    const item = await picked;
    const value = item === undefined ? undefined : (item.value ?? (await browse(file)));
    if (value === undefined) return false;
    await writeSetting(value, file);
    return true;
  } finally {
    pick.dispose();
  }
}

/** The file whose interpreter is meant: the active one, else any of the workspace. */
function fileInView(): vscode.Uri {
  const active = vscode.window.activeTextEditor?.document.uri;
  if (active?.scheme === 'file' && programKind(active.fsPath) === 'python') return active;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(path.resolve('.'));
  return vscode.Uri.joinPath(folder, 'any.py');
}

function itemsOf(
  found: readonly PythonInterpreter[],
  versions: ReadonlyMap<string, string>,
  setting: string,
  file: vscode.Uri,
): InterpreterItem[] {
  const items = found.map((interpreter, index): InterpreterItem => {
    const known = { ...interpreter, version: versions.get(interpreter.path) ?? interpreter.version };
    return {
      label: `${index === 0 ? '$(check)' : '$(blank)'} ${describeVersion(known.version)}`,
      description: settingOf(interpreter.path, file),
      detail: `$(blank) ${interpreter.source}${tooOldText(known.version)}`,
      value: settingOf(interpreter.path, file),
    };
  });
  const automatic: InterpreterItem = {
    label: '$(sync) Choose automatically',
    description: 'the Python extension’s choice, .venv or venv, the path',
    value: '',
  };
  return [
    { label: '$(folder-opened) Browse...', description: 'choose the executable yourself' },
    ...(setting === '' ? [] : [automatic]),
    { label: 'found', kind: vscode.QuickPickItemKind.Separator },
    ...items,
  ];
}

function describeVersion(version: string | undefined): string {
  return version === undefined ? 'Python' : `Python ${version}`;
}

function tooOldText(version: string | undefined): string {
  return version !== undefined && isTooOld(version) ? `; too old, ${oldestVersion} or newer is needed` : '';
}

/** From the workspace folder where it lies in it, so that the setting fits on other machines, too. */
function settingOf(executable: string, file: vscode.Uri): string {
  const folder = workspaceFolderOf(file);
  return isInFolder(executable, folder) ? `./${path.relative(folder, executable).replaceAll('\\', '/')}` : executable;
}

async function browse(file: vscode.Uri): Promise<string | undefined> {
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: 'The Python executable',
      openLabel: 'Use This Python',
      defaultUri: vscode.Uri.file(workspaceFolderOf(file)),
    })) ?? [];
  return chosen && settingOf(chosen.fsPath, file);
}

/** Where the setting is set already, the nearest first; else for the workspace, or for the user where none is open. */
async function writeSetting(value: string, file: vscode.Uri): Promise<void> {
  const settings = vscode.workspace.getConfiguration(settingsSection, file);
  const set = settings.inspect<string>('pythonPath');
  const { ConfigurationTarget } = vscode;
  const inWorkspace = vscode.workspace.getWorkspaceFolder(file) !== undefined;
  const target =
    set?.workspaceFolderValue !== undefined
      ? ConfigurationTarget.WorkspaceFolder
      : set?.workspaceValue !== undefined
        ? ConfigurationTarget.Workspace
        : set?.globalValue !== undefined || !inWorkspace
          ? ConfigurationTarget.Global
          : ConfigurationTarget.WorkspaceFolder;
  await settings.update('pythonPath', value === '' ? undefined : value, target);
}

/** Asks every interpreter for its version; one that doesn't answer is left out. */
async function readVersions(found: readonly PythonInterpreter[]): Promise<ReadonlyMap<string, string>> {
  const versions = new Map<string, string>();
  await Promise.all(
    found.map(async ({ path: executable }) => {
      const version = await readVersion(executable);
      if (version !== undefined) versions.set(executable, version);
    }),
  );
  return versions;
}

function readVersion(executable: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(executable, ['--version'], { timeout: versionTimeoutMs }, (error, stdout, stderr) => {
      // Python 2 writes it to the standard error.
      const version = /Python (\d+\.\d+\.\d+)/.exec(`${stdout} ${stderr}`)?.[1];
      resolve(error === null ? version : undefined);
    });
  });
}
