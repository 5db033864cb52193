/**
 * Keeps stack traces as they would be without us: no marker in them, none of our own frames, original positions.
 *
 * V8 hands structured frames to `Error.prepareStackTrace` when a `stack` is first read. The program may set a function of its own there
 * (source-map-support and depd do); it is then called with frames that are already put right.
 */

import { isMarkerName } from './originalPositions.ts';
import type { OriginalPosition, OriginalPositions } from './originalPositions.ts';

type PrepareStackTrace = (error: unknown, frames: readonly NodeJS.CallSite[]) => unknown;
type ErrorWithHook = { prepareStackTrace: PrepareStackTrace | undefined; stackTraceLimit: number };

/** Markers take up frames, the more the more frames there are: so many more are captured, and then cut off again. */
const maxSpareFrameCount = 16;
const spareRatio = 2;
/** That many limits are remembered, for the sake of errors that were made under one and are shown under another. */
const maxLimitCount = 16;

export interface StackTraces {
  /** The program's own frames right now, innermost first: pairs of file index and original line from 1; markers and others left out. */
  captureUserFrames(limit: number): number[];
  /**
   * Stands for Error where the program reads or sets `Error.stackTraceLimit`, which is then as it would be without us, and where it defines
   * or deletes the property that its hook is in.
   */
  readonly standInForError: { stackTraceLimit: unknown };
  /** Stands for the program's `delete Error.prepareStackTrace`, which would uncover our frames. */
  forgetHook(): true;
  /** Where an error arose, when that is a line that was rewritten; known once its stack was read. */
  originOf(error: unknown): ErrorOrigin | undefined;
}

/** Position in the original, from 0; `name` as V8 names the file. */
export interface ErrorOrigin extends OriginalPosition {
  readonly name: string;
  /** The error is one of a text that was parsed there (by JSON.parse, eval, Function), which is what Node shows. */
  readonly isOfOtherText?: boolean;
}

export function installStackTraces(positions: OriginalPositions, ownFiles: readonly string[]): StackTraces {
  const host = Error as unknown as ErrorWithHook;
  const original = host.prepareStackTrace;
  let userLimit = typeof host.stackTraceLimit === 'number' ? host.stackTraceLimit : 10;
  let raisedLimit = NaN;
  /** By the raised limit, the one that the program set. */
  const limits = new Map<number, number>();
  if (userLimit >= 1) setLimit(userLimit);
  const wrappers = new WeakSet<PrepareStackTrace>();
  const origins = new WeakMap<object, ErrorOrigin>();
  let raw: NodeJS.CallSite[] | undefined;
  let capturing = false;

  const restore = (error: unknown, frames: readonly NodeJS.CallSite[]): NodeJS.CallSite[] => {
    noteOrigin(error, frames);
    return withoutOurs(frames).slice(0, limitOf(frames));
  };

  /** Throws nothing where the program has frozen Error. */
  function setLimit(limit: unknown): void {
    if (typeof limit !== 'number' || !(limit >= 1)) {
      Reflect.set(host, 'stackTraceLimit', limit);
      return;
    }
    const raised = limit + Math.min(maxSpareFrameCount, 2 + spareRatio * Math.floor(limit));
    if (!Reflect.set(host, 'stackTraceLimit', raised)) return;
    userLimit = limit;
    raisedLimit = raised;
    if (limits.size === maxLimitCount) limits.delete(limits.keys().next().value as number);
    limits.set(raised, limit);
  }

  /**
   * The program's limit under which a stack was captured, most likely: it may have set another one since, for V8 asks how to show a stack
   * only when that is first read.
   */
  function limitOf(frames: readonly NodeJS.CallSite[]): number {
    const frameCount = frames.length;
    const reached = limits.get(frameCount);
    // Node's own code is at the bottom of a stack that was not cut off.
    if (reached !== undefined && frames.at(-1)?.getFileName()?.startsWith('node:') !== true) return reached;
    // Set by code that was not rewritten: as it is.
    if (host.stackTraceLimit !== raisedLimit) return Infinity;
    if (frameCount <= raisedLimit) return userLimit;
    const higher = [...limits.keys()].filter((limit) => limit > frameCount);
    return limits.get(Math.min(...higher)) ?? Infinity;
  }

  function noteOrigin(error: unknown, frames: readonly NodeJS.CallSite[]): void {
    const frame = frames.find((candidate) => typeof candidate.getFileName() === 'string');
    const name = frame?.getFileName() ?? undefined;
    if (frame === undefined || name === undefined || typeof error !== 'object' || error === null) return;
    const line0 = (frame.getLineNumber() ?? 1) - 1;
    if (!positions.isChangedLine(name, line0)) return;
    const position = positions.resolve(name, line0, (frame.getColumnNumber() ?? 1) - 1);
    if (position !== undefined) origins.set(error, { ...position, name, isOfOtherText: isOfParsedText(error, frames) });
  }

  function withoutOurs(frames: readonly NodeJS.CallSite[]): NodeJS.CallSite[] {
    const kept: NodeJS.CallSite[] = [];
    let marker: OriginalPosition | undefined;
    for (const frame of frames) {
      const name = frame.getFileName() ?? frame.getScriptNameOrSourceURL() ?? undefined;
      if (name !== undefined && ownFiles.includes(name)) continue;
      if (positions.fileIndexOf(name) < 0) {
        kept.push(name === 'node:internal/modules/cjs/loader' ? renamedHooked(frame) : frame);
        continue;
      }
      const position = positions.resolve(name, (frame.getLineNumber() ?? 1) - 1, (frame.getColumnNumber() ?? 1) - 1);
      if (isMarkerName(frame.getFunctionName())) {
        // What a marker runs stands, in the original, in the function that calls it.
        marker ??= position;
        continue;
      }
      kept.push(mappedFrame(frame, marker ?? position));
      marker = undefined;
    }
    return kept;
  }

  const standard: PrepareStackTrace =
    original ??
    ((error, frames) => {
      const text = describeError(error);
      return frames.length === 0 ? text : `${text}\n    at ${frames.map(String).join('\n    at ')}`;
    });
  const ours: PrepareStackTrace = function prepareStackTrace(error, frames) {
    if (capturing) {
      raw = frames as NodeJS.CallSite[];
      return '';
    }
    return standard(error, restore(error, frames));
  };
  wrappers.add(ours);
  Object.defineProperty(ours, 'name', { value: original?.name ?? 'prepareStackTrace' });
  let current: PrepareStackTrace | undefined = ours;
  /** Where the program has defined it by a getter and a setter of its own. */
  let accessors: PropertyDescriptor | undefined;

  Object.defineProperty(Error, 'prepareStackTrace', {
    configurable: true,
    enumerable: false,
    get: () => (accessors === undefined || capturing ? current : wrapped(accessors.get?.call(Error))),
    set(value: unknown) {
      if (accessors === undefined) current = wrapped(value);
      else accessors.set?.call(Error, value);
    },
  });

  function wrapped(value: unknown): PrepareStackTrace {
    if (typeof value !== 'function') return value === undefined ? ours : (value as PrepareStackTrace);
    return wrappers.has(value as PrepareStackTrace) ? (value as PrepareStackTrace) : wrap(value as PrepareStackTrace);
  }

  function forgetHook(): true {
    current = ours;
    accessors = undefined;
    return true;
  }

  const settings = {
    get stackTraceLimit() {
      return host.stackTraceLimit === raisedLimit ? userLimit : host.stackTraceLimit;
    },
    set stackTraceLimit(limit: unknown) {
      setLimit(limit);
    },
  };
  const standInForError = new Proxy(settings, {
    deleteProperty: (target, name) => Reflect.deleteProperty(target, name) && forgetHook(),
    defineProperty(target, name, descriptor) {
      // What is told of a proxy has to be true of what is behind it.
      if (descriptor.configurable === false && !Reflect.defineProperty(target, name, descriptor)) return false;
      forgetHook();
      if (descriptor.get !== undefined || descriptor.set !== undefined) accessors = descriptor;
      else current = wrapped(descriptor.value);
      return true;
    },
  });

  function wrap(hook: PrepareStackTrace): PrepareStackTrace {
    const wrapper: PrepareStackTrace = function (this: unknown, error, frames) {
      return capturing ? ours(error, frames) : hook.call(this, error, restore(error, frames));
    };
    Object.defineProperty(wrapper, 'name', { value: hook.name });
    wrappers.add(wrapper);
    return wrapper;
  }

  return {
    standInForError,
    forgetHook,
    originOf: (error) => (typeof error === 'object' && error !== null ? origins.get(error) : undefined),
    captureUserFrames(limit) {
      const limitBefore = host.stackTraceLimit;
      const hookBefore = current;
      const found: number[] = [];
      try {
        capturing = true;
        current = ours;
        host.stackTraceLimit = limit;
        const holder = {};
        Error.captureStackTrace(holder);
        Reflect.get(holder, 'stack');
        for (const frame of raw ?? []) {
          const name = frame.getFileName() ?? undefined;
          const fileIndex = positions.fileIndexOf(name);
          if (fileIndex < 0 || isMarkerName(frame.getFunctionName())) continue;
          const position = positions.resolve(name, (frame.getLineNumber() ?? 1) - 1, (frame.getColumnNumber() ?? 1) - 1);
          if (position !== undefined) found.push(fileIndex, position.line0 + 1);
        }
      } finally {
        capturing = false;
        raw = undefined;
        current = hookBefore;
        host.stackTraceLimit = limitBefore;
      }
      return found;
    },
  };
}

function isOfParsedText(error: object, frames: readonly NodeJS.CallSite[]): boolean {
  return error instanceof SyntaxError && !/RegExp|BigInt|String/.test(frames[0]?.getFunctionName() ?? '');
}

/**
 * V8 names a method by looking for it in its receiver, where our own stands in its place: the frame that our hook called is Node's
 * `Module._compile` all the same, or `Module._resolveFilename`, whose receiver is a function.
 */
function renamedHooked(frame: NodeJS.CallSite): NodeJS.CallSite {
  const text = textOf(frame);
  if (!/^(Module|Function)\.<anonymous> \(/.test(text)) return frame;
  const name = frame.getTypeName() === 'Module' ? '_compile' : '_resolveFilename';
  return changedFrame(frame, { getMethodName: () => name, toString: () => text.replace('<anonymous>', name) });
}

/** As Node 18 begins a stack; later versions bring their own function for it. */
function describeError(error: unknown): string {
  try {
    if (typeof error === 'object' && error !== null && isNodeError(error)) {
      const { name, message, code } = error as { name: string; message: string; code: string };
      return `${name} [${code}]: ${message}`;
    }
    return Error.prototype.toString.call(error);
  } catch {
    // A getter of the program threw, or the error can't be made a string; V8 says the same.
    return '<error>';
  }
}

function isNodeError(error: object): boolean {
  for (let holder: object | null = error; holder !== null; holder = Object.getPrototypeOf(holder) as object | null) {
    if (Object.getOwnPropertySymbols(holder).some((symbol) => symbol.description === 'kIsNodeError')) return true;
  }
  return false;
}

function textOf(frame: NodeJS.CallSite): string {
  return (frame as { toString(): string }).toString();
}

/** The same frame with other numbers. */
function mappedFrame(frame: NodeJS.CallSite, position: OriginalPosition | undefined): NodeJS.CallSite {
  if (position === undefined) return frame;
  const line = position.line0 + 1;
  const column = position.column0 + 1;
  if (line === frame.getLineNumber() && column === frame.getColumnNumber()) return frame;
  const text = textOf(frame).replace(/:\d+:\d+(\)?)$/, `:${line}:${column}$1`);
  return changedFrame(frame, {
    getLineNumber: () => line,
    getColumnNumber: () => column,
    getEnclosingLineNumber: () => line,
    getEnclosingColumnNumber: () => column,
    toString: () => text,
  });
}

/** Its methods check their receiver, so it can't merely inherit; they stand on a prototype, as those of a frame do. */
function changedFrame(frame: NodeJS.CallSite, changes: Readonly<Record<string, () => unknown>>): NodeJS.CallSite {
  const original = Object.getPrototypeOf(frame) as Record<string, () => unknown>;
  const prototype = Object.create(original) as object;
  for (const name of Object.getOwnPropertyNames(original)) {
    const method = original[name];
    if (typeof method !== 'function') continue;
    const value = name === 'constructor' ? method : (changes[name] ?? (() => method.call(frame)));
    Object.defineProperty(prototype, name, { value, configurable: true, writable: true, enumerable: false });
  }
  return Object.create(prototype) as NodeJS.CallSite;
}
