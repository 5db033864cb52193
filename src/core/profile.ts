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
  /** What explains the memory; each absent where the engine can't look or was not asked to, empty where it looked and found nothing. */
  readonly caches?: readonly CacheReport[];
  readonly globals?: readonly GlobalReport[];
  readonly cycles?: readonly CycleReport[];
  readonly leakSuspects?: readonly LeakSuspect[];
  readonly holders?: readonly HolderReport[];
  readonly repeatedValues?: readonly RepeatedValueReport[];
  readonly repeatedCalls?: readonly RepeatedCallReport[];
  readonly collectorChanges?: readonly CollectorChange[];
  readonly advice?: readonly Advice[];
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
  /** Freed over the run by the cycle collector alone: reference counts would never have freed it. Python only. */
  readonly collectorFreedBytes?: number;
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
  /** Moved from the young generation to the old one. Node only. */
  readonly promotedBytes?: number;
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
  /** Of allocatedBytes, what only the cycle collector could free: it was part of reference cycles, or held by one. Python only. */
  readonly collectorFreedBytes?: number;
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

export interface CacheReport {
  /** Of the cached function or the variable. */
  readonly name: string;
  readonly at: SourceRef;
  readonly kind: 'lru_cache' | 'cache' | 'map' | 'dict' | 'other';
  readonly hitCount?: number;
  readonly missCount?: number;
  readonly entryCount: number;
  /** null: unbounded. */
  readonly maxEntryCount: number | null;
  readonly heldBytes?: number;
  /** Entries were only ever added, and nothing bounds them. */
  readonly growing: boolean;
  /** Of its keys, where all that are known are alike: 'string', 'Object', a class. Node only. */
  readonly keyTypeName?: string;
}

export interface GlobalReport {
  readonly name: string;
  readonly at: SourceRef;
  readonly typeName: string;
  /** What would be freed if only this name were gone. */
  readonly retainedBytes: number;
}

export interface CycleReport {
  readonly typeNames: readonly string[];
  /** The line that made the most of its objects. */
  readonly at?: SourceRef;
  /** Of all cycles of this kind in the run, as far as they were seen. */
  readonly objectCount: number;
  readonly bytes: number;
  readonly uncollectable: boolean;
  /** The cycle as it is read in the source, back to where it starts: `Node.me -> Node`. */
  readonly path?: string;
  /** Objects with a finaliser (`__del__`) in it, which keep the others alive until it has run. */
  readonly finalizerCount?: number;
}

export interface LeakSuspect {
  readonly at: SourceRef;
  readonly liveBytes: number;
  /** A whole sentence, with the figures that it rests on. */
  readonly reason: string;
  /** Root first, one step each; empty where it is not known. */
  readonly retainedBy: readonly string[];
  /** Two arrays of one length: the line's live bytes over the run. */
  readonly series?: { readonly atMs: readonly number[]; readonly liveBytes: readonly number[] };
}

/** Why something big that a line left alive is still there. */
export interface HolderReport {
  /** The line that allocated it. */
  readonly at: SourceRef;
  readonly typeName: string;
  /** Its own bytes, or what it retains where that is known from a heap snapshot. */
  readonly bytes: number;
  /** At the end of the run, ours left out. Python only. */
  readonly referenceCount?: number;
  readonly rootKind: RootKind;
  /** The shortest path from a root, root first. */
  readonly path: readonly HolderStep[];
}

export type RootKind = 'global' | 'module' | 'local' | 'closure' | 'cache' | 'class' | 'thread' | 'listener' | 'timer' | 'other';

export interface HolderStep {
  /** In source terms: `users.py: REGISTRY`, `['alice']`, `.history`. */
  readonly text: string;
  /** Where it is defined, as far as that is known. */
  readonly at?: SourceRef;
}

/** Values that a line left alive many times over though they are equal. */
export interface RepeatedValueReport {
  readonly at: SourceRef;
  readonly typeName: string;
  readonly valueCount: number;
  readonly distinctCount: number;
  /** What would be freed if equal ones were one object. */
  readonly wastedBytes: number;
}

/** A function that was called with the same arguments again and again. */
export interface RepeatedCallReport {
  readonly name: string;
  readonly at: SourceRef;
  /** Of the calls whose arguments were looked at. */
  readonly checkedCallCount: number;
  readonly distinctArgumentsCount: number;
}

/** Where the program changed how garbage is collected. */
export interface CollectorChange {
  readonly change: 'disabled' | 'enabled' | 'thresholds' | 'frozen' | 'unfrozen' | 'collected';
  readonly at?: SourceRef;
  /** How often at this place. */
  readonly count: number;
  /** What it was set to. */
  readonly thresholds?: readonly number[];
}

export interface Advice {
  /** The rule's id, which is also the name of its page in docs/. */
  readonly rule: string;
  readonly at: SourceRef;
  readonly endLine?: number;
  readonly title: string;
  readonly evidence: readonly { readonly name: string; readonly value: number; readonly unit: string }[];
  readonly estimatedSavingBytes?: number;
  readonly fix?: AdviceFix;
}

export interface AdviceFix {
  readonly title: string;
  readonly edits: readonly SourceEdit[];
}

/** Lines from 1, columns from 0 in UTF-16 code units; the end is not part of it. */
export interface SourceEdit {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly newText: string;
}
