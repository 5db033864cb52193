/**
 * Turns a profile, whole or still growing, into what the side bar's page shows: a few kilobytes, whatever the program did.
 */

import type { CollectionMark, CollectionSummary, HotLine, OverviewFigures, OverviewModel } from '../protocol/webviewMessages.ts';
import { downsampleTimeline } from './downsampleTimeline.ts';
import type { Collection, FileProfile, FunctionProfile, LineProfile, MemoryProfile, Timeline } from './profile.ts';

/** A side bar is 200 to 600 pixels wide: more points would only cover each other. */
export const maxTimelinePoints = 800;
/** More marks would merge into a bar; the shortest pauses are left out of the drawing (the sums by kind count them all). */
export const maxCollectionMarks = 200;
/** Lines sent for each of the three figures. */
export const maxHotLines = 10;

type HotFigure = 'allocatedBytes' | 'liveBytes' | 'peakBytes';
const hotFigures: readonly HotFigure[] = ['allocatedBytes', 'liveBytes', 'peakBytes'];

/** What is known of a program that still runs; the shape of the engine's updates and the file that was asked for. */
export interface RunSoFar {
  /** Absolute, either kind of slashes. */
  readonly file: string;
  readonly elapsedMs: number;
  readonly timeline: Timeline;
  readonly profile?: MemoryProfile;
}

/** Of a run that has ended. */
export function buildOverviewModel(profile: MemoryProfile): OverviewModel {
  return {
    ...profileParts(profile),
    fileName: baseName(profile.program.file),
    filePath: profile.program.file,
    durationMs: profile.durationMs,
    exit: profile.exit,
    timeline: downsampleTimeline(profile.timeline, maxTimelinePoints),
  };
}

/** Of a run that goes on: the timeline as of now, the rest as of the newest profile so far, if there is one. */
export function buildRunningOverviewModel(run: RunSoFar): OverviewModel {
  const parts = run.profile === undefined ? { collections: [], collectionMarks: [], hotLines: [], notes: [] } : profileParts(run.profile);
  return {
    ...parts,
    fileName: baseName(run.file),
    filePath: run.file,
    durationMs: run.elapsedMs,
    timeline: downsampleTimeline(run.timeline, maxTimelinePoints),
  };
}

function profileParts(
  profile: MemoryProfile,
): Pick<OverviewModel, 'runtime' | 'figures' | 'collections' | 'collectionMarks' | 'hotLines' | 'notes'> {
  return {
    runtime: `${profile.runtime.name === 'node' ? 'Node.js' : 'Python'} ${profile.runtime.version.replace(/^v/, '')}`,
    figures: figuresOf(profile),
    collections: summarizeCollections(profile.collections),
    collectionMarks: chooseCollectionMarks(profile.collections),
    hotLines: chooseHotLines(profile.files),
    notes: profile.engine.notes,
  };
}

function figuresOf(profile: MemoryProfile): OverviewFigures {
  const { totals, engine } = profile;
  return {
    precision: engine.precision,
    samplingIntervalBytes: engine.samplingIntervalBytes,
    profilerCpuMs: engine.profilerCpuMs,
    allocatedBytes: totals.allocatedBytes,
    liveBytes: totals.liveBytes,
    peakBytes: totals.peakBytes,
    peakAtMs: totals.peakAtMs,
    peakRssBytes: totals.peakRssBytes,
    peakExternalBytes: totals.peakExternalBytes,
    unattributedAllocatedBytes: totals.unattributedAllocatedBytes,
    unattributedLiveBytes: totals.unattributedLiveBytes,
    unattributedPeakBytes: totals.unattributedPeakBytes,
  };
}

/** One entry a kind, the kind that paused the program longest first. */
function summarizeCollections(collections: readonly Collection[]): CollectionSummary[] {
  const byKind = new Map<string, CollectionSummary>();
  for (const { kind, durationMs } of collections) {
    const before = byKind.get(kind) ?? { kind, count: 0, totalPauseMs: 0, longestPauseMs: 0 };
    byKind.set(kind, {
      kind,
      count: before.count + 1,
      totalPauseMs: before.totalPauseMs + durationMs,
      longestPauseMs: Math.max(before.longestPauseMs, durationMs),
    });
  }
  return [...byKind.values()].sort((a, b) => b.totalPauseMs - a.totalPauseMs);
}

function chooseCollectionMarks(collections: readonly Collection[]): CollectionMark[] {
  const longest = [...collections].sort((a, b) => b.durationMs - a.durationMs).slice(0, maxCollectionMarks);
  return longest.sort((a, b) => a.atMs - b.atMs).map(({ atMs, durationMs, kind }) => ({ atMs, durationMs, kind }));
}

/** The hottest by each figure, together; a line without any of them is not hot. */
function chooseHotLines(files: readonly FileProfile[]): HotLine[] {
  const all = files.flatMap((file) => file.lines.map((line) => ({ file, line })));
  const chosen = new Set<(typeof all)[number]>();
  for (const figure of hotFigures) {
    all
      .filter(({ line }) => (line[figure] ?? 0) > 0)
      .sort((a, b) => (b.line[figure] ?? 0) - (a.line[figure] ?? 0))
      .slice(0, maxHotLines)
      .forEach((entry) => chosen.add(entry));
  }
  return [...chosen].map(({ file, line }) => hotLine(file, line));
}

function hotLine(file: FileProfile, line: LineProfile): HotLine {
  return {
    path: file.path,
    fileName: baseName(file.path),
    line: line.line,
    functionName: innermostFunction(file.functions, line.line)?.name,
    allocatedBytes: line.allocatedBytes,
    liveBytes: line.liveBytes,
    peakBytes: line.peakBytes,
    relativeErrorRatio: line.relativeErrorRatio,
  };
}

/** Functions that hold a line are nested in one another: the one that starts last is the innermost. */
function innermostFunction(functions: readonly FunctionProfile[], line: number): FunctionProfile | undefined {
  return functions
    .filter((candidate) => candidate.line <= line && line <= candidate.endLine)
    .reduce<FunctionProfile | undefined>(
      (inner, candidate) => (inner === undefined || candidate.line >= inner.line ? candidate : inner),
      undefined,
    );
}

function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
