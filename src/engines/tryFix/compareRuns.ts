/**
 * Whether two runs of a program did the same, as far as it shows: what they wrote and how they ended.
 */

import type { FixTrial } from '../../core/fixTrial.ts';
import type { ProgramExit } from '../engine.ts';
import type { CapturedRun, CapturedStream } from './capturedProgram.ts';

const shownCharacters = 80;

/** The first thing that differs; undefined when the runs did the same. */
export function compareRuns(before: CapturedRun, after: CapturedRun): FixTrial['difference'] {
  const [exitBefore, exitAfter] = [formatExit(before.exit), formatExit(after.exit)];
  if (exitBefore !== exitAfter) return { what: 'Its end', before: exitBefore, after: exitAfter };
  return compareStreams('output', before.output, after.output) ?? compareStreams('error output', before.errorOutput, after.errorOutput);
}

function compareStreams(name: string, before: CapturedStream, after: CapturedStream): FixTrial['difference'] {
  if (before.sha256 === after.sha256) return undefined;
  const [linesBefore, linesAfter] = [before.head.split('\n'), after.head.split('\n')];
  const index = linesBefore.findIndex((line, at) => line !== linesAfter[at]);
  // One goes on where the other ends, or they differ further down than is kept.
  const at = index < 0 ? linesBefore.length : index;
  return { what: `Line ${at + 1} of its ${name}`, before: shown(linesBefore[at]), after: shown(linesAfter[at]) };
}

function shown(line: string | undefined): string {
  if (line === undefined) return '';
  return line.length > shownCharacters ? `${line.slice(0, shownCharacters)}…` : line;
}

/** `exit status 0`, `signal SIGTERM`. */
export function formatExit({ code, signal }: ProgramExit): string {
  return signal === null ? `exit status ${code}` : `signal ${signal}`;
}
