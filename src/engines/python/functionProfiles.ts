/**
 * The functions of a file: those that its source names, with the figures of the code that ran, and lambdas that allocated.
 */

import type { FunctionProfile } from '../../core/profile.ts';
import type { ExecutionCounts } from './executionCounts.ts';
import { wholeBytes, type Figures } from './figures.ts';
import type { PlaceFunction } from './places.ts';
import type { SourceFile } from './sourceFiles.ts';

export interface FunctionSources {
  readonly path: string;
  readonly source: SourceFile;
  readonly figures: ReadonlyMap<PlaceFunction, { readonly figures: Figures }>;
  /** undefined: nothing was counted. */
  readonly counts: ExecutionCounts | undefined;
}

export function buildFunctions({ path, source, figures, counts }: FunctionSources): FunctionProfile[] {
  const seen = [...figures.keys()].filter((found) => found.path === path);
  const calls = counts?.calls.get(path);
  const callFigures = (line: number): Partial<FunctionProfile> => {
    if (counts === undefined) return {};
    const found = calls?.get(line);
    return { callCount: found?.count ?? 0, ...(found?.isMinimum === true ? { callCountIsMinimum: true } : {}) };
  };
  const byteFigures = (found: PlaceFunction | undefined): Partial<FunctionProfile> => {
    const sums = found === undefined ? undefined : figures.get(found)?.figures;
    const allocatedBytes = wholeBytes(sums?.allocatedBytes ?? 0);
    return {
      allocatedBytes,
      totalAllocatedBytes: Math.max(allocatedBytes, wholeBytes(sums?.totalAllocatedBytes ?? 0)),
      liveBytes: wholeBytes(sums?.liveBytes ?? 0),
      peakBytes: wholeBytes(sums?.peakBytes ?? 0),
    };
  };
  const named = source.functions.map(({ name, line, endLine }): FunctionProfile => {
    const own = seen.find((found) => found.line === line && lastName(found.name) === lastName(name));
    return { name, line, endLine, ...callFigures(line), ...byteFigures(own) };
  });
  // A source that can't be read any more says nothing of its functions; else what it does not name are modules and classes.
  const others = seen.filter(({ name }) => name !== '<module>' && (name.endsWith('<lambda>') || source.functions.length === 0));
  const unnamed = others.map((found): FunctionProfile => {
    const { name, line, endLine } = found;
    return { name: lastName(name), line, endLine, ...callFigures(line), ...byteFigures(found) };
  });
  return [...named, ...unnamed].sort((a, b) => a.line - b.line);
}

function lastName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
