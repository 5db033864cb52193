/**
 * Starts a program as a VS Code task with its own terminal, so that its input and output are a real terminal's. Between the terminal
 * and the program stands supervisor.ts, which says why.
 */

import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../core/userError.ts';
import type { LaunchCommand, Launcher, ProgramExit, RunningProgram } from '../engines/engine.ts';
import type { SupervisedStart } from './supervisor.ts';

/** How often it is looked whether the program has started; only while it starts. */
const startPollMs = 10;

/** What runs the supervisor. */
export interface SupervisorStart {
  /** The bundled supervisor.ts. */
  readonly script: string;
  /** A Node and what it needs to behave as one. */
  readonly node: { readonly executable: string; readonly env: Readonly<Record<string, string>> };
}

/** A launcher whose terminals are named after the file that is profiled. */
export function createTerminalLauncher(file: string, supervisor: SupervisorStart): Launcher {
  return async (command) => {
    const program = new SupervisedProgram(command);
    try {
      return await program.start(createTask(file, command.cwd, supervisor, program.folder));
    } catch (error) {
      program.dispose();
      throw error;
    }
  };
}

function createTask(file: string, cwd: string, { script, node }: SupervisorStart, folder: string): vscode.Task {
  const execution = new vscode.ProcessExecution(node.executable, [script, folder], {
    cwd: fs.existsSync(cwd) ? cwd : os.tmpdir(),
    // For the supervisor alone: without the preloads and debuggers that NODE_OPTIONS may ask for.
    env: { ...node.env, NODE_OPTIONS: '' },
  });
  const scope = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file)) ?? vscode.TaskScope.Workspace;
  const task = new vscode.Task({ type: 'memoryLens', file }, scope, path.basename(file), 'Memory Lens', execution, []);
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

/** One program from its start to its end; then its listeners and its private folder are gone. */
class SupervisedProgram implements vscode.Disposable {
  /** Private to the user: it holds the environment. */
  readonly folder: string;
  private readonly command: LaunchCommand;
  private execution: vscode.TaskExecution | undefined;
  private processId: number | undefined;
  private ended = false;
  private resolveExited: (exit: ProgramExit) => void = () => {};
  private readonly subscriptions: vscode.Disposable[] = [];

  constructor(command: LaunchCommand) {
    this.command = command;
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'memory-lens-run-'));
    fs.writeFileSync(path.join(this.folder, 'command.json'), JSON.stringify(command), { mode: 0o600 });
  }

  async start(task: vscode.Task): Promise<RunningProgram> {
    const exited = new Promise<ProgramExit>((resolve) => (this.resolveExited = resolve));
    // The end may come before `executeTask` has told which execution is ours.
    const early: vscode.TaskExecution[] = [];
    this.subscriptions.push(
      vscode.tasks.onDidEndTask(({ execution }) => {
        if (this.execution === undefined) early.push(execution);
        else if (execution === this.execution) this.end();
      }),
    );
    this.execution = await vscode.tasks.executeTask(task);
    const execution = this.execution;
    const started = await this.started(() => this.ended || early.includes(execution));
    if (started?.pid === undefined) throw this.notStarted(started);
    this.processId = started.pid;
    if (early.includes(execution)) this.end();
    return { exited, terminate: (force) => this.terminate(force) };
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  /** Waits for the supervisor's word; undefined when the task ended without it. */
  private async started(hasEnded: () => boolean): Promise<SupervisedStart | undefined> {
    for (;;) {
      const isLast = hasEnded();
      const started = this.read('started.json') as SupervisedStart | undefined;
      if (started !== undefined || isLast) return started;
      await new Promise((resolve) => setTimeout(resolve, startPollMs));
    }
  }

  private notStarted(started: SupervisedStart | undefined): UserError {
    const reason = started?.error ?? 'its terminal tells why';
    const { executable, cwd } = this.command;
    return new UserError(
      'runtimeMissing',
      `${executable} could not be started in ${cwd}: ${reason}. Check the working directory (setting memoryLens.workingDirectory), or choose another runtime.`,
      [{ kind: 'openSetting', label: 'Open the Setting', setting: 'memoryLens.workingDirectory' }],
    );
  }

  private end(): void {
    if (this.ended) return;
    this.ended = true;
    const exit = this.read('exit.json') as ProgramExit | undefined;
    // Without a supervisor to say so, nobody knows how the program ended, or that it did.
    if (exit === undefined) this.signal('SIGKILL');
    // While it starts, `started` still has to read why it didn't.
    if (this.processId !== undefined) this.dispose();
    this.resolveExited(exit ?? { code: null, signal: null });
  }

  private terminate(force: boolean): void {
    if (this.ended) return;
    fs.writeFileSync(path.join(this.folder, 'stopped'), '');
    // Windows has no polite way to end a console program.
    this.signal(force || process.platform === 'win32' ? 'SIGKILL' : 'SIGTERM');
  }

  private signal(signal: NodeJS.Signals): void {
    try {
      if (this.processId !== undefined) process.kill(this.processId, signal);
    } catch {
      // It has ended by itself; the task's end is on the way.
    }
  }

  /** What the supervisor has written, if it has. */
  private read(name: 'started.json' | 'exit.json'): unknown {
    const file = path.join(this.folder, name);
    return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : undefined;
  }
}
