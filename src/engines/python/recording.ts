/**
 * Everything that the probe has said of one run, and the course of its memory. The figures themselves are in the recorder's tables, but for
 * those of the fallback.
 */

import type { Collection } from '../../core/profile.ts';
import type { EndMessage, HelloMessage, SyntaxErrorMessage } from '../../protocol/agentMessages.ts';
import type {
  FallbackLinesMessage,
  InspectionMessage,
  MeasuringMessage,
  ProbeMessage,
  ProbeStartMessage,
  ProfiledFunctionsMessage,
} from '../../protocol/probeMessages.ts';
import { createTimelineRecorder, type TimelineRecorder } from './timelineRecorder.ts';

export interface PythonRecording {
  hello: HelloMessage | undefined;
  /** When hello came, by this machine's clock. */
  helloAtEpochMs: number;
  measuring: MeasuringMessage | undefined;
  start: ProbeStartMessage | undefined;
  /** When the program started by this process's performance.now(). */
  startedAtNowMs: number;
  end: EndMessage | undefined;
  /** The fallback's figures. */
  fallback: FallbackLinesMessage | undefined;
  /** The fallback's. */
  readonly collections: Collection[];
  profiledFunctions: ProfiledFunctionsMessage['functions'];
  inspection: InspectionMessage | undefined;
  syntaxProblem: SyntaxErrorMessage | undefined;
  readonly notes: Set<string>;
  readonly timeline: TimelineRecorder;
  peakRssBytes: number;
}

export function createRecording(): PythonRecording {
  return {
    hello: undefined,
    helloAtEpochMs: 0,
    measuring: undefined,
    start: undefined,
    startedAtNowMs: 0,
    end: undefined,
    fallback: undefined,
    collections: [],
    profiledFunctions: [],
    inspection: undefined,
    syntaxProblem: undefined,
    notes: new Set(),
    timeline: createTimelineRecorder(),
    peakRssBytes: 0,
  };
}

/** Milliseconds since the program started, now. */
export function elapsedMs(recording: PythonRecording): number {
  return recording.start === undefined ? 0 : performance.now() - recording.startedAtNowMs;
}

export function recordMessage(recording: PythonRecording, message: ProbeMessage): void {
  switch (message.type) {
    case 'hello':
      recording.hello = message;
      recording.helloAtEpochMs = Date.now();
      break;
    case 'measuring':
      recording.measuring = message;
      break;
    case 'start': {
      recording.start = message;
      const { baselineRssBytes = 0 } = message;
      recording.startedAtNowMs = performance.now() - Math.max(0, Date.now() - message.startedAtEpochMs);
      recording.timeline.add({ atMs: 0, heapUsedBytes: 0, externalBytes: 0, rssBytes: baselineRssBytes });
      recording.peakRssBytes = Math.max(recording.peakRssBytes, baselineRssBytes);
      break;
    }
    case 'timeline':
      recordTimeline(recording, message.points, message.collections);
      break;
    case 'profiledFunctions':
      recording.profiledFunctions = message.functions;
      break;
    case 'fallbackLines':
      recording.fallback = message;
      recording.timeline.seePeak(message.peakBytes, message.peakAtMs);
      break;
    case 'inspection':
      recording.inspection = message;
      recording.peakRssBytes = Math.max(recording.peakRssBytes, message.peakRssBytes ?? 0);
      if (message.note !== undefined) recording.notes.add(message.note);
      break;
    case 'note':
      recording.notes.add(message.text);
      break;
    case 'syntaxError':
      recording.syntaxProblem = message;
      break;
    case 'end':
      recording.end = message;
      break;
  }
}

/** The fallback's: a collection's kind is its generation. */
function recordTimeline(recording: PythonRecording, points: readonly number[], collections: readonly number[]): void {
  for (let at = 0; at + 3 < points.length; at += 4) {
    const [atMs = 0, heapUsedBytes = 0, externalBytes = 0, rssBytes = 0] = points.slice(at, at + 4);
    recording.timeline.add({ atMs, heapUsedBytes, externalBytes, rssBytes });
    recording.peakRssBytes = Math.max(recording.peakRssBytes, rssBytes);
  }
  for (let at = 0; at + 5 < collections.length; at += 6) {
    const [atMs = 0, durationMs = 0, generation = 0, freedBytes = 0] = collections.slice(at, at + 6);
    recording.collections.push({ atMs: Math.max(0, atMs), durationMs, kind: `gen${generation}`, freedBytes: Math.max(0, freedBytes) });
  }
}
