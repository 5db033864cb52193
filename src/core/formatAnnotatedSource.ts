/**
 * A whole profile for a terminal: totals, the annotated source of each of the program's files, what was found, notes, how it ended.
 */

import { barBytes, chooseFigureColumns, formatAnnotatedTable } from './annotatedTable.ts';
import { displayPath } from './displayPath.ts';
import { formatBytes, formatCounted, formatDuration } from './formatFigures.ts';
import { formatFindingSections } from './formatFindingSections.ts';
import { formatCollections, formatEnginePrecision, formatExit } from './formatProfileSummary.ts';
import { lineBytes, lineWeightBytes, type Metric } from './metrics.ts';
import type { FileProfile, MemoryProfile } from './profile.ts';
import { createPaint, padEndToColumns, padStartToColumns, printableLine, splitSourceLines, type Paint } from './terminalText.ts';

export interface AnnotatedSourceOptions {
  /** Lines and findings below it are left out; absent: whole files while they are short, the surroundings of what matters in long ones. */
  readonly minBytes?: number;
  /** Columns of the terminal; absent: nothing is cut. */
  readonly widthColumns?: number;
  /** ANSI colours. */
  readonly color?: boolean;
}

/** A file of more lines is folded around its quiet parts. */
const longFileLineCount = 100;
/** Of the program's largest total: less is not worth a place in a folded file. */
const loudRatio = 0.001;
const contextCount = 2;

/**
 * The profile as annotated source, ending in a newline.
 * @param sources the text of each file by its path as it stands in the profile; a file that is missing gets its figures without source.
 */
export function formatAnnotatedSource(
  profile: MemoryProfile,
  sources: ReadonlyMap<string, string>,
  options: AnnotatedSourceOptions = {},
): string {
  const paint = createPaint(options.color ?? false);
  const files = [...profile.files].sort((a, b) => rankOf(profile, b) - rankOf(profile, a) || a.path.localeCompare(b.path));
  const barScaleBytes = files.flatMap((file) => file.lines).reduce((most, line) => Math.max(most, barBytes(line)), 0);
  const loudBytes = options.minBytes ?? Math.max(1, loudRatio * Math.max(profile.totals.allocatedBytes ?? 0, profile.totals.peakBytes));
  const columns = chooseFigureColumns(files, profile.totals);
  const blocks: string[] = [header(profile, paint)];
  const quiet: FileProfile[] = [];
  for (const file of files) {
    if (!file.lines.some((line) => lineWeightBytes(line) >= loudBytes)) {
      quiet.push(file);
      continue;
    }
    const source = sources.get(file.path);
    const isLong = source !== undefined && splitSourceLines(source, file.language).length > longFileLineCount;
    const wholeFile = options.minBytes === undefined ? !isLong : options.minBytes === 0;
    const table = formatAnnotatedTable({
      file,
      source,
      totals: profile.totals,
      columns,
      barScaleBytes,
      loudBytes,
      contextCount: wholeFile ? Infinity : options.minBytes === undefined ? contextCount : 0,
      widthColumns: options.widthColumns ?? Infinity,
      paint,
    });
    blocks.push([fileTitle(file, profile, source !== undefined, paint), '', ...table].join('\n'));
  }
  if (quiet.length > 0) blocks.push(quietFiles(quiet, profile, loudBytes));
  blocks.push(...formatFindingSections(profile, { ...options, widthColumns: options.widthColumns ?? Infinity, paint }));
  blocks.push(footer(profile, columns.length > 0 && files.length > quiet.length, paint));
  return blocks.filter((block) => block !== '').join('\n\n') + '\n';
}

function header(profile: MemoryProfile, paint: Paint): string {
  const { totals, runtime } = profile;
  const title = paint('bold', `Memory Lens: ${displayPath(profile.program.file, profile)}`);
  const facts = [
    `${runtime.name} ${runtime.version.replace(/^v/, '')}`,
    `ran for ${formatDuration(profile.durationMs)}`,
    formatEnginePrecision(profile),
  ];
  const unexplained = totals.unattributedRssBytes ? ` (${formatBytes(totals.unattributedRssBytes)} of it unexplained)` : '';
  const peakFacts = [
    `reached after ${formatDuration(totals.peakAtMs)}`,
    `resident set up to ${formatBytes(totals.peakRssBytes)}${unexplained}`,
    ...(totals.peakExternalBytes ? [`outside the heap up to ${formatBytes(totals.peakExternalBytes)}`] : []),
  ];
  const known = (bytes: number | undefined): string => (bytes === undefined ? 'unknown' : formatBytes(bytes));
  const rows: readonly (readonly string[])[] = [
    ['', 'in all', 'on no line', ''],
    ['allocated', known(totals.allocatedBytes), known(totals.unattributedAllocatedBytes), ''],
    ['live at the end', known(totals.liveBytes), known(totals.unattributedLiveBytes), ''],
    ['at the peak', known(totals.peakBytes), known(totals.unattributedPeakBytes), peakFacts.join(', ')],
  ];
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const table = rows.map(([name = '', all = '', none = '', more = ''], index) => {
    const figures = `  ${padEndToColumns(name, width(0))}  ${padStartToColumns(all, width(1))}  ${padStartToColumns(none, width(2))}`;
    return paint(index === 0 ? 'dim' : undefined, `${figures}  ${more}`.trimEnd());
  });
  const collections = `  ${padEndToColumns('collections', width(0))}  ${formatCollections(profile.collections, profile.durationMs)}`;
  return [title, facts.join(' · '), '', ...table, collections].join('\n');
}

function fileTitle(file: FileProfile, profile: MemoryProfile, hasSource: boolean, paint: Paint): string {
  const sum = (metric: Metric): number => file.lines.reduce((bytes, line) => bytes + (lineBytes(line, metric) ?? 0), 0);
  const metrics: readonly Metric[] = ['allocated', 'live', 'peak'];
  const sums = metrics
    .filter((metric) => file.lines.some((line) => lineBytes(line, metric) !== undefined))
    .map((metric) => `${formatBytes(sum(metric))} ${metric === 'peak' ? 'at the peak' : metric}`);
  const missing = hasSource ? '' : '; its source as it was run is not at hand';
  return `${paint('bold', displayPath(file.path, profile))}  ${paint('dim', sums.join(', ') + missing)}`;
}

function quietFiles(files: readonly FileProfile[], profile: MemoryProfile, loudBytes: number): string {
  const bytes = files.reduce((sum, file) => file.lines.reduce((inner, line) => inner + barBytes(line), sum), 0);
  const names = files.slice(0, 5).map((file) => displayPath(file.path, profile));
  const others = files.length > names.length ? ` and ${formatCounted(files.length - names.length, 'other')}` : '';
  return `No line of ${formatBytes(loudBytes)} or more in ${names.join(', ')}${others} (${formatBytes(bytes)} in all).`;
}

function footer(profile: MemoryProfile, hasTable: boolean, paint: Paint): string {
  const { exit, engine } = profile;
  const lines: string[] = [];
  if (hasTable) {
    const rough = profile.files.some((file) => file.lines.some((line) => (line.relativeErrorRatio ?? 0) >= 0.1));
    lines.push(
      paint('dim', `Bars: allocated, █ still live, ░ freed. Peak: share of the peak.${rough ? ' ~: standard error of 10% or more.' : ''}`),
    );
  }
  for (const note of engine.notes) lines.push(`Note: ${printableLine(note)}`);
  if (engine.profilerCpuMs !== undefined)
    lines.push(paint('dim', `The profiling itself took ${formatDuration(engine.profilerCpuMs)} of CPU time.`));
  if (exit.code !== 0 || exit.stopped || exit.error !== undefined) lines.push(paint('bold', printableLine(formatExit(profile))));
  return lines.join('\n');
}

/** The program's own file first, then by what the lines weigh. */
function rankOf(profile: MemoryProfile, file: FileProfile): number {
  if (file.path === profile.program.file) return Infinity;
  return file.lines.reduce((sum, line) => sum + barBytes(line), 0);
}
