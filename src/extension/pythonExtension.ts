/**
 * What the Python extension (ms-python.python) says of interpreters, where it is installed. Its typed interface is loaded when it is first
 * asked, so that activation doesn't pay for it; without the extension every answer is 'nothing'.
 */

import type { PythonExtension as PythonExtensionApi } from '@vscode/python-extension';
import * as vscode from 'vscode';

const pythonExtensionId = 'ms-python.python';

/** How long a run waits for the Python extension to find its interpreters. */
const readyTimeoutMs = 10_000;

/** An interpreter that the Python extension knows. */
export interface KnownInterpreter {
  readonly path: string;
  /** '3.12.1', as far as it is known. */
  readonly version: string | undefined;
}

export class PythonExtensionBridge implements vscode.Disposable {
  private readonly log: vscode.LogOutputChannel;
  private connection: Promise<PythonExtensionApi | undefined> | undefined;
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable[] = [];

  /** Another interpreter was selected there. */
  readonly onDidChange = this.changed.event;

  constructor(log: vscode.LogOutputChannel) {
    this.log = log;
  }

  /** The interpreter that is selected for a file. Activates the extension, which a Python file does anyway. */
  async selectedFor(file: vscode.Uri): Promise<KnownInterpreter | undefined> {
    return await this.ask(async ({ environments }) => {
      const selected = environments.getActiveEnvironmentPath(file);
      const resolved = await environments.resolveEnvironment(selected);
      // A selected environment without a Python of its own (an empty conda environment) has no executable.
      const path = resolved === undefined ? existingPath(selected.path) : resolved.executable.uri?.fsPath;
      return path === undefined ? undefined : { path, version: versionText(resolved?.version) };
    });
  }

  /** All interpreters that it has found. */
  async known(): Promise<readonly KnownInterpreter[]> {
    const found = await this.ask(({ environments }) =>
      Promise.resolve(
        environments.known.flatMap(({ executable, version }) =>
          executable.uri === undefined ? [] : [{ path: executable.uri.fsPath, version: versionText(version) }],
        ),
      ),
    );
    return found ?? [];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }

  /** A Python extension that fails is not our failure: the interpreter is then looked for elsewhere. */
  private async ask<Answer>(question: (api: PythonExtensionApi) => Promise<Answer | undefined>): Promise<Answer | undefined> {
    try {
      const api = await this.connect();
      return api === undefined ? undefined : await inTime(question(api));
    } catch (error) {
      this.log.warn(
        `The Python extension could not be asked for its interpreter: ${error instanceof Error ? error.message : String(error)}`,
      );
      return undefined;
    }
  }

  private async connect(): Promise<PythonExtensionApi | undefined> {
    if (vscode.extensions.getExtension(pythonExtensionId) === undefined) return undefined;
    // One connection for all who ask at once; one that failed is tried anew.
    this.connection ??= this.open();
    try {
      return await this.connection;
    } catch (error) {
      this.connection = undefined;
      throw error;
    }
  }

  private async open(): Promise<PythonExtensionApi | undefined> {
    const { PythonExtension } = await import('@vscode/python-extension');
    const api = await inTime(PythonExtension.api());
    // Versions before 2023 have no `environments`.
    if ((api as Partial<PythonExtensionApi>).environments === undefined) return undefined;
    this.subscriptions.push(api.environments.onDidChangeActiveEnvironmentPath(() => this.changed.fire()));
    return api;
  }
}

/** `python` alone means that it knows no better than the path does. */
function existingPath(path: string): string | undefined {
  return /[\\/]/.test(path) ? path : undefined;
}

function versionText(
  version: { readonly major?: number; readonly minor?: number; readonly micro?: number } | undefined,
): string | undefined {
  const numbers = [version?.major, version?.minor, version?.micro].filter((number) => number !== undefined && number >= 0);
  return numbers.length < 2 ? undefined : numbers.join('.');
}

async function inTime<Answer>(answer: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${readyTimeoutMs / 1000} s`)), readyTimeoutMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
