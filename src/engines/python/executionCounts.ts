/**
 * How often lines ran and functions were called, and the memory in use around each line.
 */

import type { LineProfile } from '../../core/profile.ts';
import { wholeBytes } from './figures.ts';
import { isWithin, type PlaceOptions } from './places.ts';
import type { Tables } from './tablesFile.ts';

export interface Count {
  count: number;
  /** Counting stopped: at least so many. */
  isMinimum: boolean;
}

interface LineCount extends Count {
  inUseBeforeBytes: number;
  inUseBytes: number;
}

export interface ExecutionCounts {
  /** By path, then by line. */
  readonly lines: ReadonlyMap<string, ReadonlyMap<number, LineCount>>;
  readonly calls: ReadonlyMap<string, ReadonlyMap<number, Count>>;
}

const stoppedFlag = 1;
const callFlag = 2;

export function readExecutionCounts({ lines, text }: Tables, { shownPath, limits }: PlaceOptions): ExecutionCounts {
  const lineCounts = new Map<string, Map<number, LineCount>>();
  const calls = new Map<string, Map<number, Count>>();
  const { fileOffset, fileLength, line: lineNumbers, flags, executionCount, inUseBeforeBytes, inUseAfterBytes } = lines.columns;
  for (let index = 0; index < lines.count; index += 1) {
    const count = executionCount[index] ?? 0;
    const line = lineNumbers[index] ?? 0;
    if (count === 0 || line === 0) continue;
    const path = shownPath(text(fileOffset[index] ?? 0, fileLength[index] ?? 0));
    if (path === undefined || !isWithin(path, line, limits)) continue;
    const flag = flags[index] ?? 0;
    const isMinimum = (flag & stoppedFlag) !== 0;
    if ((flag & callFlag) !== 0) {
      add(calls, path, line, { count, isMinimum });
    } else {
      const inUse = { inUseBeforeBytes: wholeBytes(inUseBeforeBytes[index] ?? 0), inUseBytes: wholeBytes(inUseAfterBytes[index] ?? 0) };
      add(lineCounts, path, line, { count, isMinimum, ...inUse });
    }
  }
  return { lines: lineCounts, calls };
}

/** What a line's profile says of its executions. */
export function lineCountFigures(found: LineCount | undefined): Partial<LineProfile> {
  if (found === undefined) return {};
  return {
    executionCount: found.count,
    ...(found.isMinimum ? { executionCountIsMinimum: true } : {}),
    // Of a line that is no longer watched, the memory around its last execution is not known; nor after it where nothing of the user's ran.
    ...(found.isMinimum || found.inUseBytes === 0 ? {} : { inUseBeforeBytes: found.inUseBeforeBytes, inUseBytes: found.inUseBytes }),
  };
}

/** One line may stand in several code objects: a function made anew, a file under two names. */
function add<Item extends Count>(counts: Map<string, Map<number, Item>>, path: string, line: number, item: Item): void {
  const file = counts.get(path) ?? new Map<number, Item>();
  counts.set(path, file);
  const before = file.get(line);
  file.set(
    line,
    before === undefined ? item : { ...item, count: before.count + item.count, isMinimum: before.isMinimum || item.isMinimum },
  );
}
