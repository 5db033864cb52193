/**
 * Notices how the program ends, after all of its own exit listeners, without adding one that it could see.
 *
 * Also prints what Node's C++ would print above an uncaught error's stack: the source line where it was thrown. Node takes it from the
 * rewritten text; rewritten lines tell it not to (they carry the comment that Node looks for), and we print the original line instead.
 */

import * as fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { OriginalPosition } from './originalPositions.ts';

export interface ExitWatch {
  /** Positions of rewritten files, from 0; undefined for others. */
  describePosition(name: string, line0: number, column0: number): OriginalPosition | undefined;
  /** Called once, last. */
  onEnd(exitCode: number, error: string | undefined): void;
}

export function watchExit(watch: ExitWatch): void {
  const emit = process.emit;
  const reallyExit = process.reallyExit;
  let error: { readonly value: unknown } | undefined;
  let ended = false;

  function end(exitCode: number): void {
    if (ended) return;
    ended = true;
    try {
      watch.onEnd(exitCode, error === undefined ? undefined : firstLine(error.value));
    } catch {
      // The program's end is not ours to disturb.
    }
  }

  hide(process, 'emit', function (this: NodeJS.Process, ...args: [event: string, ...rest: unknown[]]) {
    if (args[0] === 'uncaughtExceptionMonitor') error = { value: args[1] };
    if (args[0] === 'uncaughtException' && process.listenerCount('uncaughtException') > 0) error = undefined;
    const result = (emit as (...given: unknown[]) => boolean).apply(this, args);
    if (args[0] === 'exit') end(exitCodeOf(args[1]));
    return result;
  });
  hide(process, 'reallyExit', function (this: NodeJS.Process, code?: number) {
    end(exitCodeOf(code));
    return reallyExit.call(this, code as number);
  });
}

function exitCodeOf(given: unknown): number {
  const code = given ?? process.exitCode ?? 0;
  return typeof code === 'number' ? code : Number(code) || 0;
}

function hide(target: object, name: string, value: unknown): void {
  const before = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, { value, configurable: true, writable: true, enumerable: before?.enumerable ?? false });
}

function firstLine(value: unknown): string {
  const text = value instanceof Error ? `${value.name}: ${value.message}` : `Uncaught ${String(value)}`;
  return (text.split('\n', 1)[0] as string).slice(0, 500);
}
