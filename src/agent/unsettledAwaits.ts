/**
 * Says at the program's end which top-level await never settled, in Node's place: Node takes the line from the rewritten text. It says
 * nothing to a program that has set an exit code, so the one that Node would set is set before.
 *
 * Whether the main module waits for something is asked by importing it once more: what was imported before gives the promise of that.
 */

import * as fs from 'node:fs';
import { isAnythingAwaited } from './eventLoop.ts';
import type { OriginalPositions } from './originalPositions.ts';
import { shownLine } from './shownLine.ts';

/** Node's, where a top-level await never settles. */
const unsettledExitCode = 13;

export interface UnsettledAwaits {
  /** A module is about to wait at this place of the original, line from 1 and column from 0; gives the value back. No line: it has run. */
  note(fileKey: number, line?: number, column?: number, value?: unknown): unknown;
  /** The event loop is empty: to be called before and after the program's listeners hear of it. */
  beforeIdle(): void;
  afterIdle(): void;
  /** The program ends. */
  print(): void;
  /** The main module is being imported once more; it must not be loaded then. */
  readonly isAsking: boolean;
}

/** @param mainUrl the main file's. */
export function createUnsettledAwaits(positions: OriginalPositions, mainUrl: string): UnsettledAwaits {
  const { nextTick } = process;
  const writeSync = fs.writeSync;
  const waits = new Map<number, { line0: number; column0: number }>();
  let isAsking = false;
  /** The program's own exit code, while the one for an unsettled await stands in its place. */
  let replaced: { readonly exitCode: typeof process.exitCode } | undefined;

  return {
    get isAsking() {
      return isAsking;
    },
    note(fileKey, line, column, value) {
      if (line === undefined || column === undefined) waits.delete(fileKey);
      else waits.set(fileKey, { line0: line - 1, column0: column });
      return value;
    },
    beforeIdle() {
      if (replaced !== undefined && process.exitCode === unsettledExitCode) process.exitCode = replaced.exitCode;
      replaced = undefined;
    },
    afterIdle() {
      if (waits.size === 0 || positions.formatOf(mainUrl) !== 'module') return;
      let isSettled = false;
      const settle = (): void => {
        isSettled = true;
      };
      isAsking = true;
      import(mainUrl).then(settle, settle);
      const decide = (): void => {
        isAsking = false;
        if (isSettled || isAnythingAwaited() || (process.exitCode ?? 0) !== 0) return;
        replaced = { exitCode: process.exitCode };
        process.exitCode = unsettledExitCode;
      };
      // Ticks come before promises' callbacks: the second one, which is asked for from among those, comes after all of them.
      nextTick(() => void Promise.resolve().then(() => nextTick(decide)));
    },
    print() {
      if (replaced === undefined || process.exitCode !== unsettledExitCode) return;
      try {
        const places = Array.from(waits, ([fileKey, place]) => ({ name: positions.nameOfKey(fileKey) ?? '', ...place }));
        // Once the main module runs, none that it needs waits any more; one that is still noted failed, or was imported by the way.
        const ofMain = places.filter(({ name }) => name === mainUrl);
        for (const place of ofMain.length > 0 ? ofMain : places) {
          writeSync(2, `Warning: Detected unsettled top-level await at ${shownLine(place)}\n\n\n`);
        }
      } catch {
        // The file is gone, or nobody reads what is printed: the exit code says it all the same.
      }
    },
  };
}
