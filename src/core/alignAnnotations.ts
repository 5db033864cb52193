/**
 * How far from its line's end each annotation starts, so that those of neighbouring lines stand below one another, like a column.
 */

import { columnsOf } from './terminalText.ts';

export interface AnnotatedText {
  /** Counts from 0. */
  readonly line0: number;
  /** The line's source. */
  readonly text: string;
}

/** Between the longest line of a group and the annotations. */
const gapColumns = 3;

/** Lines that are further apart don't look like one block, and have their columns for themselves. */
const maxLineDistance = 4;

/** A line that is longer stands out of its group's column: it would push the others away from their code, and out of sight. */
const maxAlignedColumns = 60;

/**
 * Columns between a line's end and its annotation, by line (from 0).
 * @param lines ascending
 * @param tabColumns of a tab at most
 */
export function alignAnnotations(lines: readonly AnnotatedText[], tabColumns: number): ReadonlyMap<number, number> {
  const gaps = new Map<number, number>();
  let group: { readonly line0: number; readonly columns: number }[] = [];
  const close = (): void => {
    const widest = group.reduce((most, { columns }) => (columns <= maxAlignedColumns ? Math.max(most, columns) : most), 0);
    for (const { line0, columns } of group) gaps.set(line0, gapColumns + Math.max(0, widest - columns));
    group = [];
  };
  for (const { line0, text } of lines) {
    const last = group.at(-1);
    if (last !== undefined && line0 - last.line0 > maxLineDistance) close();
    group.push({ line0, columns: sourceColumns(text, tabColumns) });
  }
  close();
  return gaps;
}

/** As an editor draws it: tabs reach to the next stop. */
function sourceColumns(text: string, tabColumns: number): number {
  let columns = 0;
  for (const part of text.split(/(\t)/)) {
    columns += part === '\t' ? tabColumns - (columns % tabColumns) : columnsOf(part);
  }
  return columns;
}
