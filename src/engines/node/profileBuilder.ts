/**
 * Builds the profile from a recording: exact totals, lines, functions, the call tree, and notes of all that a reader should know.
 */

import { profileFormat, profileVersion } from '../../core/profile.ts';
import type { ExitInfo, FileProfile, FunctionProfile, LineProfile, MemoryProfile, ProfileTotals } from '../../core/profile.ts';
import { formatCounted } from '../../core/formatFigures.ts';
import { addLeakSuspects } from '../../core/leakSuspects.ts';
import { collectingNotes } from '../collectingNotes.ts';
import type { ProfileRequest } from '../engine.ts';
import { addLines, errorRatio, wholeAndRest } from '../profileFigures.ts';
import { buildCallFigures } from './callTreeBuilder.ts';
import type { CallFigures } from './callTreeBuilder.ts';
import { chargeCollections } from './lineCollections.ts';
import type { LineCollections } from './lineCollections.ts';
import { buildLineCourses, findGrowingLines } from './lineCourses.ts';
import { noFigures, totalLines } from './lineTotals.ts';
import type { Figures, FileTotals, RunTotals } from './lineTotals.ts';
import type { Recording } from './recording.ts';
import { readRepeatedCalls } from './repeatedCalls.ts';

export const nodeEngineName = 'memory-lens-node';

export interface ProfileFrame {
  readonly request: ProfileRequest;
  readonly executable: string;
  readonly version: string;
  readonly exit: ExitInfo;
  readonly startedAt: Date;
}

export function buildProfile(recording: Recording, frame: ProfileFrame): MemoryProfile {
  const totals = totalLines(recording);
  const pathOf = (fileIndex: number): string => (recording.files[fileIndex]?.file.path ?? '').replaceAll('\\', '/');
  const calls = buildCallFigures(recording, totals, pathOf);
  const runTotals = buildTotals(recording, totals);
  const collections = chargeCollections(recording.collections, recording.executions, totals, runTotals.allocatedBytes ?? 0);
  const { timeline } = recording;
  const durationMs = recording.end?.atMs ?? timeline.atMs.at(-1) ?? 0;
  const { request } = frame;
  const profile: MemoryProfile = {
    format: profileFormat,
    version: profileVersion,
    startedAt: new Date(recording.start?.startedAtEpochMs ?? frame.startedAt.getTime()).toISOString(),
    durationMs,
    runtime: { name: 'node', version: frame.version, executable: frame.executable },
    engine: {
      name: nodeEngineName,
      precision: 'sampled',
      ...(recording.samplingIntervalBytes > 0 ? { samplingIntervalBytes: recording.samplingIntervalBytes } : {}),
      profilerCpuMs: Math.round((recording.counts?.ownCpuMs ?? 0) + recording.readingMs),
      notes: [
        ...recording.notes,
        ...ownNotes(recording),
        ...(collections.size > 0 ? [chargedCollectionsNote] : []),
        ...collectingNotes(recording.collections, durationMs),
      ],
    },
    program: { file: request.file.replaceAll('\\', '/'), args: request.args, cwd: request.cwd, kind: 'file' },
    exit: frame.exit,
    totals: runTotals,
    timeline,
    collections: recording.collections,
    files: mergeFiles(totals.files.map((file, index) => buildFile(file, index, recording, totals.counters, calls, collections))),
    callTree: calls.tree,
    ...(request.explain === true ? { repeatedCalls: readRepeatedCalls(recording) } : {}),
  };
  const reason = recording.lastReadingReason;
  if (reason !== 'exit' && reason !== 'stop') return profile;
  return addLeakSuspects(profile, {
    courses: buildLineCourses(recording, totals, pathOf, durationMs),
    growingLines: findGrowingLines(recording, totals, pathOf),
    collectedAtEnd: true,
  });
}

function buildTotals(recording: Recording, totals: RunTotals): ProfileTotals {
  const last = recording.live?.last;
  const peak = recording.live?.peak;
  const { timeline, start } = recording;
  const baselineBytes = (start?.baselineHeapBytes ?? 0) + (start?.baselineExternalBytes ?? 0);
  // Without any reading there is only what was in use, garbage included.
  const used = timeline.heapUsedBytes.map((bytes, index) => bytes + (timeline.externalBytes[index] ?? 0) - baselineBytes);
  const liveBytes = last === undefined ? Math.max(0, used.at(-1) ?? 0) : last.heapBytes + last.externalBytes;
  const peakBytes = peak === undefined ? highest(used) : peak.heapBytes + peak.externalBytes;
  const allocatedBytes =
    recording.counts === undefined ? undefined : recording.counts.allocatedHeapBytes + recording.counts.allocatedExternalBytes;
  const live = wholeAndRest(liveBytes, totals.attributedLiveBytes);
  const peaks = wholeAndRest(peakBytes, totals.attributedPeakBytes);
  const allocated = allocatedBytes === undefined ? undefined : wholeAndRest(allocatedBytes, totals.attributedAllocatedBytes);
  return {
    ...(allocated === undefined ? {} : { allocatedBytes: allocated.whole, unattributedAllocatedBytes: allocated.rest }),
    liveBytes: live.whole,
    unattributedLiveBytes: live.rest,
    peakBytes: peaks.whole,
    unattributedPeakBytes: peaks.rest,
    peakAtMs: peak?.atMs ?? 0,
    peakRssBytes: highest(timeline.rssBytes),
    peakExternalBytes: highest(timeline.externalBytes),
  };
}

function buildFile(
  file: FileTotals,
  fileIndex: number,
  recording: Recording,
  counters: ReadonlyMap<number, number>,
  calls: CallFigures,
  collections: ReadonlyMap<string, LineCollections>,
): FileProfile {
  const { file: info } = file.message;
  const counts = new Map<number, number>();
  for (const statement of info.statements) {
    if (!counts.has(statement.line)) counts.set(statement.line, counters.get(statement.counter) ?? 0);
  }
  for (const site of info.sites) {
    if (!counts.has(site.line)) counts.set(site.line, recording.allocations.get(site.id)?.executionCount ?? 0);
  }
  const known = new Set([...counts.keys(), ...file.lines.keys()]);
  const lines = [...known]
    .sort((first, second) => first - second)
    .map((line): LineProfile => {
      const key = `${fileIndex}:${line}`;
      const figures = file.lines.get(line) ?? noFigures();
      return { ...buildLine(line, figures, counts.get(line), calls.totalByLine.get(key), recording), ...collections.get(key) };
    });
  return {
    path: info.path.replaceAll('\\', '/'),
    language: /\.([cm]?ts|tsx)$/.test(info.path) ? 'typescript' : 'javascript',
    contentSha256: info.contentSha256,
    lines,
    functions: info.functions.slice(1).map((entry, index): FunctionProfile => {
      const figures = file.functions.get(index + 1) ?? noFigures();
      return {
        name: entry.name === '' ? '(anonymous)' : entry.name,
        line: entry.line,
        endLine: entry.endLine,
        ...(entry.counter < 0 ? {} : { callCount: counters.get(entry.counter) ?? 0 }),
        allocatedBytes: Math.round(figures.allocatedBytes),
        totalAllocatedBytes: Math.round(Math.max(figures.allocatedBytes, calls.totalByFunction.get(`${fileIndex}:${index + 1}`) ?? 0)),
        liveBytes: Math.round(figures.liveBytes),
        peakBytes: Math.round(figures.peakBytes),
      };
    }),
  };
}

function buildLine(
  line: number,
  figures: Figures,
  executionCount: number | undefined,
  totalAllocatedBytes: number | undefined,
  recording: Recording,
): LineProfile {
  const hasReading = recording.live?.last !== undefined;
  const error = Math.max(
    errorRatio(figures.allocatedVariance, figures.allocatedBytes),
    errorRatio(figures.liveVariance, figures.liveBytes),
    errorRatio(figures.peakVariance, figures.peakBytes),
  );
  return {
    line,
    ...(executionCount === undefined ? {} : { executionCount }),
    allocatedBytes: figures.allocatedBytes,
    ...(figures.allocatedCount === undefined ? {} : { allocatedCount: figures.allocatedCount }),
    totalAllocatedBytes: Math.max(figures.allocatedBytes, totalAllocatedBytes ?? 0),
    ...(hasReading ? { liveBytes: figures.liveBytes, peakBytes: figures.peakBytes } : {}),
    ...(figures.externalAllocatedBytes > 0 ? { externalAllocatedBytes: figures.externalAllocatedBytes } : {}),
    ...(hasReading && figures.externalAllocatedBytes > 0 ? { externalLiveBytes: figures.externalLiveBytes } : {}),
    ...(error > 0 ? { relativeErrorRatio: error } : {}),
  };
}

/** A file that was loaded twice (as CommonJS and as a module, or under a query) is one file with the sums of both. */
function mergeFiles(files: readonly FileProfile[]): FileProfile[] {
  const merged = new Map<string, FileProfile>();
  for (const file of files) {
    const known = merged.get(file.path);
    merged.set(file.path, known === undefined ? file : { ...known, lines: mergeLines([...known.lines, ...file.lines]) });
  }
  return [...merged.values()];
}

function mergeLines(lines: readonly LineProfile[]): LineProfile[] {
  const merged = new Map<number, LineProfile>();
  for (const line of lines) {
    const known = merged.get(line.line);
    merged.set(line.line, known === undefined ? line : addLines(known, line));
  }
  return [...merged.values()].sort((first, second) => first.line - second.line);
}

const chargedCollectionsNote =
  'V8 tells when it collected garbage, not for which line: collections are charged to lines by what each allocated about then.';

function ownNotes(recording: Recording): string[] {
  const notes: string[] = [];
  const { start, live } = recording;
  if (start !== undefined) {
    const mebibytes = ((start.baselineHeapBytes + start.baselineExternalBytes) / 1_048_576).toFixed(1);
    notes.push(
      `Live, peak and allocated figures leave out the ${mebibytes} MiB that Node itself held when the program started; the timeline shows all.`,
    );
  }
  if (recording.readingCount > 0) {
    const count = formatCounted(recording.readingCount, 'full collection');
    notes.push(`To see what is alive, the profiling ran ${count} of its own, which are not listed.`);
  }
  if (live?.last === undefined) {
    notes.push('The program ended before it could be seen what was alive: lines have no live and peak figures.');
  } else if (recording.end === undefined) {
    notes.push(`What is alive was last read ${Math.round(live.last.atMs)} ms after the start: the program did not end by itself.`);
  }
  if (live?.last?.externalsKnown === false) notes.push('Which off-heap memory is alive could not be read.');
  return notes;
}

function highest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}
