/**
 * One file of the annotated source: a row of figures for each line, a bar, and the line itself.
 */

import { chooseVisibleLines } from './chooseVisibleLines.ts';
import { formatBytes, formatCount, formatCounted, formatRatio } from './formatFigures.ts';
import { heatStep, lineShare, lineWeightBytes, madePeak } from './metrics.ts';
import type { FileProfile, LineProfile, ProfileTotals } from './profile.ts';
import {
  columnsOf,
  cutToColumns,
  padEndToColumns,
  padStartToColumns,
  printableLine,
  splitSourceLines,
  type Paint,
  type Style,
} from './terminalText.ts';

export interface AnnotatedTableInput {
  readonly file: FileProfile;
  /** undefined: not at hand, or no longer what was run; then the figures stand alone. */
  readonly source: string | undefined;
  readonly totals: ProfileTotals;
  /** Columns that some file of the profile has figures for: all tables have the same ones. */
  readonly columns: readonly FigureColumn[];
  /** The largest figure that a bar shows, over all files. */
  readonly barScaleBytes: number;
  /** Lines of at least this weight are shown in any case. */
  readonly loudBytes: number;
  /** Infinity: the whole file. */
  readonly contextCount: number;
  readonly widthColumns: number;
  readonly paint: Paint;
}

export interface FigureColumn {
  readonly title: string;
  readonly text: (line: LineProfile, totals: ProfileTotals) => string | undefined;
}

const separator = ' │ ';
const gap = '  ';
/** Less room than this for the source: the bar is left out, then the first columns that say least. */
const leastSourceColumns = 32;
/** Of the largest bar: less has none. */
const leastBarRatio = 0.005;
const heatStyles: readonly (Style | undefined)[] = [undefined, undefined, 'yellow', 'boldYellow', 'boldRed'];

const figureColumns: readonly FigureColumn[] = [
  // The whole program's memory: the line's own error says nothing of it.
  { title: 'Mem in use', text: ({ inUseBytes }) => (inUseBytes === undefined ? undefined : formatBytes(inUseBytes)) },
  { title: 'Increment', text: (line) => bytesText(line, line.netBytes, true) },
  { title: 'Allocated', text: (line) => bytesText(line, line.allocatedBytes) },
  { title: 'Live', text: (line) => bytesText(line, line.liveBytes) },
  { title: 'Peak', text: (line, totals) => peakText(line, totals) },
  { title: 'Runs', text: runsText },
];

/** The columns that at least one line of these files has a figure for. */
export function chooseFigureColumns(files: readonly FileProfile[], totals: ProfileTotals): readonly FigureColumn[] {
  return figureColumns.filter((column) => files.some((file) => file.lines.some((line) => column.text(line, totals) !== undefined)));
}

/** What the bar of a line shows: allocated, or where the engine gives none, what was alive. */
export function barBytes(line: LineProfile): number {
  return line.allocatedBytes ?? Math.max(line.peakBytes ?? 0, line.liveBytes ?? 0);
}

/** The table's rows, header first, without line ends. */
export function formatAnnotatedTable(input: AnnotatedTableInput): readonly string[] {
  const { file, source, totals, paint } = input;
  const lineOf = new Map(file.lines.map((line) => [line.line, line]));
  const texts = source === undefined ? [] : withoutBlankEnd(splitSourceLines(source, file.language));
  const lineCount = Math.max(texts.length, file.lines.at(-1)?.line ?? 0);
  const loudLines = new Set(file.lines.filter((line) => lineWeightBytes(line) >= input.loudBytes).map((line) => line.line));
  const parts = chooseVisibleLines({
    lineCount,
    loudLines,
    contextCount: source === undefined ? 0 : input.contextCount,
    leastFoldCount: source === undefined || input.contextCount === 0 ? 1 : 4,
  });

  const shown = parts.flatMap((part) => (part.kind === 'line' ? [lineOf.get(part.line)] : [])).filter((line) => line !== undefined);
  const layout = layOut(input, shown, String(lineCount).length);
  const rows = [headerRow(layout, paint)];
  for (const part of parts) {
    if (part.kind === 'fold') {
      if (source !== undefined || lineWeightOf(file, part.from, part.to) > 0) rows.push(foldRow(layout, file, part.from, part.to, paint));
      continue;
    }
    const line = lineOf.get(part.line) ?? { line: part.line };
    const heat = heatStep(lineShare(line, totals, 'auto') ?? 0);
    const style = lineWeightBytes(line) > 0 ? heatStyles[heat] : 'dim';
    const cells = layout.columns.map(({ column, width }) => padStartToColumns(column.text(line, totals) ?? '', width));
    const bar =
      layout.barColumns === 0 ? '' : gap + padEndToColumns(barText(line, input.barScaleBytes, layout.barColumns), layout.barColumns);
    const figures = [
      paint('dim', padStartToColumns(String(part.line), layout.numberColumns)),
      ...cells.map((cell) => paint(style, cell)),
    ].join(gap);
    const text = cutToColumns(printableLine(texts[part.line - 1] ?? ''), layout.sourceColumns);
    rows.push((figures + paint(style, bar) + paint('dim', text === '' ? separator.trimEnd() : separator) + text).trimEnd());
  }
  return rows;
}

interface Layout {
  readonly numberColumns: number;
  readonly columns: readonly { readonly column: FigureColumn; readonly width: number }[];
  readonly barColumns: number;
  readonly sourceColumns: number;
}

function layOut(input: AnnotatedTableInput, shown: readonly LineProfile[], lineDigits: number): Layout {
  const numberColumns = Math.max(4, lineDigits);
  const widthOf = (column: FigureColumn): number =>
    shown.reduce((width, line) => Math.max(width, columnsOf(column.text(line, input.totals) ?? '')), column.title.length);
  let columns = input.columns.map((column) => ({ column, width: widthOf(column) }));
  let barColumns = input.widthColumns < 120 ? 6 : 10;
  const room = (): number => {
    const figures = columns.reduce((sum, { width }) => sum + gap.length + width, numberColumns);
    return input.widthColumns - figures - (barColumns === 0 ? 0 : gap.length + barColumns) - separator.length;
  };
  if (room() < leastSourceColumns) barColumns = 0;
  for (const title of ['Mem in use', 'Runs']) {
    if (room() < leastSourceColumns) columns = columns.filter(({ column }) => column.title !== title);
  }
  return { numberColumns, columns, barColumns, sourceColumns: Math.max(10, room()) };
}

function headerRow(layout: Layout, paint: Paint): string {
  const titles = layout.columns.map(({ column, width }) => padStartToColumns(column.title, width));
  const bar = layout.barColumns === 0 ? '' : gap + ' '.repeat(layout.barColumns);
  return (
    paint('bold', ['Line'.padStart(layout.numberColumns), ...titles].join(gap) + bar) + paint('dim', separator) + paint('bold', 'Source')
  );
}

function foldRow(layout: Layout, file: FileProfile, from: number, to: number, paint: Paint): string {
  const figures = layout.columns.reduce((sum, { width }) => sum + gap.length + width, 0);
  const bar = layout.barColumns === 0 ? 0 : gap.length + layout.barColumns;
  const bytes = lineWeightOf(file, from, to);
  const what = `${formatCounted(to - from + 1, 'quieter line')}${bytes > 0 ? `, ${formatBytes(bytes)} in all` : ''}`;
  return paint('dim', `${'...'.padStart(layout.numberColumns)}${' '.repeat(figures + bar)}${separator}... ${what}`);
}

function lineWeightOf(file: FileProfile, from: number, to: number): number {
  let bytes = 0;
  for (const line of file.lines) if (line.line >= from && line.line <= to) bytes += barBytes(line);
  return bytes;
}

/** As long as the line's share of the largest; solid as far as it is still alive at the end. */
function barText(line: LineProfile, scaleBytes: number, columns: number): string {
  const bytes = barBytes(line);
  if (bytes <= 0 || scaleBytes <= 0) return '';
  const length = Math.round((bytes / scaleBytes) * columns);
  if (length === 0) return bytes / scaleBytes >= leastBarRatio ? '▏' : '';
  const liveRatio = Math.min(1, (line.liveBytes ?? 0) / bytes);
  const live = Math.round(liveRatio * length);
  return '█'.repeat(live) + '░'.repeat(length - live);
}

/** Blank when not known, `-` for a known nothing on a line that has other figures; `~` before figures with a large standard error. */
function bytesText(line: LineProfile, bytes: number | undefined, sign = false): string | undefined {
  if (bytes === undefined) return undefined;
  if (Math.round(bytes) === 0) return lineWeightBytes(line) > 0 ? '-' : '';
  return ((line.relativeErrorRatio ?? 0) >= 0.1 ? '~' : '') + formatBytes(bytes, { sign });
}

function peakText(line: LineProfile, totals: ProfileTotals): string | undefined {
  if (line.peakBytes === undefined || totals.peakBytes <= 0) return undefined;
  if (line.peakBytes === 0) return lineWeightBytes(line) > 0 ? '-' : '';
  const ratio = line.peakBytes / totals.peakBytes;
  // The line that made the peak says so in a word.
  return madePeak(ratio) ? `peak ${formatRatio(ratio)}` : formatRatio(ratio);
}

/** `100,000+` where counting stopped. */
function runsText({ executionCount, executionCountIsMinimum }: LineProfile): string | undefined {
  if (executionCount === undefined) return undefined;
  return formatCount(executionCount) + (executionCountIsMinimum === true ? '+' : '');
}

function withoutBlankEnd(texts: readonly string[]): readonly string[] {
  return texts.slice(0, texts.findLastIndex((text) => text.trim() !== '') + 1);
}
