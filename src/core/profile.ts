/**
 * The profile: the one shape that every engine produces and every view, exporter and check reads.
 *
 * Figures are plain numbers in the unit that their name ends in. A figure that an engine can't give is absent, never 0.
 * Lines count from 1. The JSON Schema in profileSchema.ts is checked against these types and every engine's output.
 */

export const profileFormat = 'memory-lens/profile';
export const profileVersion = 1;

export interface MemoryProfile {
  readonly format: typeof profileFormat;
  readonly version: typeof profileVersion;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Wall time of the program, without the engine's start-up. */
  readonly durationMs: number;
  readonly runtime: { readonly name: 'node' | 'python'; readonly version: string; readonly executable: string };
  readonly engine: EngineInfo;
  readonly program: ProgramInfo;
  readonly exit: ExitInfo;
  readonly totals: ProfileTotals;
  readonly timeline: Timeline;
  /** Garbage collections in the order in which they ran. */
  readonly collections: readonly Collection[];
  /** The user's own files; what others allocated on their behalf is charged to the user's line that called them. */
  readonly files: readonly FileProfile[];
  readonly callTree?: CallTree;
}

export interface EngineInfo {
  readonly name: string;
  readonly precision: 'exact' | 'sampled';
  /** Mean bytes between two samples. */
  readonly samplingIntervalBytes?: number;
  /** CPU time that the profiling itself took in the program's process, as far as it can be measured. */
  readonly profilerCpuMs?: number;
  /** Why a figure is missing, what was not instrumented, what was degraded; whole sentences. */
  readonly notes: readonly string[];
}

export interface ProgramInfo {
  /** Absolute, forward slashes. */
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly kind: 'file' | 'module' | 'test' | 'launch';
}

export interface ExitInfo {
  readonly code: number | null;
  readonly signal: string | null;
  /** The person (or the editor) ended the program before it ended by itself. */
  readonly stopped: boolean;
  /** The uncaught error's first line, or why the end is not known. */
  readonly error?: string;
}

export interface ProfileTotals {
  readonly allocatedBytes?: number;
  readonly liveBytes: number;
  readonly peakBytes: number;
  /** Milliseconds after the program's start. */
  readonly peakAtMs: number;
  readonly peakRssBytes: number;
  readonly peakExternalBytes?: number;
  /** Of peakRssBytes, what neither the runtime held when the program started, nor its traced memory, nor the profiler explains. */
  readonly unattributedRssBytes?: number;
  readonly unattributedLiveBytes?: number;
  readonly unattributedPeakBytes?: number;
  readonly unattributedAllocatedBytes?: number;
}

/** Four arrays of one length; `atMs` counts from the program's start and never falls. */
export interface Timeline {
  readonly atMs: readonly number[];
  readonly heapUsedBytes: readonly number[];
  readonly externalBytes: readonly number[];
  readonly rssBytes: readonly number[];
}

export interface Collection {
  readonly atMs: number;
  readonly durationMs: number;
  /** 'minor', 'major', 'incremental', 'weak' (Node), 'gen0', 'gen1', 'gen2' (Python). */
  readonly kind: string;
  readonly freedBytes?: number;
  readonly collectedCount?: number;
  readonly uncollectableCount?: number;
  readonly line?: SourceRef;
}

export interface FileProfile {
  /** Absolute, forward slashes. */
  readonly path: string;
  readonly language: string;
  /** Of the file as it was run, lower-case hex; tells whether an annotation is stale. */
  readonly contentSha256: string;
  /** Ascending by line; only lines of which something is known. */
  readonly lines: readonly LineProfile[];
  readonly functions: readonly FunctionProfile[];
}

export interface LineProfile {
  readonly line: number;
  readonly executionCount?: number;
  /** Counting stopped: the line ran at least so often. */
  readonly executionCountIsMinimum?: true;
  /** Self, over the whole run: what callees in the user's own files allocate is theirs. */
  readonly allocatedBytes?: number;
  readonly allocatedCount?: number;
  /** With callees. */
  readonly totalAllocatedBytes?: number;
  /** Allocated minus freed while the line ran, with callees (memory_profiler's Increment). */
  readonly netBytes?: number;
  /** The program's traced memory in use right before the line ran last. */
  readonly inUseBeforeBytes?: number;
  /** The program's memory in use right after the line ran last (memory_profiler's Mem usage). */
  readonly inUseBytes?: number;
  /** Still alive at the end, after a full collection. */
  readonly liveBytes?: number;
  readonly liveCount?: number;
  /** Alive when the program's memory was highest. */
  readonly peakBytes?: number;
  /** Of allocatedBytes, outside the managed heap (ArrayBuffer, native). */
  readonly externalAllocatedBytes?: number;
  /** Of liveBytes, outside the managed heap. */
  readonly externalLiveBytes?: number;
  /** One standard error of the sampled figures, as a share of them. */
  readonly relativeErrorRatio?: number;
  readonly types?: readonly { readonly name: string; readonly liveBytes: number; readonly liveCount: number }[];
  readonly collectionCount?: number;
  readonly collectionMs?: number;
  readonly growth?: { readonly liveBytesPerSecond: number; readonly leakLikelihoodRatio: number };
}

export interface FunctionProfile {
  readonly name: string;
  readonly line: number;
  readonly endLine: number;
  readonly callCount?: number;
  /** Counting stopped: it was called at least so often. */
  readonly callCountIsMinimum?: true;
  /** Self. */
  readonly allocatedBytes?: number;
  /** With callees. */
  readonly totalAllocatedBytes?: number;
  readonly liveBytes?: number;
  readonly peakBytes?: number;
}

export interface CallTree {
  readonly frames: readonly Frame[];
  readonly nodes: readonly CallNode[];
}

export interface Frame {
  readonly functionName: string;
  readonly path: string;
  readonly line: number;
}

export interface CallNode {
  /** Index into `frames`. */
  readonly frame: number;
  /** Index into `nodes`; -1 for a root. A parent stands before its children. */
  readonly parent: number;
  readonly allocatedBytes?: number;
  readonly liveBytes?: number;
  readonly peakBytes?: number;
}

export interface SourceRef {
  readonly path: string;
  readonly line: number;
}
