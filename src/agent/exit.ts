/**
 * Notices how the program ends, after all of its own exit listeners, without adding one that it could see.
 *
 * Also prints what Node's C++ would print above an uncaught error's stack: the source line where it was thrown. Node takes it from the
 * rewritten text; rewritten lines tell it not to (they carry the comment that Node looks for), and we print the original line instead.
 */

import * as fs from 'node:fs';
import * as os from 'node:os';
import { types } from 'node:util';
import { shownLine } from './shownLine.ts';
import type { ErrorOrigin } from './stackTraces.ts';
import { isObject } from './throws.ts';
import type { UnsettledAwaits } from './unsettledAwaits.ts';

/** Node's, where a listener for uncaught errors has thrown one itself. */
const handlerThrewExitCode = 7;
const madeByV8 = new Set<object>(
  [TypeError, RangeError, ReferenceError, SyntaxError, URIError, EvalError].map(({ prototype }) => prototype),
);

export interface ExitWatch {
  /** Where an error arose, and where it was last thrown by a `throw`, when that is in a line that was rewritten. */
  originOf(error: unknown): ErrorOrigin | undefined;
  thrownAt(error: unknown): ErrorOrigin | undefined;
  /** What a `throw` in such a line has thrown since `keepLastThrown`. */
  lastThrown(): { readonly value: unknown } | undefined;
  keepLastThrown(): void;
  /** Absent where Node does not speak of them. */
  readonly unsettledAwaits: UnsettledAwaits | undefined;
  /** Called once, last. */
  onEnd(exitCode: number, error: string | undefined): void;
  /** Called before the program kills itself by a signal: Node would wait for the inspector session. */
  onKill(): void;
  /** The program has started a worker thread. */
  onWorker(): void;
}

export function watchExit(watch: ExitWatch): void {
  const emit = process.emit;
  const host = process as unknown as { reallyExit: (code?: number) => never; _kill: (pid: number, signal: number) => number };
  const reallyExit = host.reallyExit;
  let error: { readonly value: unknown; readonly fromPromise: boolean } | undefined;
  /** What Node has last found uncaught. */
  let monitored: unknown;
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
    // Its place is known once its stack was read.
    if (isObject(value)) readStack(value);
    // Node shows where a rejected promise's error was made, and any other error's `throw`.
    const thrown = fromPromise ? undefined : watch.thrownAt(value);
    const origin = thrown ?? (fromPromise || isThrownWhereMade(value) ? watch.originOf(value) : undefined);
    if (origin === undefined || (thrown === undefined && origin.isOfOtherText)) return;
    const text = shownLine(origin);
    // Node prints it before the stack of an error, and by itself for other values.
    fs.writeSync(2, types.isNativeError(value) ? `${text}\n` : `\n${text}`);
  }

  function emitWatched(this: NodeJS.Process, ...args: [event: string, ...rest: unknown[]]): boolean {
    // No pattern: taken apart by an iterator, which the program may have replaced.
    const event = args[0];
    if (event === 'worker') watch.onWorker();
    if (event === 'beforeExit') watch.unsettledAwaits?.beforeIdle();
    if (event === 'exit') watch.unsettledAwaits?.print();
    if (event === 'uncaughtExceptionMonitor') error = { value: args[1], fromPromise: args[2] === 'unhandledRejection' };
    // The program handles it.
    if (event === 'uncaughtExceptionMonitor' && process.hasUncaughtExceptionCaptureCallback()) error = undefined;
    if (event === 'uncaughtException' && process.listenerCount('uncaughtException') > 0) error = undefined;
    if (event === 'uncaughtExceptionMonitor') monitored = args[1];
    if (event === 'uncaughtException') watch.keepLastThrown();
    let threw = true;
    try {
      const result = (emit as (...given: unknown[]) => boolean).apply(this, args);
      threw = false;
      if (event === 'beforeExit') watch.unsettledAwaits?.afterIdle();
      // Thrown by an exit listener: Node ends without asking again.
      if (event === 'uncaughtException' && !result && isExiting()) end(exitCodeOf(undefined));
      return result;
    } finally {
      // No catch: what is thrown again is shown with the line that did so.
      if (threw && event === 'uncaughtException' && monitored === args[1]) {
        const thrown = watch.lastThrown();
        if (thrown !== undefined) error = { value: thrown.value, fromPromise: false };
        end(handlerThrewExitCode);
      }
      if (event === 'exit' && (!threw || error !== undefined)) end(exitCodeOf(args[1]));
    }
  }
  // Not on `process` itself, where a program could see that it is new.
  replace(Object.getPrototypeOf(process) as object, 'emit', emit, emitWatched);
  replace(host, 'reallyExit', reallyExit, function (this: NodeJS.Process, code?: number) {
    end(exitCodeOf(code));
    return reallyExit.call(this as never, code);
  });
  const kill = host._kill;
  replace(host, '_kill', kill, function (this: NodeJS.Process, pid: number, signal: number) {
    if (signal > 0 && isOwnProcess(pid) && !isHandled(signal) && !ended) {
      ended = true;
      watch.onKill();
    }
    return kill.call(this, pid, signal);
  });
}

/**
 * Errors that V8 throws itself; it throws them where it makes them. Of others it is not known who threw them: Node or a package, whose
 * line is then shown.
 */
function isThrownWhereMade(value: unknown): boolean {
  return types.isNativeError(value) && madeByV8.has(Object.getPrototypeOf(value) as object);
}

/** As Node itself decides whether a signal that the program sends itself is likely to end it. */
function isOwnProcess(pid: number): boolean {
  return pid === 0 || pid === -1 || pid === process.pid || pid === -process.pid;
}

function isHandled(signal: number): boolean {
  const name = Object.entries(os.constants.signals).find(([, number]) => number === signal)?.[0];
  return name !== undefined && process.listenerCount(name) > 0;
}

function isExiting(): boolean {
  return (process as unknown as { _exiting?: boolean })._exiting === true;
}

function exitCodeOf(given: unknown): number {
  const code = given ?? process.exitCode ?? 0;
  return typeof code === 'number' ? code : Number(code) || 0;
}

/** Puts a function in the place of another one, with its name, its number of parameters, and as visible as it was. */
function replace(target: object, name: string, before: { readonly name: string; readonly length: number }, value: unknown): void {
  Object.defineProperty(value, 'name', { value: before.name, configurable: true });
  Object.defineProperty(value, 'length', { value: before.length, configurable: true });
  const enumerable = Object.getOwnPropertyDescriptor(target, name)?.enumerable ?? false;
  Object.defineProperty(target, name, { value, configurable: true, writable: true, enumerable });
}

/** Anything can be thrown: to put an object that is no error into words, code of the program's own would have to run. */
function firstLine(value: unknown): string {
  try {
    const text = value instanceof Error ? `${value.name}: ${value.message}` : `Uncaught ${isObject(value) ? typeof value : String(value)}`;
    return (text.split('\n', 1)[0] as string).slice(0, 500);
  } catch {
    // A Proxy, or a message that can't be read.
    return 'Uncaught object';
  }
}

function readStack(value: object): void {
  try {
    Reflect.get(value, 'stack');
  } catch {
    // A Proxy or a getter: it has none that tells a place.
  }
}
