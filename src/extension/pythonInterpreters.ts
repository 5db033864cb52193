/**
 * Which Python runs a file: the one of the setting, else the one that is selected in the Python extension, else one of the workspace's
 * virtual environments or of the path. Nothing is executed to find that out.
 */

import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { findExecutable, isExecutable } from '../engines/pathsOnDisk.ts';
import type { PythonExtensionBridge } from './pythonExtension.ts';
import { resolveRuntimeSetting, workspaceFolderOf } from './settingPaths.ts';
import { readRunSettings, settingsSection } from './settings.ts';

/** Where an interpreter was found, in words that follow its path. */
export type InterpreterSource =
  'setting memoryLens.pythonPath' | 'selected in the Python extension' | 'virtual environment' | 'pyenv' | 'installed' | 'on the path';

export interface PythonInterpreter {
  /** Of the executable, or a name on the path, which only a setting gives. */
  readonly path: string;
  readonly source: InterpreterSource;
  /** '3.12.1', or '3.12', where that is known without running it. */
  readonly version: string | undefined;
  /** A person chose it, here or in the Python extension. */
  readonly chosen: boolean;
}

/** `Python 3.12.1 (.venv)`, `Python 3.11 (/usr/bin/python3)`: short enough for a message. */
export function describeInterpreter({ path: executable, version, source }: PythonInterpreter): string {
  const environment = path.dirname(path.dirname(executable));
  const place = isInEnvironment(executable) ? path.basename(environment) : source === 'pyenv' ? 'pyenv' : executable;
  return `Python${version === undefined ? '' : ` ${version}`} (${place})`;
}

/** The usual names of a virtual environment in a workspace folder; the engine looks for the same. */
const environmentNames = ['.venv', 'venv'];

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
        if (event.affectsConfiguration(`${settingsSection}.pythonPath`)) this.changed.fire();
      }),
    ];
  }

  /**
   * What a person chose for a file; undefined: nothing, and the engine looks for one.
   * @param wake whether the Python extension may be activated to be asked
   */
  async chosenFor(file: vscode.Uri, wake: boolean): Promise<PythonInterpreter | undefined> {
    const setting = readRunSettings(file).pythonPath;
    if (setting !== undefined) return ofSetting(setting, file);
    const selected = await this.pythonExtension.selectedFor(file, wake);
    return selected && { ...selected, source: 'selected in the Python extension', chosen: true };
  }

  /** What will run a file: what was chosen, else what the engine will find; undefined when there is no Python. */
  async expectedFor(file: vscode.Uri, wake: boolean): Promise<PythonInterpreter | undefined> {
    return (await this.chosenFor(file, wake)) ?? automaticFor(file);
  }

  /** All that can be found for a file, the one that will run it first, each once. */
  async all(file: vscode.Uri): Promise<readonly PythonInterpreter[]> {
    const folder = workspaceFolderOf(file);
    const expected = await this.expectedFor(file, true);
    const known = await this.pythonExtension.known();
    const candidates: PythonInterpreter[] = [
      ...(expected === undefined ? [] : [expected]),
      ...environmentsIn(folder, [...environmentNames, ...foldersIn(folder)]),
      ...known.map((interpreter) => ({ ...interpreter, source: sourceOf(interpreter.path), chosen: false })),
      ...onPath(['python3', 'python', ...numberedNames], folder),
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
}

/** The same for all names of one interpreter: `python` and `python3` of one folder, links. */
function identityOf(executable: string): string {
  // A virtual environment's Python is a link to its base's, but not the same; pyenv's shims are one program under many names.
  const keepsName = isInEnvironment(executable) || !path.isAbsolute(executable);
  const real = keepsName ? path.join(realPath(path.dirname(executable)), path.basename(executable)) : realPath(executable);
  return real.replace(/python3?(?=$|\.exe$)/i, 'python');
}

function isInEnvironment(executable: string): boolean {
  return fs.existsSync(path.join(path.dirname(path.dirname(executable)), 'pyvenv.cfg'));
}

const numberedNames = Array.from({ length: 12 }, (_, index) => `python3.${19 - index}`);

function ofSetting(setting: string, file: vscode.Uri): PythonInterpreter {
  const source = 'setting memoryLens.pythonPath';
  const resolved = resolveRuntimeSetting(setting, file);
  // A virtual environment's folder stands for its interpreter.
  const inFolder = path.isAbsolute(resolved) ? interpreterIn(resolved) : undefined;
  const executable = inFolder ?? resolved;
  return { ...found(executable, source), chosen: true };
}

function found(executable: string, source: InterpreterSource): PythonInterpreter {
  return { path: executable, source, version: versionOf(executable), chosen: false };
}

/** As the engine looks for one: an activated environment, the workspace's own, the first on the path. */
function automaticFor(file: vscode.Uri): PythonInterpreter | undefined {
  const folder = workspaceFolderOf(file);
  const active = process.env['VIRTUAL_ENV'];
  const environments = [...(active ? environmentsIn(active, ['']) : []), ...environmentsIn(folder, environmentNames)];
  return environments[0] ?? onPath(['python3', 'python'], folder)[0];
}

function environmentsIn(folder: string, names: readonly string[]): PythonInterpreter[] {
  return names.flatMap((name) => {
    const environment = path.join(folder, name);
    const executable = fs.existsSync(path.join(environment, 'pyvenv.cfg')) ? interpreterIn(environment) : undefined;
    return executable === undefined ? [] : [found(executable, 'virtual environment')];
  });
}

function foldersIn(folder: string): string[] {
  try {
    return fs
      .readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return []; // A workspace folder that is gone has no environments.
  }
}

function onPath(names: readonly string[], folder: string): PythonInterpreter[] {
  return names.flatMap((name) => {
    const executable = findExecutable(name, folder, process.env);
    // pyenv has a shim for each number, which works only for versions that it is told to use; its versions are listed by themselves.
    if (executable === undefined || (numberedNames.includes(name) && executable.startsWith(pyenvRoot()))) return [];
    return [found(executable, 'on the path')];
  });
}

function pyenvRoot(): string {
  return process.env['PYENV_ROOT'] ?? path.join(os.homedir(), process.platform === 'win32' ? '.pyenv/pyenv-win' : '.pyenv');
}

function pyenvVersions(): PythonInterpreter[] {
  const versions = path.join(pyenvRoot(), 'versions');
  return foldersIn(versions)
    .sort((a, b) => b.localeCompare(a, undefined, { numeric: true }))
    .flatMap((name) => {
      const executable = interpreterIn(path.join(versions, name));
      return executable === undefined ? [] : [found(executable, 'pyenv')];
    });
}

/** The interpreter of an environment or an installation; undefined when the folder has none. */
function interpreterIn(folder: string): string | undefined {
  const names = process.platform === 'win32' ? ['Scripts\\python.exe', 'python.exe'] : ['bin/python', 'bin/python3'];
  return names.map((name) => path.join(folder, name)).find(isExecutable);
}

function sourceOf(executable: string): InterpreterSource {
  if (isInEnvironment(executable)) return 'virtual environment';
  return executable.startsWith(pyenvRoot()) ? 'pyenv' : 'installed';
}

/** What the environment's own file, or the names on the way to the executable, say of its version. */
function versionOf(executable: string): string | undefined {
  const base = path.dirname(path.dirname(executable));
  try {
    const written = /^version(?:_info)?\s*=\s*(\d+\.\d+(?:\.\d+)?)/m.exec(fs.readFileSync(path.join(base, 'pyvenv.cfg'), 'utf8'));
    if (written !== null) return written[1];
  } catch {
    // Not a virtual environment.
  }
  const real = realPath(executable);
  return /[\\/]versions[\\/](\d+\.\d+\.\d+)[\\/]/.exec(real)?.[1] ?? /python(\d+\.\d+)(?:\.exe)?$/i.exec(real)?.[1];
}

function realPath(file: string): string {
  try {
    return fs.realpathSync.native(file);
  } catch {
    return file; // A link that leads nowhere is told apart by its own name.
  }
}
