/**
 * What every engine offers to the command line and the editor: start a program under its profiler, follow it, and give its profile.
 */

import type { MemoryProfile, Timeline } from '../core/profile.ts';

/** What to profile and with what. Paths are absolute and in the platform's own form. */
export interface ProfileRequest {
  readonly file: string;
  /** What the program is to find as its own name (sys.argv[0]) where the runtime takes it from the command line; absent: `file`. */
  readonly typedFile?: string;
  /** Run this module by its name (Python's -m) instead of the file, which then says where it lies, as far as that is known ('' if not). */
  readonly module?: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment of the program. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Files under it and outside node_modules are the user's own. */
  readonly workspaceFolder: string;
  /** The runtime that the person chose; else it is looked for. */
  readonly runtimePath?: string;
  /** Used where no runtime is found: the editor's own executable with the variables that make it behave as Node. */
  readonly fallbackRuntime?: { readonly executable: string; readonly env: Readonly<Record<string, string>> };
  /** Arguments for the runtime itself, before the file. */
  readonly runtimeArgs?: readonly string[];
  /** Mean bytes between two samples; absent: the engine chooses. */
  readonly samplingIntervalBytes?: number;
  /** Python: `auto` is exact while that is cheap, then sampled. */
  readonly precision?: 'auto' | 'exact' | 'sampled';
  /** Python: `bounded` stops counting a line that ran very often, `all` counts every execution, whatever that costs. */
  readonly counting?: 'bounded' | 'all' | 'none';
  /** Python: `fallback` leaves the native recorder out. */
  readonly recorder?: 'auto' | 'fallback';
  /** Look closer at what is still alive and why, at a cost: a heap snapshot at the end (Node), the arguments of calls. */
  readonly explain?: boolean;
}

/** A process to start as it stands: arguments are an array and never pass through a shell. */
export interface LaunchCommand {
  readonly executable: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface ProgramExit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A started program. The launcher owns its standard streams (a terminal, or the command line's own). */
export interface RunningProgram {
  /** Settles once when the process has ended; never rejects. */
  readonly exited: Promise<ProgramExit>;
  /** Ends the process: politely first, by force when it does not go. */
  terminate(force: boolean): void;
}

/** Starts a process. Throws a UserError when it can't be started. */
export type Launcher = (command: LaunchCommand) => Promise<RunningProgram>;

/** What is known while the program runs. */
export interface ProfileUpdate {
  readonly elapsedMs: number;
  readonly timeline: Timeline;
  /** What is being done once the program itself has ended, or is about to: 'Looking at what is still alive'. */
  readonly phase?: string;
  /** The profile so far, a few times a second at most; absent when only the timeline moved. */
  readonly profile?: MemoryProfile;
}

export interface ProfileOptions {
  readonly launch: Launcher;
  /** Aborting is Stop: the program is ended and the promise resolves with the profile so far, `exit.stopped` true. */
  readonly stop?: AbortSignal;
  readonly onUpdate?: (update: ProfileUpdate) => void;
}

export interface Engine {
  /** Shown in the profile: 'memory-lens-node', … */
  readonly name: string;
  /** What it runs programs with; which of the person's choices `ProfileRequest.runtimePath` carries. */
  readonly runtimeName: 'node' | 'python';
  /** Whether it can run this file, by its extension. */
  supports(file: string): boolean;
  /**
   * Runs the program to its end and gives its profile.
   * @throws UserError when it can't be started (no file, no runtime, a syntax error in the file); an error of the program itself
   * is not thrown but stands in `exit`.
   */
  profile(request: ProfileRequest, options: ProfileOptions): Promise<MemoryProfile>;
}
