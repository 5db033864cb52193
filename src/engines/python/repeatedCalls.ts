/**
 * Functions that were called with the same arguments again and again, from what the recorder saw of the arguments.
 */

import type { RepeatedCallReport } from '../../core/profile.ts';
import { areRepeated, compareRepeats } from '../repeatedCalls.ts';
import { isWithin, type PlaceOptions } from './places.ts';
import type { SourceFiles } from './sourceFiles.ts';
import type { Tables } from './tablesFile.ts';

/** The most often repeated first. */
export function readRepeatedCalls(
  { calls, lines, text }: Tables,
  { shownPath, limits }: PlaceOptions,
  sources: SourceFiles,
): RepeatedCallReport[] {
  const { fileOffset, fileLength, line: lineNumbers } = lines.columns;
  const reports = Array.from({ length: calls.count }, (_, index): RepeatedCallReport | undefined => {
    const entry = calls.columns.line[index] ?? 0;
    const checkedCallCount = calls.columns.checkedCount[index] ?? 0;
    const distinctArgumentsCount = calls.columns.distinctCount[index] ?? 0;
    if (!areRepeated({ checkedCallCount, distinctArgumentsCount })) return undefined;
    const path = shownPath(text(fileOffset[entry] ?? 0, fileLength[entry] ?? 0));
    const firstLine = lineNumbers[entry] ?? 0;
    if (path === undefined || firstLine === 0 || !isWithin(path, firstLine, limits)) return undefined;
    const source = sources(path);
    const named = source.functions.find((found) => found.line === firstLine);
    // Of a file that is gone, nobody knows the function's name.
    if (named === undefined) return undefined;
    const at = { path, line: definitionLine(source.text, firstLine) };
    return { name: named.name, at, checkedCallCount, distinctArgumentsCount };
  });
  return reports.filter((report) => report !== undefined).sort(compareRepeats);
}

/** The `def` below a function's decorators. */
function definitionLine(text: string, firstLine: number): number {
  const below = text.split(/\r\n|\r|\n/).slice(firstLine - 1);
  const offset = below.findIndex((line) => /^\s*(async\s+)?def\s/.test(line));
  return firstLine + Math.max(0, offset);
}
