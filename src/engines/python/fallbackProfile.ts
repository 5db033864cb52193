/**
 * Figures by file from what the fallback, the recorder in pure Python, sent over the pipe. What it can't measure is absent.
 */

import type { FileProfile, FunctionProfile, LineProfile } from '../../core/profile.ts';
import type { FallbackLine } from '../../protocol/probeMessages.ts';
import { addLines } from '../profileFigures.ts';
import { wholeBytes } from './figures.ts';
import { isWithin, type LineRange } from './places.ts';
import type { PythonRecording } from './recording.ts';
import type { ProfileFrame, RunFigures } from './runFigures.ts';
import type { OutlineFunction } from './sourceOutline.ts';

export function buildFallbackFiles(recording: PythonRecording, limits: readonly LineRange[], frame: ProfileFrame): RunFigures {
  const { fallback, collections } = recording;
  const byPath = new Map<string, Map<number, LineProfile>>();
  for (const found of fallback?.lines ?? []) {
    const path = frame.shownPath(found.path);
    if (path === undefined || !isWithin(path, found.line, limits)) continue;
    const lines = byPath.get(path) ?? new Map<number, LineProfile>();
    byPath.set(path, lines);
    const profile = lineProfile(found);
    const known = lines.get(profile.line);
    // One line of two functions (a lambda's and the one around it), or a file under two names.
    lines.set(profile.line, known === undefined ? profile : addLines(known, profile));
  }
  const files = [...byPath]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([path, found]): FileProfile => {
      const source = frame.sources(path);
      const lines = [...found.values()].sort((a, b) => a.line - b.line);
      const functions = source.functions.map((outline) => functionProfile(outline, lines));
      return { path, language: 'python', contentSha256: source.contentSha256, lines, functions };
    });
  return {
    files,
    collections,
    ...(fallback?.allocatedBytes === undefined ? {} : { allocatedBytes: fallback.allocatedBytes }),
    liveBytes: fallback?.liveBytes ?? 0,
    peakBytes: fallback?.peakBytes ?? 0,
  };
}

function lineProfile(found: FallbackLine): LineProfile {
  const bytes = (name: keyof FallbackLine & keyof LineProfile): object => {
    const value = found[name];
    return typeof value === 'number' ? { [name]: name === 'netBytes' ? Math.round(value) : wholeBytes(value) } : {};
  };
  return {
    // Newer Pythons start a module on a line 0.
    line: Math.max(1, found.line),
    ...bytes('executionCount'),
    ...(found.countStopped === true ? { executionCountIsMinimum: true } : {}),
    ...bytes('allocatedBytes'),
    ...bytes('netBytes'),
    ...bytes('inUseBeforeBytes'),
    ...bytes('inUseBytes'),
    ...bytes('liveBytes'),
    ...bytes('liveCount'),
    ...bytes('peakBytes'),
  };
}

/** Bytes of the function's own lines; of calls nothing is known. */
function functionProfile({ name, line, endLine }: OutlineFunction, lines: readonly LineProfile[]): FunctionProfile {
  const own = lines.filter((found) => found.line >= line && found.line <= endLine);
  const sum = (figure: 'allocatedBytes' | 'liveBytes' | 'peakBytes'): object =>
    own.some((found) => found[figure] !== undefined) ? { [figure]: own.reduce((all, found) => all + (found[figure] ?? 0), 0) } : {};
  return { name, line, endLine, ...sum('allocatedBytes'), ...sum('liveBytes'), ...sum('peakBytes') };
}
