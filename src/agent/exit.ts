/**
 * Notices how the program ends, after all of its own exit listeners, without adding one that it could see.
 *
 * Also prints what Node's C++ would print above an uncaught error's stack: the source line where it was thrown. Node takes it from the
 * rewritten text; rewritten lines tell it not to (they carry the comment that Node looks for), and we print the original line instead.
 */

import * as fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ErrorOrigin } from './stackTraces.ts';

export interface ExitWatch {
  /** Where an error arose, and where it was last thrown by a `throw`, when that is in a line that was rewritten. */
  originOf(error: unknown): ErrorOrigin | undefined;
  thrownAt(error: unknown): ErrorOrigin | undefined;
  /** Called once, last. */
  onEnd(exitCode: number, error: string | undefined): void;
}

export function watchExit(watch: ExitWatch): void {
  const emit = process.emit;
  const host = process as unknown as { reallyExit: (code?: number) => never };
  const reallyExit = host.reallyExit;
  let error: { readonly value: unknown; readonly fromPromise: boolean } | undefined;
  let ended = false;

  function end(exitCode: number): void {
    if (ended) return;
    ended = true;
    try {
      if (error !== undefined) printSourceLine(error.value, error.fromPromise);
    } catch {
      // Node's own report follows anyway.
    }
    try {
      watch.onEnd(exitCode, error === undefined ? undefined : firstLine(error.value));
    } catch {
      // The program's end is not ours to disturb.
    }
  }

  function printSourceLine(value: unknown, fromPromise: boolean): void {
    void (value as { stack?: unknown } | undefined)?.stack;
    // Node shows where a rejected promise's error was made, and any other error's `throw`.
    const origin = fromPromise ? watch.originOf(value) : (watch.thrownAt(value) ?? watch.originOf(value));
    if (origin === undefined) return;
    const file = origin.name.startsWith('file:') ? fileURLToPath(origin.name) : origin.name;
    const line = fs.readFileSync(file, 'utf8').split(/\r?\n/)[origin.line0] ?? '';
    const indent = line.slice(0, origin.column0).replace(/[^\t]/g, ' ');
    fs.writeSync(2, `${origin.name}:${origin.line0 + 1}\n${line}\n${indent}^\n\n`);
  }

  hide(process, 'emit', function (this: NodeJS.Process, ...args: [event: string, ...rest: unknown[]]) {
    if (args[0] === 'uncaughtExceptionMonitor') error = { value: args[1], fromPromise: args[2] === 'unhandledRejection' };
    // The program handles it.
    if (args[0] === 'uncaughtException' && process.listenerCount('uncaughtException') > 0) error = undefined;
    const result = (emit as (...given: unknown[]) => boolean).apply(this, args);
    if (args[0] === 'exit') end(exitCodeOf(args[1]));
    return result;
  });
  hide(process, 'reallyExit', function (this: NodeJS.Process, code?: number) {
    end(exitCodeOf(code));
    return reallyExit.call(this as never, code);
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
