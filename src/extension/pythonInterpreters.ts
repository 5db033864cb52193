/**
 * Which Python runs a file: the one of the setting, else the one that is selected in the Python extension, else one of the workspace's
 * virtual environments or of the path. Nothing is executed to find that out.
 */

import * as path from 'node:path';
import * as vscode from 'vscode';
import { environmentFolders, environmentNames, namesOnPath } from '../engines/python/pythonPlaces.ts';
import { programEnvironment } from './programEnvironment.ts';
import type { PythonExtensionBridge } from './pythonExtension.ts';
import {
  environmentsIn,
  findAllOnPath,
  findOnPath,
  foldersIn,
  foundInterpreter,
  identityOf,
  interpreterIn,
  pyenvVersions,
  sourceOf,
  type PythonInterpreter,
} from './pythonSearch.ts';
import { resolveRuntimeSetting, workspaceFolderOf } from './settingPaths.ts';
import { readRunSettings, settingsSection } from './settings.ts';

export class PythonInterpreters implements vscode.Disposable {
  private readonly pythonExtension: PythonExtensionBridge;
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable[];

  /** Another interpreter may have been chosen. */
  readonly onDidChange = this.changed.event;

  constructor(pythonExtension: PythonExtensionBridge) {
    this.pythonExtension = pythonExtension;
    this.subscriptions = [
      pythonExtension.onDidChange(() => this.changed.fire()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        const names = ['pythonPath', 'environment'];
        if (names.some((name) => event.affectsConfiguration(`${settingsSection}.${name}`))) this.changed.fire();
      }),
    ];
  }

  /** What will run a file: what was chosen, else what the engine will find; undefined when there is no Python. */
  async expectedFor(file: vscode.Uri): Promise<PythonInterpreter | undefined> {
    return (await this.chosenFor(file)) ?? automaticFor(file);
  }

  /** All that can be found for a file, the one that will run it first, each once. */
  async all(file: vscode.Uri): Promise<readonly PythonInterpreter[]> {
    const folder = workspaceFolderOf(file);
    const expected = await this.expectedFor(file);
    const known = await this.pythonExtension.known();
    const candidates: PythonInterpreter[] = [
      ...(expected === undefined ? [] : [expected]),
      ...environmentsIn(folder, [...environmentNames, ...foldersIn(folder)]),
      ...known.map((interpreter) => ({ ...interpreter, source: sourceOf(interpreter.path), chosen: false })),
      ...findAllOnPath(folder),
      ...pyenvVersions(),
    ];
    const seen = new Set<string>();
    return candidates.filter(({ path: executable }) => {
      const key = identityOf(executable);
      return !seen.has(key) && seen.add(key);
    });
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }

  /** What a person chose for a file; undefined: nothing, and the engine looks for one. */
  private async chosenFor(file: vscode.Uri): Promise<PythonInterpreter | undefined> {
    const setting = readRunSettings(file).pythonPath;
    if (setting !== undefined) return ofSetting(setting, file);
    const selected = await this.pythonExtension.selectedFor(file);
    return selected && { ...selected, source: 'selected in the Python extension', chosen: true };
  }
}

function ofSetting(setting: string, file: vscode.Uri): PythonInterpreter {
  const source = 'setting memoryLens.pythonPath';
  const resolved = resolveRuntimeSetting(setting, file);
  // A virtual environment's folder stands for its interpreter.
  const inFolder = path.isAbsolute(resolved) ? interpreterIn(resolved) : undefined;
  const executable = inFolder ?? resolved;
  return { ...foundInterpreter(executable, source, workspaceFolderOf(file)), chosen: true };
}

/** As the engine looks for one: an activated environment, the workspace's own, the first on the path. */
function automaticFor(file: vscode.Uri): PythonInterpreter | undefined {
  const folder = workspaceFolderOf(file);
  const env = programEnvironment(readRunSettings(file).environment);
  const environments = environmentFolders({ workspaceFolder: folder, env }).flatMap((environment) => environmentsIn(environment, ['']));
  return environments[0] ?? findOnPath(namesOnPath, folder, env)[0];
}
