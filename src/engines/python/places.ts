/**
 * Names the frames of the recorder's stacks: which file of the user's, which line, which function.
 */

import type { Tables } from './tablesFile.ts';

/** A function of a user's file. */
export interface PlaceFunction {
  readonly path: string;
  readonly name: string;
  readonly line: number;
  readonly endLine: number;
}

/** A line of a user's file, in one of its functions. */
export interface Place {
  /** Counts from 0, for tables by place. */
  readonly index: number;
  /** As the profile shows it. */
  readonly path: string;
  readonly line: number;
  readonly function: PlaceFunction;
}

/** Lines to which the person limited the annotations (`@profile`). */
export interface LineRange {
  readonly path: string;
  readonly line: number;
  readonly endLine: number;
}

export interface PlaceOptions {
  /** Under which path a file is shown; undefined: it is not the user's. */
  readonly shownPath: (fileName: string) => string | undefined;
  /** Empty: all of the user's code counts. */
  readonly limits: readonly LineRange[];
}

export interface Places {
  /** The user's frames of a stack, innermost first. */
  readonly ofStack: (stack: number) => readonly Place[];
  /** Every function of the user's that was seen, whoever called it. */
  readonly functions: readonly PlaceFunction[];
}

/** Code objects that a person sees as part of the function around them. */
const innerCode = /<(listcomp|setcomp|dictcomp|genexpr)>$/;
/** How the recorder writes that an instruction has no line: -1. */
const noLine = 0x8000_0000;

export function createPlaces(tables: Tables, options: PlaceOptions): Places {
  const { stacks, frames } = tables;
  const functionOfCode = readFunctions(tables, options);
  /** By path, line and function: code objects of one function share their places. */
  const places = new Map<string, Place | undefined>();

  function createPlace(code: number, recordedLine: number): Place | undefined {
    const own = functionOfCode[code];
    if (own === undefined) return undefined;
    const line = recordedLine === 0 || recordedLine >= noLine ? own.line : recordedLine;
    const key = `${own.path}:${line}:${own.line}:${own.name}`;
    if (!places.has(key)) {
      const isShown = isWithin(own.path, line, options.limits);
      places.set(key, isShown ? { index: places.size, path: own.path, line, function: own } : undefined);
    }
    return places.get(key);
  }

  // There may be a million frames, of few codes and lines.
  const placeOf: (Place | undefined)[] = [];
  const known: Map<number, Place | undefined>[] = functionOfCode.map(() => new Map<number, Place | undefined>());
  for (let frame = 0; frame < frames.count; frame += 1) {
    const code = frames.columns.code[frame] ?? 0;
    const line = frames.columns.line[frame] ?? 0;
    const ofCode = known[code];
    let place = ofCode?.get(line);
    if (place === undefined && ofCode?.has(line) === false) {
      place = createPlace(code, line);
      ofCode.set(line, place);
    }
    placeOf.push(place);
  }
  return {
    ofStack(stack) {
      const first = stacks.columns.firstFrame[stack] ?? 0;
      return placeOf.slice(first, first + (stacks.columns.frameCount[stack] ?? 0)).filter((place) => place !== undefined);
    },
    functions: [...new Set(functionOfCode.filter((found) => found !== undefined))],
  };
}

/** Whether a line counts: without limits every line does. */
export function isWithin(path: string, line: number, limits: readonly LineRange[]): boolean {
  return limits.length === 0 || limits.some((limit) => limit.path === path && limit.line <= line && line <= limit.endLine);
}

/** The function of each code object; code objects of one function (closures of several runs, comprehensions) share it. */
function readFunctions({ codes, text }: Tables, { shownPath }: PlaceOptions): readonly (PlaceFunction | undefined)[] {
  const { fileOffset, fileLength, nameOffset, nameLength, firstLine, lastLine } = codes.columns;
  const interned = new Map<string, PlaceFunction>();
  const own = Array.from({ length: codes.count }, (_, code): PlaceFunction | undefined => {
    const path = shownPath(text(fileOffset[code] ?? 0, fileLength[code] ?? 0));
    if (path === undefined) return undefined;
    const name = text(nameOffset[code] ?? 0, nameLength[code] ?? 0).replaceAll('<locals>.', '');
    const line = Math.max(1, firstLine[code] ?? 1);
    const key = `${path}:${line}:${name}`;
    const found = interned.get(key) ?? { path, name, line, endLine: Math.max(line, lastLine[code] ?? line) };
    interned.set(key, found);
    return found;
  });
  const outer = [...interned.values()].filter(({ name }) => !innerCode.test(name));
  return own.map((found) => (found !== undefined && innerCode.test(found.name) ? functionAround(found, outer) : found));
}

/** The innermost function in which the inner code lies; itself where none was seen. */
function functionAround(inner: PlaceFunction, functions: readonly PlaceFunction[]): PlaceFunction {
  let best: PlaceFunction | undefined;
  for (const candidate of functions) {
    const holds = candidate.path === inner.path && candidate.line <= inner.line && inner.line <= candidate.endLine;
    if (holds && (best === undefined || candidate.line > best.line)) best = candidate;
  }
  return best ?? inner;
}
