/** Adds to a profile what the heap snapshot at the end of its run explains, where one was asked for. */

import { formatBytes } from '../../../core/formatFigures.ts';
import type { MemoryProfile } from '../../../core/profile.ts';
import { totalLines } from '../lineTotals.ts';
import type { NodeRuntime } from '../nodeRuntime.ts';
import type { Recording } from '../recording.ts';
import { askSnapshot } from './askSnapshot.ts';
import type { QuestionSite, SnapshotQuestion } from './explanationMessages.ts';

/** What holds it is told of lines that left more alive than this, the first so many. */
const minLiveBytes = 65_536;
const maxLineCount = 40;

export interface ExplanationParts {
  readonly runtime: NodeRuntime;
  /** The built process that reads the snapshot. */
  readonly readerFile: string;
  readonly agentFile: string;
  readonly snapshotFile: string;
  readonly maxHeapBytes: number;
  readonly stop: AbortSignal;
}

/** What could not be looked at is said in the notes. */
export async function explainProfile(profile: MemoryProfile, recording: Recording, parts: ExplanationParts): Promise<MemoryProfile> {
  const why = whyNoSnapshot(recording, parts);
  const startedAtMs = Date.now();
  const question = { snapshotFile: parts.snapshotFile, agentFile: parts.agentFile, ...askAbout(recording) };
  const answer = why ?? (await askSnapshot(question, parts.runtime, parts.readerFile, parts.stop));
  const add = (notes: readonly string[]): MemoryProfile => ({
    ...profile,
    engine: { ...profile.engine, notes: [...profile.engine.notes, ...notes] },
  });
  if (typeof answer === 'string') return add([`Why memory is still held was not looked at: ${answer}.`]);
  const { globals, caches, holders, notes, peakRssBytes } = answer;
  const seconds = (ms: number): string => (ms / 1000).toFixed(1);
  const cost =
    `A heap snapshot at the end shows why memory is still held: ` +
    `${seconds(recording.snapshot?.durationMs ?? 0)} s to take, ${seconds(Date.now() - startedAtMs)} s and ${formatBytes(peakRssBytes)} to read.`;
  return { ...add([...notes, cost]), globals, caches, holders };
}

/** Says of leak suspects what holds them, where that is known of their line. */
export function withHoldersOfSuspects(profile: MemoryProfile): MemoryProfile {
  const { holders, leakSuspects } = profile;
  if (holders === undefined || leakSuspects === undefined) return profile;
  return {
    ...profile,
    leakSuspects: leakSuspects.map((suspect) => {
      const holder = holders.find(({ at }) => at.path === suspect.at.path && at.line === suspect.at.line);
      return suspect.retainedBy.length > 0 || holder === undefined
        ? suspect
        : { ...suspect, retainedBy: holder.path.map(({ text }) => text) };
    }),
  };
}

function whyNoSnapshot({ snapshot }: Recording, { maxHeapBytes, stop }: ExplanationParts): string | undefined {
  if (stop.aborted && snapshot?.state !== 'written') return 'it was cancelled';
  switch (snapshot?.state) {
    case undefined:
      return 'the program ended before a heap snapshot could be taken';
    case 'refused':
      return (
        `the heap has ${formatBytes(snapshot.heapUsedBytes)} in use, and a heap snapshot, which needs as much again and more, is taken ` +
        `of ${formatBytes(maxHeapBytes)} at most. Let the program run on less data, or stop it earlier`
      );
    case 'failed':
      return (
        `the heap snapshot could not be taken (${snapshot.reason ?? 'for no known reason'}). See to it that there is memory, and room in ` +
        'the temporary folder, or let the program run on less data'
      );
    case 'writing':
      return 'the program ended while its heap snapshot was being written';
    case 'written':
      return undefined;
  }
}

function askAbout(recording: Recording): Pick<SnapshotQuestion, 'files' | 'sites'> {
  const { sites, counters } = totalLines(recording);
  const files = recording.files.map(({ file: { path, contentSha256, functions } }) => ({
    path,
    contentSha256,
    functions: functions.map(({ name, line, endLine, counter, rewrittenLine0, rewrittenColumn0 }) => {
      return { name, line, endLine, callCount: counters.get(counter) ?? 0, rewrittenLine0, rewrittenColumn0 };
    }),
  }));
  const liveOfLine = new Map<string, number>();
  for (const { fileIndex, line, liveBytes } of sites) {
    const key = `${fileIndex}:${line}`;
    liveOfLine.set(key, (liveOfLine.get(key) ?? 0) + liveBytes);
  }
  const lines = [...liveOfLine].filter(([, bytes]) => bytes >= minLiveBytes).sort(([, first], [, second]) => second - first);
  const order = new Map(lines.slice(0, maxLineCount).map(([key], index) => [key, index]));
  const asked = sites.flatMap(({ site, fileIndex, line }): (QuestionSite & { order: number })[] => {
    const at = order.get(`${fileIndex}:${line}`);
    return at === undefined ? [] : [{ site, file: fileIndex, line, order: at }];
  });
  return { files, sites: asked.sort((first, second) => first.order - second.order) };
}
