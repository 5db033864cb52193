/** Gives back the text that a person wrote for a function of a rewritten file: what its toString() would be without us. */

import { reservedPrefixes } from './instrumentation/markerText.ts';

export interface RewrittenFile {
  /** What was rewritten. */
  readonly source: string;
  readonly code: string;
  /** Of InstrumentResult, for a file that is not compiled from another. */
  readonly mappings: Int32Array;
}

/** Whether the text has anything in it that instrumenting put there. */
export function isRewritten(text: string): boolean {
  return reservedPrefixes.some((prefix) => text.includes(prefix));
}

/**
 * @param text of a function or class as its toString() gives it.
 * @returns undefined where the text is not of this file. What was not changed is given back as it is.
 */
export function originalTextOf(text: string, file: RewrittenFile): string | undefined {
  if (!isRewritten(text)) return text;
  // The ids in it are unique, so it stands in one place only.
  const start = file.code.indexOf(text);
  if (start < 0) return undefined;
  const codeLines = lineStartsOf(file.code);
  const sourceLines = lineStartsOf(file.source);
  const originalOffset = (offset: number): { offset: number; isSource: boolean } => {
    const line0 = lastAtMost(codeLines, offset);
    return mapOffset(file, line0, offset - (codeLines[line0] ?? 0), sourceLines, file.code[offset] ?? '');
  };
  const first = originalOffset(start);
  const last = originalOffset(start + text.length - 1);
  return file.source.slice(first.offset, last.isSource ? last.offset + 1 : last.offset);
}

/** `isSource`: whether the character itself is the source's, and not text that was put before what stands there. */
function mapOffset(
  file: RewrittenFile,
  line0: number,
  column0: number,
  sourceLines: readonly number[],
  character: string,
): { offset: number; isSource: boolean } {
  const { mappings, source } = file;
  let low = 0;
  let high = mappings.length / 4;
  while (low < high) {
    const middle = (low + high) >> 1;
    const line = mappings[middle * 4] as number;
    if (line < line0 || (line === line0 && (mappings[middle * 4 + 1] as number) <= column0)) low = middle + 1;
    else high = middle;
  }
  const at = (low - 1) * 4;
  const base = (sourceLines[mappings[at + 2] ?? 0] ?? 0) + (mappings[at + 3] ?? 0);
  const distance = column0 - (mappings[at + 1] ?? 0);
  // Only a closing parenthesis that was put behind an arrow function's body ends a function with text that is not the source's.
  const isSource = character !== ')' || source[base + distance] === ')';
  return { offset: isSource ? base + distance : base, isSource };
}

function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (const match of text.matchAll(/\r\n?|[\n\u2028\u2029]/g)) starts.push(match.index + match[0].length);
  return starts;
}

function lastAtMost(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
