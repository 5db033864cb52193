/**
 * What the probe in the user's Python program and the engine say to each other over their private pipe, one JSON object a line, with the
 * agent's rules: the probe speaks first, with `hello`; the engine answers with `configure` or closes the pipe when the version differs.
 *
 * Figures don't pass here while the native recorder works: it keeps them in a file that the engine maps as allocationTables.ts says, so
 * that nothing is lost however the program ends. Only the fallback sends its figures over the pipe.
 */

import { agentProtocolVersion } from './agentMessages.ts';
import { decodeMessage } from './decodeMessage.ts';
import type { MessageShape } from './decodeMessage.ts';
import type { EndMessage, HelloMessage, NoteMessage, SyntaxErrorMessage, TimelineMessage } from './agentMessages.ts';

export const probeProtocolVersion = agentProtocolVersion;

/** The variable that tells the probe where to go: JSON of ProbeEnvironment. The probe removes it before the program starts. */
export const probeEnvironmentVariable = 'MEMORY_LENS_PROBE';

export interface ProbeEnvironment {
  readonly protocolVersion: number;
  /** A Unix socket's path or a named pipe. */
  readonly pipe: string;
  readonly token: string;
  /** What PYTHONPATH was before the probe's folder was put in front of it; null: it was not set. */
  readonly pythonPath: string | null;
}

export interface ProbeConfigureMessage {
  readonly type: 'configure';
  /** Files under it are the user's own, but for installed packages and virtual environments. Real path, platform's own form. */
  readonly workspaceFolder: string;
  /** Where the probe is to make the file of the tables, in the pipe's private folder. */
  readonly tablesPath: string;
  /** Folder of the built native libraries. */
  readonly nativeFolder: string;
  /** `fallback` leaves the native recorder out. */
  readonly recorder: 'auto' | 'fallback';
  /** `auto`: exact while that is cheap, then sampled. */
  readonly precision: 'auto' | 'exact' | 'sampled';
  readonly samplingIntervalBytes: number | null;
  /** `bounded`: a line that ran very often stops being counted. */
  readonly counting: 'bounded' | 'all' | 'none';
  /** What is found at the end may take longer than an ordinary run allows. */
  readonly explain: boolean;
}

/** How the program is measured; right after `configure`. */
export interface MeasuringMessage {
  readonly type: 'measuring';
  readonly recorder: 'native' | 'fallback';
  /** Why it is the fallback; a whole sentence. */
  readonly reason?: string;
  readonly counting: 'monitoring' | 'rewriting' | 'tracing' | 'none';
}

/** The clock starts when Python is about to run the user's program. */
export interface ProbeStartMessage {
  readonly type: 'start';
  readonly startedAtEpochMs: number;
  /** Bytes that the process had resident at that moment; absent where they can't be read. */
  readonly baselineRssBytes?: number;
}

/** Functions that carry `@profile`: the annotations are limited to them. Replaces the one before. */
export interface ProfiledFunctionsMessage {
  readonly type: 'profiledFunctions';
  /** As the code object names its file. */
  readonly functions: readonly { readonly path: string; readonly name: string; readonly line: number; readonly endLine: number }[];
}

/** The fallback's figures of a line so far. */
export interface FallbackLine {
  readonly path: string;
  readonly line: number;
  readonly functionName: string;
  readonly executionCount?: number;
  readonly countStopped?: boolean;
  readonly allocatedBytes?: number;
  readonly netBytes?: number;
  readonly inUseBeforeBytes?: number;
  readonly inUseBytes?: number;
  readonly liveBytes?: number;
  readonly liveCount?: number;
  readonly peakBytes?: number;
}

/** All lines so far; replaces the one before. */
export interface FallbackLinesMessage {
  readonly type: 'fallbackLines';
  readonly atMs: number;
  readonly lines: readonly FallbackLine[];
  readonly liveBytes: number;
  readonly peakBytes: number;
  readonly peakAtMs: number;
  /** Sum over the run, as far as the fallback saw it. */
  readonly allocatedBytes?: number;
  readonly ownCpuMs: number;
}

/** A function under functools.lru_cache or functools.cache. Paths here and below: as the code object or the module names its file. */
export interface InspectedCache {
  readonly name: string;
  readonly path: string;
  /** Of its first decorator, as CPython counts it. */
  readonly line: number;
  readonly hitCount: number;
  readonly missCount: number;
  readonly entryCount: number;
  readonly maxEntryCount: number | null;
  /** What its entries alone keep alive. */
  readonly heldBytes?: number;
}

/** A name of a module or a class whose dict has only grown, as far as that shows it. */
export interface InspectedDict {
  readonly path: string;
  readonly className?: string;
  readonly name: string;
  readonly entryCount: number;
  readonly heldBytes: number;
}

export interface InspectedGlobal {
  readonly path: string;
  readonly name: string;
  readonly typeName: string;
  readonly retainedBytes: number;
}

export interface InspectedStep {
  readonly text: string;
  readonly path?: string;
  readonly line?: number;
  /** Of a name of a module: its line is where it is assigned. */
  readonly name?: string;
}

/** The line that allocated something: of the native recorder the index of its stack, of the fallback the line itself. */
export interface InspectedPlace {
  readonly stack?: number;
  readonly file?: string;
  readonly line?: number;
}

/** The biggest object that a line left alive. */
export interface InspectedHolder extends InspectedPlace {
  readonly typeName: string;
  readonly bytes: number;
  readonly referenceCount: number;
  readonly rootKind: string;
  readonly path: readonly InspectedStep[];
}

export interface InspectedRepetition extends InspectedPlace {
  readonly typeName: string;
  readonly valueCount: number;
  readonly distinctCount: number;
  readonly wastedBytes: number;
}

/** What Python itself knows when the program has ended; after the recording and before `end`. */
export interface InspectionMessage {
  readonly type: 'inspection';
  /** When the program had ended; absent where it can't be read. */
  readonly peakRssBytes?: number;
  readonly caches?: readonly InspectedCache[];
  /** These are absent where time did not suffice. */
  readonly dicts?: readonly InspectedDict[];
  readonly globals?: readonly InspectedGlobal[];
  readonly holders?: readonly InspectedHolder[];
  readonly repeatedValues?: readonly InspectedRepetition[];
  /** Why something is missing; a whole sentence. */
  readonly note?: string;
}

export type ProbeMessage =
  | HelloMessage
  | MeasuringMessage
  | ProbeStartMessage
  | TimelineMessage
  | ProfiledFunctionsMessage
  | FallbackLinesMessage
  | InspectionMessage
  | NoteMessage
  | SyntaxErrorMessage
  | EndMessage;

export type ProbeEngineMessage = ProbeConfigureMessage;

const probeShapes: Readonly<Record<ProbeMessage['type'], MessageShape>> = {
  hello: { protocolVersion: 'number', token: 'string', pid: 'number', runtimeVersion: 'string', executable: 'string', startupMs: 'number' },
  measuring: { recorder: 'string', counting: 'string', reason: 'optionalString' },
  start: { startedAtEpochMs: 'number', baselineRssBytes: 'optionalNumber' },
  timeline: { points: 'numbers', collections: 'numbers' },
  profiledFunctions: { functions: 'objects' },
  fallbackLines: {
    atMs: 'number',
    lines: 'objects',
    liveBytes: 'number',
    peakBytes: 'number',
    peakAtMs: 'number',
    allocatedBytes: 'optionalNumber',
    ownCpuMs: 'number',
  },
  inspection: {
    peakRssBytes: 'optionalNumber',
    caches: 'optionalObjects',
    dicts: 'optionalObjects',
    globals: 'optionalObjects',
    holders: 'optionalObjects',
    repeatedValues: 'optionalObjects',
    note: 'optionalString',
  },
  note: { text: 'string' },
  syntaxError: { path: 'string', message: 'string', line: 'number', column: 'number' },
  end: { atMs: 'number', exitCode: 'number', error: 'optionalString' },
};

/**
 * One line from the probe.
 * @throws Error naming the field that is not as it should be.
 */
export function decodeProbeMessage(line: string): ProbeMessage {
  return decodeMessage(line, probeShapes) as unknown as ProbeMessage;
}
