/**
 * The last run of each program file: the one source that every view of the editor reads and subscribes to.
 */

import * as vscode from 'vscode';
import type { FileProfile, MemoryProfile, Timeline } from '../core/profile.ts';
import type { ProfileUpdate } from '../engines/engine.ts';
import { comparablePath } from './profilePaths.ts';

/** One run of a program, going on or ended. */
export interface StoredRun {
  /** The program's file as the profile writes paths. */
  readonly file: string;
  readonly running: boolean;
  readonly elapsedMs: number;
  readonly timeline: Timeline;
  /** Whole when the run has ended; so far, or absent, while it goes on. */
  readonly profile?: MemoryProfile;
}

/** Figures of one source file and the run that they are of. */
export interface FileFigures {
  readonly run: StoredRun;
  readonly profile: MemoryProfile;
  readonly file: FileProfile;
}

const emptyTimeline: Timeline = { atMs: [], heapUsedBytes: [], externalBytes: [], rssBytes: [] };

export class ProfileStore implements vscode.Disposable {
  /** Oldest first; a program that is run again moves to the end. */
  private readonly runs = new Map<string, StoredRun>();
  private readonly changed = new vscode.EventEmitter<void>();

  /** Something was put in, updated or cleared. */
  readonly onDidChange = this.changed.event;

  /** The run that was started last. */
  get latest(): StoredRun | undefined {
    return [...this.runs.values()].at(-1);
  }

  get running(): readonly StoredRun[] {
    return [...this.runs.values()].filter((run) => run.running);
  }

  /** Oldest first. */
  get endedProfiles(): readonly MemoryProfile[] {
    return [...this.runs.values()].flatMap(({ running, profile }) => (running || profile === undefined ? [] : [profile]));
  }

  /** The run whose program is this file. */
  runOf(file: string): StoredRun | undefined {
    return this.runs.get(comparablePath(file));
  }

  /** The newest figures of a source file, whichever program it was part of. */
  figuresOf(path: string): FileFigures | undefined {
    const wanted = comparablePath(path);
    for (const run of [...this.runs.values()].reverse()) {
      const file = run.profile?.files.find((candidate) => comparablePath(candidate.path) === wanted);
      if (run.profile !== undefined && file !== undefined) return { run, profile: run.profile, file };
    }
    return undefined;
  }

  /** A program starts; what its last run left is dropped. */
  begin(file: string): void {
    this.put({ file: comparablePath(file), running: true, elapsedMs: 0, timeline: emptyTimeline });
  }

  /** The program goes on. */
  update(file: string, { elapsedMs, timeline, profile }: ProfileUpdate): void {
    const run = this.runOf(file);
    if (run?.running !== true) return;
    this.runs.set(run.file, { ...run, elapsedMs, timeline, profile: profile ?? run.profile });
    this.changed.fire();
  }

  /** The program has ended. */
  end(profile: MemoryProfile, file = profile.program.file): void {
    const { durationMs, timeline } = profile;
    this.put({ file: comparablePath(file), running: false, elapsedMs: durationMs, timeline, profile });
  }

  /** Forgets one program's run, or all that have ended. */
  clear(file?: string): void {
    const gone = file === undefined ? [...this.runs.values()].filter((run) => !run.running) : [this.runOf(file)];
    for (const run of gone) if (run !== undefined) this.runs.delete(run.file);
    this.changed.fire();
  }

  dispose(): void {
    this.changed.dispose();
  }

  private put(run: StoredRun): void {
    this.runs.delete(run.file);
    this.runs.set(run.file, run);
    this.changed.fire();
  }
}
