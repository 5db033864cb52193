/**
 * Applies the edits of a fix to a text.
 */

import type { SourceEdit } from './profile.ts';

/**
 * The text with all edits made; each speaks of the text as it is given. A line ends as the runtimes and editors see it: \r\n, \n or \r.
 * @throws RangeError when an edit lies outside the text, ends before it starts, or overlaps another.
 */
export function applySourceEdits(text: string, edits: readonly SourceEdit[]): string {
  const lines = lineRanges(text);
  const offsetOf = (line: number, column: number): number => {
    const range = lines[line - 1];
    if (range === undefined || column < 0 || column > range.end - range.start)
      throw new RangeError(`no place ${line}:${column} in the text`);
    return range.start + column;
  };
  const spans = edits
    .map(({ line, column, endLine, endColumn, newText }) => ({ from: offsetOf(line, column), to: offsetOf(endLine, endColumn), newText }))
    .sort((a, b) => a.from - b.from || a.to - b.to);
  let edited = '';
  let at = 0;
  for (const { from, to, newText } of spans) {
    if (from < at || to < from) throw new RangeError(`edits overlap at offset ${from}`);
    edited += text.slice(at, from) + newText;
    at = to;
  }
  return edited + text.slice(at);
}

/** Where each line starts and ends, without its line end. */
function lineRanges(text: string): readonly { readonly start: number; readonly end: number }[] {
  const ranges: { start: number; end: number }[] = [];
  let start = 0;
  for (const match of text.matchAll(/\r\n|\n|\r/g)) {
    ranges.push({ start, end: match.index });
    start = match.index + match[0].length;
  }
  return [...ranges, { start, end: text.length }];
}
