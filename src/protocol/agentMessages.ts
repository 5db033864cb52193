/**
 * What the agent in the user's Node program and the engine say to each other over their private pipe: one JSON object a line.
 * The agent speaks first, with `hello`; the engine answers with `configure` or closes the pipe when the version differs.
 */

import { decodeMessage } from './decodeMessage.ts';
import type { MessageShape } from './decodeMessage.ts';
import type { FileInstrumentation } from './instrumentation.ts';

export const agentProtocolVersion = 1;

/** The variable that tells the agent where to go: JSON of AgentEnvironment. The agent removes it before the program starts. */
export const agentEnvironmentVariable = 'MEMORY_LENS_AGENT';

export interface AgentEnvironment {
  readonly protocolVersion: number;
  /** A Unix socket's path or a named pipe. */
  readonly pipe: string;
  /** Said in `hello`, so that nobody else can pose as the program. */
  readonly token: string;
}

export interface HelloMessage {
  readonly type: 'hello';
  readonly protocolVersion: number;
  readonly token: string;
  readonly pid: number;
  readonly runtimeVersion: string;
  readonly executable: string;
  /** From the agent's first line to this message: start-up that the profiler costs. */
  readonly startupMs: number;
}

export interface ConfigureMessage {
  readonly type: 'configure';
  /** Files under it and outside node_modules are the user's own. Real path, platform's own form. */
  readonly workspaceFolder: string;
  readonly samplingIntervalBytes: number | null;
  readonly compilesTypeScript: boolean;
  readonly pollIntervalMs: number;
  /** Where a snapshot of the heap is to be written when the program ends; absent: none is wanted. */
  readonly heapSnapshotFile?: string;
  /** None is taken of a heap that has more than this in use. */
  readonly maxHeapSnapshotBytes: number;
}

export interface StopMessage {
  readonly type: 'stop';
}

export interface FileMessage {
  readonly type: 'file';
  readonly file: FileInstrumentation;
  readonly firstCounterId: number;
  readonly counterCount: number;
}

/** The clock starts when the first user file is about to run. */
export interface StartMessage {
  readonly type: 'start';
  readonly startedAtEpochMs: number;
  /** What the runtime itself held at that moment. */
  readonly baselineHeapBytes: number;
  readonly baselineExternalBytes: number;
}

/** New points of the timeline, `points` in groups of four: ms since start, heap used, external, RSS. */
export interface TimelineMessage {
  readonly type: 'timeline';
  readonly points: readonly number[];
  /**
   * Those that the program's own doing set off. Groups of seven: at ms, duration in ms, kind (index into collectionKinds), freed heap bytes,
   * freed external bytes, bytes that moved into the old spaces (of minor ones), heap used afterwards.
   */
  readonly collections: readonly number[];
}

export const collectionKinds = ['minor', 'major', 'incremental', 'weak'] as const;

/** All counts so far; replaces the one before. */
export interface CountsMessage {
  readonly type: 'counts';
  readonly atMs: number;
  /** Groups of `siteFigures.length + 1`: site id, then the figures. Only sites that ran. */
  readonly sites: readonly number[];
  /** Pairs: counter id, count. Only counters that ran. */
  readonly counters: readonly number[];
  /**
   * Triples: the counter at a function's entry, how many of its calls' arguments were looked at, how many of these differ. Only where a heap
   * snapshot is wanted and calls were looked at.
   */
  readonly argumentLooks?: readonly number[];
  /** Heap bytes allocated since the start, exact, the profiler's own left out; and external ones. */
  readonly allocatedHeapBytes: number;
  readonly allocatedExternalBytes: number;
  /** What the profiler allocated in the program's heap, and the time it took there. */
  readonly ownHeapBytes: number;
  readonly ownCpuMs: number;
}

/** The figures that the agent keeps of each site, in the order of the shared table and of CountsMessage. */
export const siteFigures = [
  'executionCount',
  'exactCount',
  'exactHeapBytes',
  'exactExternalBytes',
  // Sums over the executions that were measured at random, each weighted by how many it stands for, and of the squared weights.
  'randomCount',
  'randomCountSquares',
  'randomHeapBytes',
  'randomHeapSquares',
  'randomExternalBytes',
  // Executions that took far more than the site's mean: growth of a collection above all. As measured, and weighted.
  'rareBytes',
  'rareCount',
  'rareWeightedBytes',
  'rareWeightedSquares',
  'arrivedExternalBytes',
  // Of the measured heap bytes, those of executions in which a collection ran, which are not exact.
  'collectedBytes',
  // Of literals that make objects: what most executions took, how many took that, and how many 16 bytes more and less.
  'usualBytes',
  'usualWeight',
  'mementoMoreWeight',
  'mementoLessWeight',
] as const;
export type SiteFigure = (typeof siteFigures)[number];

export const birthBinCount = 20;

/** What is alive, after a full collection. */
export interface ReadingMessage {
  readonly type: 'reading';
  readonly atMs: number;
  readonly reason: 'highWater' | 'largeAllocation' | 'collections' | 'idle' | 'restart' | 'stop' | 'exit';
  readonly heapUsedBytes: number;
  readonly externalBytes: number;
  readonly samplingIntervalBytes: number;
  /** Pairs: site id, bytes, of what was sampled since sampling (re)started. */
  readonly sites: readonly number[];
  /** Triples: index of the file's message, index of the function, bytes allocated in it outside of markers. */
  readonly functions: readonly number[];
  /**
   * When what `sites` and `functions` have alive was allocated: their keys, then bytes by `birthBinCount` equal parts of the time from
   * `birthsFromMs` (when sampling was last restarted) to `atMs`. Only those that have much.
   */
  readonly birthsFromMs: number;
  readonly siteBirths: readonly number[];
  readonly functionBirths: readonly number[];
  /** Sampled bytes that belong to no user file. */
  readonly otherBytes: number;
  /** Sampled bytes that the agent itself holds; part of heapUsedBytes. */
  readonly ownBytes: number;
  /** Pairs: site id, bytes of backing stores alive. Absent when they could not be read. */
  readonly externals?: readonly number[];
  /**
   * Some values of sites were followed. Groups of five: site; of those alive when sampling was last restarted, how many are followed and how
   * many are alive still; of those made since, how many are followed and alive.
   */
  readonly survival: readonly number[];
  readonly durationMs: number;
}

/** Who called a site, seen at some of its measured executions. Frames are pairs (index of the file's message, line), innermost first. */
export interface StacksMessage {
  readonly type: 'stacks';
  readonly stacks: readonly { readonly site: number; readonly bytes: number; readonly frames: readonly number[] }[];
}

/** How far the heap snapshot is. Only where one was asked for. */
export interface SnapshotMessage {
  readonly type: 'snapshot';
  /** 'refused': the heap is larger than a snapshot is taken of. */
  readonly state: 'writing' | 'written' | 'refused' | 'failed';
  readonly heapUsedBytes: number;
  readonly durationMs: number;
  /** Why it failed. */
  readonly reason?: string;
}

export interface NoteMessage {
  readonly type: 'note';
  readonly text: string;
}

/** The main file can't be parsed: it was handed to the runtime as it is, which says so in the program's output, too. */
export interface SyntaxErrorMessage {
  readonly type: 'syntaxError';
  readonly path: string;
  readonly message: string;
  /** From 1. */
  readonly line: number;
  /** From 0. */
  readonly column: number;
}

/** The program is about to end by itself; nothing follows but the heap snapshot. */
export interface EndMessage {
  readonly type: 'end';
  readonly atMs: number;
  readonly exitCode: number;
  /** The uncaught error's first line. */
  readonly error?: string;
}

export type AgentMessage =
  | HelloMessage
  | FileMessage
  | StartMessage
  | TimelineMessage
  | CountsMessage
  | ReadingMessage
  | StacksMessage
  | SnapshotMessage
  | NoteMessage
  | SyntaxErrorMessage
  | EndMessage;

export type EngineMessage = ConfigureMessage | StopMessage;

const agentShapes: Readonly<Record<AgentMessage['type'], MessageShape>> = {
  hello: { protocolVersion: 'number', token: 'string', pid: 'number', runtimeVersion: 'string', executable: 'string', startupMs: 'number' },
  file: { file: 'object', firstCounterId: 'number', counterCount: 'number' },
  start: { startedAtEpochMs: 'number', baselineHeapBytes: 'number', baselineExternalBytes: 'number' },
  timeline: { points: 'numbers', collections: 'numbers' },
  counts: {
    atMs: 'number',
    sites: 'numbers',
    counters: 'numbers',
    argumentLooks: 'optionalNumbers',
    allocatedHeapBytes: 'number',
    allocatedExternalBytes: 'number',
    ownHeapBytes: 'number',
    ownCpuMs: 'number',
  },
  reading: {
    atMs: 'number',
    reason: 'string',
    heapUsedBytes: 'number',
    externalBytes: 'number',
    samplingIntervalBytes: 'number',
    sites: 'numbers',
    functions: 'numbers',
    birthsFromMs: 'number',
    siteBirths: 'numbers',
    functionBirths: 'numbers',
    otherBytes: 'number',
    ownBytes: 'number',
    survival: 'numbers',
    durationMs: 'number',
  },
  stacks: { stacks: 'objects' },
  snapshot: { state: 'string', heapUsedBytes: 'number', durationMs: 'number', reason: 'optionalString' },
  note: { text: 'string' },
  syntaxError: { path: 'string', message: 'string', line: 'number', column: 'number' },
  end: { atMs: 'number', exitCode: 'number' },
};

const engineShapes: Readonly<Record<EngineMessage['type'], MessageShape>> = {
  configure: {
    workspaceFolder: 'string',
    samplingIntervalBytes: 'numberOrNull',
    compilesTypeScript: 'boolean',
    pollIntervalMs: 'number',
    heapSnapshotFile: 'optionalString',
    maxHeapSnapshotBytes: 'number',
  },
  stop: {},
};

/**
 * One line from the agent.
 * @throws Error naming the field that is not as it should be.
 */
export function decodeAgentMessage(line: string): AgentMessage {
  return decodeMessage(line, agentShapes) as unknown as AgentMessage;
}

/**
 * One line from the engine.
 * @throws Error naming the field that is not as it should be.
 */
export function decodeEngineMessage(line: string): EngineMessage {
  return decodeMessage(line, engineShapes) as unknown as EngineMessage;
}
