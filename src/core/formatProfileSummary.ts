/**
 * A whole profile as plain text that reads well aloud: for screen readers, for a terminal, for pasting into a report.
 */

import { formatCollectionsOfKind, groupCollections } from './collectionsByKind.ts';
import { formatCollectionKind } from './collectionKinds.ts';
import type { Finding } from './findings.ts';
import { formatFindingSections } from './formatFindingSections.ts';
import { formatBytes, formatCount, formatCounted, formatDuration, formatRatio } from './formatFigures.ts';
import { hottestLines, lineBytes, type Metric } from './metrics.ts';
import type { Collection, MemoryProfile } from './profile.ts';
import { createPaint } from './terminalText.ts';

const hotLineCount = 10;

/** `peak 182.2 MiB, allocated 1.2 GiB, live 7.6 MiB`: one run in a few words, for a lens, the status bar, a message. */
export function formatRunHeadline(profile: MemoryProfile): string {
  const { totals } = profile;
  const parts = [`peak ${formatBytes(totals.peakBytes)}`];
  if (totals.allocatedBytes !== undefined) parts.push(`allocated ${formatBytes(totals.allocatedBytes)}`);
  parts.push(`live ${formatBytes(totals.liveBytes)}`);
  return parts.join(', ');
}

/** `Node.js 24.1.0`, `Python 3.12.1`. */
export function formatRuntime({ runtime }: Pick<MemoryProfile, 'runtime'>): string {
  return `${runtime.name === 'node' ? 'Node.js' : 'Python'} ${runtime.version.replace(/^v/, '')}`;
}

/** Whether the figures are those of an engine's second best recorder, which is slower and knows less. */
export function isFallback({ engine }: Pick<MemoryProfile, 'engine'>): boolean {
  return engine.name.endsWith('-fallback');
}

/** `exact`, or `sampled every 16.0 KiB on average`; `by the fallback recorder` where it was that, which is neither throughout. */
export function formatEnginePrecision(profile: MemoryProfile): string {
  const { precision, samplingIntervalBytes } = profile.engine;
  if (isFallback(profile)) return 'by the fallback recorder';
  if (precision === 'exact') return 'exact';
  return samplingIntervalBytes === undefined ? 'sampled' : `sampled every ${formatBytes(samplingIntervalBytes)} on average`;
}

/** How the program ended, as a sentence. */
export function formatExit(profile: MemoryProfile): string {
  const { code, signal, stopped, error } = profile.exit;
  // An engine's error that speaks of the signal says more than its name.
  if (signal !== null && error?.includes(signal)) return error;
  let how: string;
  if (signal !== null) how = `The program was ended by ${signal}`;
  else if (code !== null) how = `The program ended with exit status ${code}`;
  else how = 'How the program ended is not known';
  if (stopped) how += ', because it was stopped; the figures are those up to then';
  return error === undefined ? `${how}.` : `${how}: ${error}`;
}

/** `12 minor, 3 major; 45 ms in all, 3.1% of the run`, `9 of generation 0; …`, or `none`. */
export function formatCollections(collections: readonly Collection[], durationMs: number): string {
  if (collections.length === 0) return 'none';
  const countOf = new Map<string, number>();
  let pausedMs = 0;
  for (const collection of collections) {
    countOf.set(collection.kind, (countOf.get(collection.kind) ?? 0) + 1);
    pausedMs += collection.durationMs;
  }
  const kinds = [...countOf]
    .map(([kind, count]) => `${formatCount(count)} ${kind.startsWith('gen') ? 'of ' : ''}${formatCollectionKind(kind)}`)
    .join(', ');
  const share = durationMs > 0 ? `, ${formatRatio(pausedMs / durationMs)} of the run` : '';
  return `${kinds}; ${formatDuration(pausedMs)} in all${share}`;
}

/**
 * The accessible report: what ran, the totals, the hottest lines by each metric, what was found, what is not accounted for, notes. Ends in
 * a newline.
 * @param isSilenced tells findings that the person wants to hear nothing of
 */
export function formatProfileSummary(profile: MemoryProfile, isSilenced: (finding: Finding) => boolean = () => false): string {
  const { program, runtime, totals, engine } = profile;
  const lines = [
    'Memory Lens: profile summary',
    '',
    `Program: ${program.file}${program.args.length > 0 ? ` with ${formatCounted(program.args.length, 'argument')}: ${program.args.join(' ')}` : ''}`,
    `Started: ${profile.startedAt}, ran for ${formatDuration(profile.durationMs)}`,
    `Runtime: ${formatRuntime(profile)} (${runtime.executable})`,
    `Figures: ${formatEnginePrecision(profile)}`,
    `End: ${formatExit(profile)}`,
    '',
    'Totals',
    `  Peak: ${formatBytes(totals.peakBytes)}, ${formatDuration(totals.peakAtMs)} after the start`,
    ...(totals.allocatedBytes === undefined ? [] : [`  Allocated over the run: ${formatBytes(totals.allocatedBytes)}`]),
    `  Live at the end: ${formatBytes(totals.liveBytes)}`,
    `  Largest resident set: ${formatBytes(totals.peakRssBytes)}`,
    ...(totals.unattributedRssBytes === undefined
      ? []
      : [`  Of that, explained neither by lines nor by the runtime: ${formatBytes(totals.unattributedRssBytes)}`]),
    ...(totals.peakExternalBytes === undefined ? [] : [`  Most outside the heap: ${formatBytes(totals.peakExternalBytes)}`]),
    `  Garbage collections: ${formatCollections(profile.collections, profile.durationMs)}`,
    ...groupCollections(profile.collections).map((group) => `    ${formatCollectionsOfKind(group, profile.durationMs)}`),
    ...(totals.collectorFreedBytes === undefined
      ? []
      : [`  Freed by the cycle collector alone: ${formatBytes(totals.collectorFreedBytes)}`]),
    ...(engine.profilerCpuMs === undefined ? [] : [`  Cost of the profiling itself: ${formatDuration(engine.profilerCpuMs)} of CPU time`]),
    '',
    'Not accounted for by any line',
    `  ${formatUnattributed(profile).join(', ')}`,
    ...metricSection(profile, 'allocated', 'Lines that allocated most'),
    ...metricSection(profile, 'peak', 'Lines that held most at the peak'),
    ...metricSection(profile, 'live', 'Lines that hold most at the end'),
    ...formatFindingSections(profile, { isSuppressed: isSilenced, widthColumns: Infinity, paint: createPaint(false) }).flatMap(
      (section) => ['', section],
    ),
    ...(engine.notes.length === 0 ? [] : ['', 'Notes', ...engine.notes.map((note) => `  ${note}`)]),
  ];
  return lines.join('\n') + '\n';
}

/** `live 1.2 MiB`, `peak 2.0 MiB`, `allocated 3.0 MiB`: what no line accounts for; figures that the engine can't give are said to be unknown. */
function formatUnattributed(profile: MemoryProfile): readonly string[] {
  const { unattributedLiveBytes, unattributedPeakBytes, unattributedAllocatedBytes } = profile.totals;
  const text = (name: string, bytes: number | undefined): string => `${name} ${bytes === undefined ? 'unknown' : formatBytes(bytes)}`;
  return [text('live', unattributedLiveBytes), text('peak', unattributedPeakBytes), text('allocated', unattributedAllocatedBytes)];
}

function metricSection(profile: MemoryProfile, metric: Metric, title: string): string[] {
  const hot = hottestLines(profile, metric, hotLineCount);
  if (hot.length === 0) return [];
  const rows = hot.map(({ path, line, shareRatio }, index) => {
    const error = line.relativeErrorRatio === undefined ? '' : `, ±${formatRatio(line.relativeErrorRatio)}`;
    return `  ${index + 1}. ${path}:${line.line}: ${formatBytes(lineBytes(line, metric) ?? 0)} (${formatRatio(shareRatio)}${error})`;
  });
  return ['', title, ...rows];
}
