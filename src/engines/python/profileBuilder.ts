/**
 * Builds the profile of a Python program from the recorder's tables (or the fallback's figures) and what the probe said.
 */

import {
  profileFormat,
  profileVersion,
  type FileProfile,
  type LineProfile,
  type MemoryProfile,
  type ProfileTotals,
} from '../../core/profile.ts';
import { addLeakSuspects } from '../../core/leakSuspects.ts';
import { wholeAndRest } from '../profileFigures.ts';
import { buildAllocationFigures, lineTypes, type LineTotals } from './allocationFigures.ts';
import { lineCountFigures, readExecutionCounts } from './executionCounts.ts';
import { readCollectorSteering } from './collectorChanges.ts';
import { readCycles } from './cycles.ts';
import { buildFallbackFiles } from './fallbackProfile.ts';
import { lineFigures, noFigures, wholeBytes } from './figures.ts';
import { buildFunctions } from './functionProfiles.ts';
import { buildLineCourses, findGrowingLines, type LiveCourse } from './liveCourse.ts';
import { describeRun } from './notes.ts';
import { profilerCpuMs } from './ownCost.ts';
import { buildExplanation } from './explanation.ts';
import { createPlaces, type LineRange } from './places.ts';
import { elapsedMs, type PythonRecording } from './recording.ts';
import { readRepeatedCalls } from './repeatedCalls.ts';
import type { ProfileFrame, RunFigures } from './runFigures.ts';
import type { Tables } from './tablesFile.ts';

export const pythonEngineName = 'memory-lens-python';
/** Views tell by it that the figures are the fallback's. */
const pythonFallbackEngineName = 'memory-lens-python-fallback';
/** Of the tables: the program ended by itself, and what is live was taken after a full collection. */
const endedState = 2;

/**
 * @param tables absent: the native recorder did not work, or the program never began.
 * @param course what was alive over the run, of a run that has ended.
 */
export function buildProfile(
  recording: PythonRecording,
  tables: Tables | undefined,
  frame: ProfileFrame,
  course?: LiveCourse,
): MemoryProfile {
  const { request, runtime } = frame;
  const limits = recording.profiledFunctions.flatMap(({ path, line, endLine }): LineRange[] => {
    const shown = frame.shownPath(path);
    return shown === undefined ? [] : [{ path: shown, line, endLine }];
  });
  const figures = tables === undefined ? buildFallbackFiles(recording, limits, frame) : buildFiles(tables, recording, limits, frame);
  const totals = buildTotals(recording, figures);
  const ownCpuMs = profilerCpuMs(recording, tables, figures.files);
  const isExact = tables === undefined || tables.header.exact === 1;
  const interval = tables?.header.samplingIntervalBytes ?? 0;
  const durationMs = recording.end?.atMs ?? Math.max(recording.timeline.last?.atMs ?? 0, totals.peakAtMs);
  const profile: MemoryProfile = {
    format: profileFormat,
    version: profileVersion,
    startedAt: new Date(recording.start?.startedAtEpochMs ?? frame.startedAt.getTime()).toISOString(),
    durationMs,
    runtime: { name: 'python', version: runtime.version, executable: runtime.executable },
    engine: {
      name: recording.measuring?.recorder === 'fallback' ? pythonFallbackEngineName : pythonEngineName,
      precision: isExact ? 'exact' : 'sampled',
      ...(isExact || interval <= 0 ? {} : { samplingIntervalBytes: interval }),
      ...(ownCpuMs === undefined ? {} : { profilerCpuMs: ownCpuMs }),
      notes: describeRun({
        recording,
        tables,
        totals,
        files: figures.files,
        collections: figures.collections,
        collectorLeftOff: figures.collectorLeftOff,
        durationMs,
        limits,
        precision: request.precision,
      }),
    },
    program: {
      // Of a module that Python itself could not find beforehand, only the name is known.
      file: request.file === '' ? (request.module ?? '') : request.file.replaceAll('\\', '/'),
      args: request.args,
      cwd: request.cwd,
      kind: request.module === undefined ? 'file' : 'module',
    },
    exit: frame.exit,
    totals,
    timeline: recording.timeline.build(),
    collections: figures.collections,
    files: figures.files,
    ...(figures.callTree === undefined ? {} : { callTree: figures.callTree }),
    ...figures.explanations,
    ...(recording.inspection === undefined ? {} : buildExplanation(recording.inspection, frame, figures.lineOfStack ?? (() => undefined))),
  };
  if (course === undefined || figures.lineCourses === undefined) return profile;
  const { courses, growingLines } = figures.lineCourses(course.looks, durationMs);
  return addLeakSuspects(profile, { courses, growingLines, collectedAtEnd: tables?.header.state === endedState });
}

function buildFiles(tables: Tables, recording: PythonRecording, limits: readonly LineRange[], frame: ProfileFrame): RunFigures {
  const options = { shownPath: frame.shownPath, limits };
  const places = createPlaces(tables, options);
  const allocation = buildAllocationFigures(tables, places);
  const isCounted = recording.measuring?.counting !== 'none';
  const counts = isCounted ? readExecutionCounts(tables, options) : undefined;
  const paths = new Set([...allocation.lines.keys(), ...(counts?.lines.keys() ?? [])]);
  const files = [...paths].sort().map((path): FileProfile => {
    const source = frame.sources(path);
    const known = new Set([...(allocation.lines.get(path)?.keys() ?? []), ...(counts?.lines.get(path)?.keys() ?? [])]);
    const buildLine = (line: number): LineProfile => ({
      line,
      ...lineCountFigures(counts?.lines.get(path)?.get(line)),
      ...allocatedFigures(allocation.lines.get(path)?.get(line)),
    });
    return {
      path,
      language: 'python',
      contentSha256: source.contentSha256,
      lines: [...known].sort((a, b) => a - b).map(buildLine),
      functions: buildFunctions({ path, source, figures: allocation.functions, counts }),
    };
  });
  const { header } = tables;
  const { changes, leftOff } = readCollectorSteering(tables, places);
  return {
    files,
    callTree: allocation.callTree,
    collections: allocation.collections,
    allocatedBytes: header.allocatedBytes,
    liveBytes: header.liveBytes,
    peakBytes: header.peakBytes,
    peakExternalBytes: header.peakExternalBytes,
    collectorFreedBytes: tables.stacks.columns.collectorFreedBytes.reduce((sum, bytes) => sum + bytes, 0),
    explanations: {
      collectorChanges: changes,
      cycles: readCycles(tables, places),
      ...(isCounted ? { repeatedCalls: readRepeatedCalls(tables, options, frame.sources) } : {}),
    },
    ...(leftOff === undefined ? {} : { collectorLeftOff: leftOff }),
    ownBytes: header.ownBytes + tables.usedBytes,
    lineOfStack: (stack) => {
      const [place] = places.ofStack(stack);
      return place === undefined ? undefined : { path: place.path, line: place.line };
    },
    lineCourses: (looks, endMs) => ({
      courses: buildLineCourses(looks, places, allocation, endMs),
      growingLines: findGrowingLines(allocation),
    }),
  };
}

function allocatedFigures(totals: LineTotals | undefined): Partial<LineProfile> {
  if (totals === undefined) return lineFigures(noFigures());
  const types = lineTypes(totals);
  const { collectionCount, collectionMs } = totals;
  return {
    ...lineFigures(totals.figures),
    ...(types === undefined ? {} : { types }),
    ...(collectionCount === 0 ? {} : { collectionCount, collectionMs }),
  };
}

function buildTotals(recording: PythonRecording, figures: RunFigures): ProfileTotals {
  const sum = (figure: 'allocatedBytes' | 'liveBytes' | 'peakBytes'): number =>
    figures.files.reduce((all, file) => file.lines.reduce((inner, line) => inner + (line[figure] ?? 0), all), 0);
  const live = wholeAndRest(figures.liveBytes, sum('liveBytes'));
  const peak = wholeAndRest(figures.peakBytes, sum('peakBytes'));
  const allocated = figures.allocatedBytes === undefined ? undefined : wholeAndRest(figures.allocatedBytes, sum('allocatedBytes'));
  // Of what the recorder holds, not all is resident: so it is at least this that nothing explains.
  const baselineBytes = recording.start?.baselineRssBytes;
  const { peakRssBytes } = recording;
  return {
    ...(allocated === undefined ? {} : { allocatedBytes: allocated.whole, unattributedAllocatedBytes: allocated.rest }),
    liveBytes: live.whole,
    unattributedLiveBytes: live.rest,
    peakBytes: peak.whole,
    unattributedPeakBytes: peak.rest,
    peakAtMs: Math.min(recording.timeline.peakAtMs, recording.end?.atMs ?? elapsedMs(recording)),
    peakRssBytes,
    ...(figures.peakExternalBytes === undefined ? {} : { peakExternalBytes: wholeBytes(figures.peakExternalBytes) }),
    ...(figures.collectorFreedBytes === undefined ? {} : { collectorFreedBytes: wholeBytes(figures.collectorFreedBytes) }),
    ...(baselineBytes === undefined || figures.ownBytes === undefined || peakRssBytes === 0
      ? {}
      : { unattributedRssBytes: wholeBytes(peakRssBytes - baselineBytes - figures.ownBytes - peak.whole) }),
  };
}
