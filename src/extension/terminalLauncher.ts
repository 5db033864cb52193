/**
 * Starts a program as a VS Code task with its own terminal, so that its input and output are a real terminal's.
 */

import * as path from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../core/userError.ts';
import type { LaunchCommand, Launcher, ProgramExit, RunningProgram } from '../engines/engine.ts';

/** How long a program has to end by itself after it was asked to, before it is killed. */
const politeEndMs = 5000;

/** A launcher whose terminals are named after the file that is profiled. */
export function createTerminalLauncher(file: string): Launcher {
  return async (command) => {
    const task = createTask(file, command);
    const started = new StartedTask();
    try {
      return await started.start(task, command.executable);
    } catch (error) {
      started.dispose();
      throw error;
    }
  };
}

function createTask(file: string, command: LaunchCommand): vscode.Task {
  const name = path.basename(file);
  const execution = new vscode.ProcessExecution(command.executable, [...command.args], { cwd: command.cwd, env: taskEnvironment(command.env) });
  const scope = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file)) ?? vscode.TaskScope.Workspace;
  const task = new vscode.Task({ type: 'memoryLens', file }, scope, name, 'Memory Lens', execution, []);
  task.presentationOptions = {
    reveal: vscode.TaskRevealKind.Always,
    panel: vscode.TaskPanelKind.Dedicated,
    clear: true,
    echo: false,
    focus: false,
    showReuseMessage: false,
  };
  return task;
}

/** A terminal adds to the editor's environment; null takes a variable away (VS Code's types don't say so, its terminals do). */
function taskEnvironment(env: LaunchCommand['env']): Record<string, string> {
  const removed = Object.keys(process.env).filter((name) => env[name] === undefined);
  const entries = [...removed.map((name) => [name, null]), ...Object.entries(env).filter(([, value]) => value !== undefined)];
  return Object.fromEntries(entries) as Record<string, string>;
}

/** Follows one task from its start to its end, then lets go of its listeners. */
class StartedTask implements vscode.Disposable {
  private execution: vscode.TaskExecution | undefined;
  private processId: number | undefined;
  private ended: ProgramExit | undefined;
  private killTimer: NodeJS.Timeout | undefined;
  private resolveExited: (exit: ProgramExit) => void = () => {};
  private resolveStarted: () => void = () => {};
  private readonly subscriptions: vscode.Disposable[] = [];
  /** Events may come before `executeTask` has told which execution is ours. */
  private readonly early: (() => void)[] = [];

  async start(task: vscode.Task, executable: string): Promise<RunningProgram> {
    const exited = new Promise<ProgramExit>((resolve) => (this.resolveExited = resolve));
    const started = new Promise<void>((resolve) => (this.resolveStarted = resolve));
    this.listen();
    this.execution = await vscode.tasks.executeTask(task);
    for (const handle of this.early.splice(0)) handle();
    await started;
    if (this.processId === undefined) {
      throw new UserError('runtimeMissing', `${executable} could not be started. See its terminal for the reason, or choose another Node.js.`, [
        { kind: 'openSetting', label: 'Choose Node.js', setting: 'memoryLens.nodePath' },
      ]);
    }
    return { exited, terminate: (force) => this.terminate(force) };
  }

  dispose(): void {
    clearTimeout(this.killTimer);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private listen(): void {
    const whenOurs = (execution: vscode.TaskExecution, handle: () => void): void => {
      const handleOurs = (): void => {
        if (execution === this.execution) handle();
      };
      if (this.execution === undefined) this.early.push(handleOurs);
      else handleOurs();
    };
    this.subscriptions.push(
      vscode.tasks.onDidStartTaskProcess(({ execution, processId }) =>
        whenOurs(execution, () => {
          this.processId = processId;
          this.resolveStarted();
        }),
      ),
      vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => whenOurs(execution, () => this.end({ code: exitCode ?? null, signal: null }))),
      vscode.tasks.onDidEndTask(({ execution }) => whenOurs(execution, () => this.end({ code: null, signal: null }))),
    );
  }

  private end(exit: ProgramExit): void {
    if (this.ended) return;
    this.ended = exit;
    this.dispose();
    this.resolveStarted();
    this.resolveExited(exit);
  }

  private terminate(force: boolean): void {
    if (this.ended) return;
    if (force) {
      this.signal('SIGKILL');
      // Closes the terminal, which also ends what the program left behind in it.
      this.execution?.terminate();
    } else {
      // Windows has no polite way to end a console program.
      if (process.platform === 'win32' || !this.signal('SIGTERM')) this.execution?.terminate();
      this.killTimer ??= setTimeout(() => this.terminate(true), politeEndMs);
    }
  }

  private signal(signal: NodeJS.Signals): boolean {
    try {
      return this.processId !== undefined && process.kill(this.processId, signal);
    } catch {
      // It has ended by itself; its end event is on the way.
      return false;
    }
  }
}
