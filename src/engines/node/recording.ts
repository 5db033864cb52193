/**
 * Everything that the agent has said of one run, in the form that a profile is built from. At any moment a profile can be built of what
 * is known so far.
 */

import { collectionKinds } from '../../protocol/agentMessages.ts';
import type {
  AgentMessage,
  CountsMessage,
  EndMessage,
  FileMessage,
  HelloMessage,
  ReadingMessage,
  SnapshotMessage,
  StartMessage,
  SyntaxErrorMessage,
} from '../../protocol/agentMessages.ts';
import type { Collection } from '../../core/profile.ts';
import { createExecutionCourse, type ExecutionCourse } from './executionCourse.ts';
import { createLiveTables } from './liveTables.ts';
import type { LiveTables } from './liveTables.ts';
import { estimateSites } from './siteFigures.ts';
import type { SiteAllocation } from './siteFigures.ts';

/** How much of a site's measured bytes came through each stack of callers: pairs (file index, line), innermost first. */
export interface CallerStack {
  readonly frames: readonly number[];
  bytes: number;
}

export interface Recording {
  hello: HelloMessage | undefined;
  start: StartMessage | undefined;
  end: EndMessage | undefined;
  readonly files: FileMessage[];
  readonly literalSites: Set<number>;
  readonly steadySites: Set<number>;
  readonly growingSites: Set<number>;
  readonly timeline: {
    readonly atMs: number[];
    readonly heapUsedBytes: number[];
    readonly externalBytes: number[];
    readonly rssBytes: number[];
  };
  readonly collections: Collection[];
  counts: CountsMessage | undefined;
  allocations: ReadonlyMap<number, SiteAllocation>;
  readonly executions: ExecutionCourse;
  live: LiveTables | undefined;
  readingCount: number;
  lastReadingReason: ReadingMessage['reason'] | undefined;
  readingMs: number;
  samplingIntervalBytes: number;
  readonly stacks: Map<number, Map<string, CallerStack>>;
  readonly notes: Set<string>;
  snapshot: SnapshotMessage | undefined;
  syntaxProblem: SyntaxErrorMessage | undefined;
}

/** More different callers of one site are not told apart. */
const maxStacksPerSite = 64;

export function createRecording(): Recording {
  return {
    hello: undefined,
    start: undefined,
    end: undefined,
    files: [],
    literalSites: new Set(),
    steadySites: new Set(),
    growingSites: new Set(),
    timeline: { atMs: [], heapUsedBytes: [], externalBytes: [], rssBytes: [] },
    collections: [],
    counts: undefined,
    allocations: new Map(),
    executions: createExecutionCourse(),
    live: undefined,
    readingCount: 0,
    lastReadingReason: undefined,
    readingMs: 0,
    samplingIntervalBytes: 0,
    stacks: new Map(),
    notes: new Set(),
    snapshot: undefined,
    syntaxProblem: undefined,
  };
}

export function recordMessage(recording: Recording, message: AgentMessage): void {
  switch (message.type) {
    case 'hello':
      recording.hello = message;
      break;
    case 'start':
      recording.start = message;
      recording.live = createLiveTables(
        { heapBytes: message.baselineHeapBytes, externalBytes: message.baselineExternalBytes },
        {
          isSteady: (site) => recording.steadySites.has(site),
          isGrowing: (site) => recording.growingSites.has(site),
        },
      );
      break;
    case 'file':
      recording.files.push(message);
      for (const { id, kind } of message.file.sites) {
        if (kind === 'literal') recording.literalSites.add(id);
        if (kind === 'literal' || kind === 'new') recording.steadySites.add(id);
        if (kind === 'grow') recording.growingSites.add(id);
      }
      for (const note of message.file.notes) recording.notes.add(note);
      break;
    case 'timeline':
      recordTimeline(recording, message.points, message.collections);
      break;
    case 'counts':
      recording.counts = message;
      recording.executions.add(message);
      recording.allocations = estimateSites(message.sites, message.allocatedHeapBytes, (site) => recording.literalSites.has(site));
      break;
    case 'reading':
      recording.live?.add(message, recording.allocations);
      recording.readingCount += 1;
      recording.lastReadingReason = message.reason;
      recording.readingMs += message.durationMs;
      recording.samplingIntervalBytes = message.samplingIntervalBytes;
      break;
    case 'stacks':
      for (const stack of message.stacks) recordStack(recording, stack.site, stack.bytes, stack.frames);
      break;
    case 'snapshot':
      recording.snapshot = message;
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

function recordTimeline(recording: Recording, points: readonly number[], collections: readonly number[]): void {
  const { timeline } = recording;
  for (let at = 0; at + 3 < points.length; at += 4) {
    timeline.atMs.push(Math.max(points[at] as number, timeline.atMs.at(-1) ?? 0));
    timeline.heapUsedBytes.push(points[at + 1] as number);
    timeline.externalBytes.push(points[at + 2] as number);
    timeline.rssBytes.push(points[at + 3] as number);
  }
  for (let at = 0; at + 6 < collections.length; at += 7) {
    const [atMs = 0, durationMs = 0, kind = 0, freedHeapBytes = 0, freedExternalBytes = 0, promotedBytes = 0] = collections.slice(
      at,
      at + 7,
    );
    recording.collections.push({
      atMs: Math.max(0, atMs),
      durationMs,
      kind: collectionKinds[kind] ?? 'major',
      // Memory that was promoted or counted late can make the difference negative: nothing was freed then.
      freedBytes: Math.max(0, freedHeapBytes + freedExternalBytes),
      ...(collectionKinds[kind] === 'minor' ? { promotedBytes: Math.max(0, promotedBytes) } : {}),
    });
  }
}

function recordStack(recording: Recording, site: number, bytes: number, frames: readonly number[]): void {
  let stacks = recording.stacks.get(site);
  if (stacks === undefined) {
    stacks = new Map();
    recording.stacks.set(site, stacks);
  }
  const key = frames.join(',');
  const known = stacks.get(key);
  if (known !== undefined) known.bytes += bytes;
  else if (stacks.size < maxStacksPerSite) stacks.set(key, { frames, bytes });
}
