/** Remembers where each value was last thrown: what the rewritten `throw` statements tell. */

import type { OriginalPositions } from './originalPositions.ts';
import type { ErrorOrigin } from './stackTraces.ts';

export interface Throws {
  /** `line` from 1, `column` from 0, in the original; gives the value back. */
  note(fileKey: number, line: number, column: number, value: unknown): unknown;
  placeOf(value: unknown): ErrorOrigin | undefined;
  /** From now on the last value is kept, which else would keep it alive. */
  keepLast(): void;
  last(): { readonly value: unknown } | undefined;
}

const maxColumn = 1023;
const maxLine = 2_097_151;

export function createThrows(positions: OriginalPositions): Throws {
  /** Key, line and column in one number, so that noting one allocates little. */
  const places = new WeakMap<object, number>();
  let lastPrimitive: { readonly value: unknown; readonly place: number } | undefined;
  let isKeeping = false;
  let last: { readonly value: unknown } | undefined;
  return {
    keepLast() {
      isKeeping = true;
      last = undefined;
    },
    last: () => last,
    note(fileKey, line, column, value) {
      if (isKeeping) last = { value };
      const place = (fileKey * (maxLine + 1) + Math.min(line, maxLine)) * (maxColumn + 1) + Math.min(column, maxColumn);
      if (isObject(value)) places.set(value, place);
      else lastPrimitive = { value, place };
      return value;
    },
    placeOf(value) {
      const place = isObject(value) ? places.get(value) : Object.is(lastPrimitive?.value, value) ? lastPrimitive?.place : undefined;
      if (place === undefined) return undefined;
      const lines = Math.floor(place / (maxColumn + 1));
      const name = positions.nameOfKey(Math.floor(lines / (maxLine + 1)));
      return name === undefined ? undefined : { name, line0: (lines % (maxLine + 1)) - 1, column0: place % (maxColumn + 1) };
    },
  };
}

/** Functions, too. */
export function isObject(value: unknown): value is object {
  return typeof value === 'function' || (typeof value === 'object' && value !== null);
}
