/**
 * What a profile is built from besides the recording: the figures, from whichever recorder there was, and what stands around them.
 */

import type { CallTree, Collection, CollectorChange, ExitInfo, FileProfile, MemoryProfile, SourceRef } from '../../core/profile.ts';
import type { LeakEvidence } from '../../core/leakSuspects.ts';
import type { ProfileRequest } from '../engine.ts';
import type { LiveCourse } from './liveCourse.ts';
import type { PythonRuntime } from './pythonRuntime.ts';
import type { SourceFiles } from './sourceFiles.ts';

/** What stands around the figures of a run. */
export interface ProfileFrame {
  readonly request: ProfileRequest;
  readonly runtime: PythonRuntime;
  readonly startedAt: Date;
  readonly exit: ExitInfo;
  readonly shownPath: (fileName: string) => string | undefined;
  readonly sources: SourceFiles;
}

/** Figures by file and of the whole program, from whichever recorder there was. */
export interface RunFigures {
  readonly files: readonly FileProfile[];
  readonly callTree?: CallTree;
  readonly collections: readonly Collection[];
  readonly allocatedBytes?: number;
  readonly liveBytes: number;
  readonly peakBytes: number;
  readonly peakExternalBytes?: number;
  readonly collectorFreedBytes?: number;
  /** What the recorder saw while the program ran. */
  readonly explanations?: Pick<MemoryProfile, 'collectorChanges' | 'cycles' | 'repeatedCalls'>;
  /** The place that switched the collector off, if nothing switched it on again. */
  readonly collectorLeftOff?: CollectorChange;
  /** The user's innermost line of a stack of the recorder's; absent: the fallback has no stacks. */
  readonly lineOfStack?: (stack: number) => SourceRef | undefined;
  /** What the recorder itself has resident in the process; absent: not known. */
  readonly ownBytes?: number;
  /** The course of lines that have much alive; absent: nothing was followed. */
  readonly lineCourses?: (looks: LiveCourse['looks'], endMs: number) => Pick<LeakEvidence, 'courses' | 'growingLines'>;
}
