/**
 * Turns a profile, whole or still growing, into what the side bar's page shows: a few kilobytes, whatever the program did.
 */

import type { CollectionMark, CollectionSummary, OverviewFigures, OverviewLine, OverviewModel } from '../protocol/webviewMessages.ts';
import { groupCollections } from './collectionsByKind.ts';
import { downsampleTimeline } from './downsampleTimeline.ts';
import { fileTitle } from './filePaths.ts';
import { formatRuntime, isFallback } from './formatProfileSummary.ts';
import { hottestLines } from './metrics.ts';
import type { Collection, FunctionProfile, LineProfile, MemoryProfile, Timeline } from './profile.ts';

/** A side bar is 200 to 600 pixels wide: more points would only cover each other. */
const maxTimelinePoints = 800;
/** More marks would merge into a bar; the shortest pauses are left out of the drawing (the sums by kind count them all). */
export const maxCollectionMarks = 200;
/** Lines sent for each of the three metrics. */
export const maxHotLines = 10;

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
    fileName: fileTitle(profile.program.file),
    filePath: profile.program.file,
    durationMs: profile.durationMs,
    exit: profile.exit,
    timeline: downsampleTimeline(profile.timeline, maxTimelinePoints),
  };
}

/** Of a run that goes on: the timeline as of now, the rest as of the newest profile so far, if there is one. */
export function buildRunningOverviewModel(run: RunSoFar): OverviewModel {
  const parts =
    run.profile === undefined
      ? { collections: [], collectionMarks: [], collectorChanges: [], hotLines: [], notes: [] }
      : profileParts(run.profile);
  return {
    ...parts,
    fileName: fileTitle(run.file),
    filePath: run.file,
    durationMs: run.elapsedMs,
    timeline: downsampleTimeline(run.timeline, maxTimelinePoints),
  };
}

function profileParts(
  profile: MemoryProfile,
): Pick<
  OverviewModel,
  'runtime' | 'runtimePath' | 'isFallback' | 'figures' | 'collections' | 'collectionMarks' | 'collectorChanges' | 'hotLines' | 'notes'
> {
  return {
    runtime: formatRuntime(profile),
    runtimePath: profile.runtime.executable,
    isFallback: isFallback(profile),
    figures: figuresOf(profile),
    collections: summarizeCollections(profile.collections),
    collectionMarks: chooseCollectionMarks(profile.collections),
    collectorChanges: profile.collectorChanges ?? [],
    hotLines: chooseHotLines(profile),
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
    unattributedRssBytes: totals.unattributedRssBytes,
    unattributedAllocatedBytes: totals.unattributedAllocatedBytes,
    unattributedLiveBytes: totals.unattributedLiveBytes,
    unattributedPeakBytes: totals.unattributedPeakBytes,
    collectorFreedBytes: totals.collectorFreedBytes,
  };
}

/** One entry a kind, the kind that paused the program longest first. */
function summarizeCollections(collections: readonly Collection[]): CollectionSummary[] {
  const longestMs = (wanted: string): number =>
    collections.reduce((longest, { kind, durationMs }) => (kind === wanted ? Math.max(longest, durationMs) : longest), 0);
  return groupCollections(collections)
    .map(({ durationMs, ...group }) => ({ ...group, totalPauseMs: durationMs, longestPauseMs: longestMs(group.kind) }))
    .sort((a, b) => b.totalPauseMs - a.totalPauseMs);
}

function chooseCollectionMarks(collections: readonly Collection[]): CollectionMark[] {
  const longest = [...collections].sort((a, b) => b.durationMs - a.durationMs).slice(0, maxCollectionMarks);
  return longest.sort((a, b) => a.atMs - b.atMs).map(({ atMs, durationMs, kind }) => ({ atMs, durationMs, kind }));
}

/** The hottest by each metric, together, each line once. */
function chooseHotLines(profile: MemoryProfile): OverviewLine[] {
  const filesByPath = new Map(profile.files.map((file) => [file.path, file]));
  const chosen = new Map<LineProfile, string>();
  for (const metric of ['allocated', 'live', 'peak'] as const) {
    for (const { path, line } of hottestLines(profile, metric, maxHotLines)) chosen.set(line, path);
  }
  return [...chosen].map(([line, path]) => ({
    path,
    fileName: fileTitle(path),
    line: line.line,
    functionName: innermostFunction(filesByPath.get(path)?.functions ?? [], line.line)?.name,
    allocatedBytes: line.allocatedBytes,
    liveBytes: line.liveBytes,
    peakBytes: line.peakBytes,
    relativeErrorRatio: line.relativeErrorRatio,
  }));
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
