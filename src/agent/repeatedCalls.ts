/**
 * Functions that are called again and again with the same arguments: at some of their calls the arguments are looked at. Only where all are
 * plain values, which are told apart by what they hold; of an object nobody can tell without running the program's code, so its function is
 * looked at no more.
 *
 * It runs at the entry of the program's functions: it throws nothing, and all its tables are there from the start, off the heap.
 */

import { controlField, lookFieldCount, maxCounterCount, maxLookedAtCount } from './sharedState.ts';
import type { SharedState } from './sharedState.ts';

/** A function is looked at from this call on, then at so many calls in a row, then at one in so many. */
const firstCallLookedAt = 16;
const callsLookedAtInARow = 1000;
const callsBetweenLooks = 64;
/** Of each function's table of different arguments: a power of two, and how many of them are used. */
const slotCount = 1024;
const maxDistinctCount = 768;
/** Reading a text that was put together of others makes it whole, so it must be short. */
const maxTextLength = 256;
/** As a threshold: the function is looked at no more. */
const never = 0xffff_ffff;
/** Stand for the kinds of values in the hash. */
const kinds = { number: 1, text: 2, true: 3, false: 4, undefined: 5, null: 6 };

/** What rewritten functions call: with the counter of their entry, which has counted the call, and up to four arguments. */
export type LookAtArguments = (counter: number, first: unknown, second?: unknown, third?: unknown, fourth?: unknown) => void;

export function createRepeatedCalls({ counters, lookThresholds, looks, control }: SharedState): LookAtArguments {
  /** By counter: its function's row in `looks`, from 1; 0: it has none. */
  const rows = new Uint16Array(new SharedArrayBuffer(maxCounterCount * 2));
  /** Of each row: the hashes of the arguments seen, by open addressing; 0: free. */
  const slots = new Int32Array(new SharedArrayBuffer(maxLookedAtCount * slotCount * 4));
  const number = new Float64Array(new SharedArrayBuffer(8));
  const halves = new Int32Array(number.buffer);
  // Kept, for the program may replace them.
  const { imul } = Math;
  const charCodeAt = Function.prototype.call.bind(String.prototype.charCodeAt) as (text: string, index: number) => number;
  /** Always a 32-bit integer: a larger one would have to be put on the heap. */
  let hash = 0;

  /** The multiplier of Fibonacci hashing, 2 to the 32nd by the golden ratio. */
  function mix(value: number): void {
    hash = imul(hash ^ value, 0x9e37_79b1);
    hash ^= hash >>> 15;
  }

  /** Adds a value to the hash; false: it is none that can be looked at. */
  function mixValue(value: unknown): boolean {
    switch (typeof value) {
      case 'number':
        number[0] = value;
        mix(kinds.number);
        mix(halves[0] as number);
        mix(halves[1] as number);
        return true;
      case 'string':
        if (value.length > maxTextLength) return false;
        mix(kinds.text);
        mix(value.length);
        for (let index = 0; index < value.length; index += 1) mix(charCodeAt(value, index));
        return true;
      case 'boolean':
        mix(value ? kinds.true : kinds.false);
        return true;
      case 'undefined':
        mix(kinds.undefined);
        return true;
      default:
        mix(kinds.null);
        return value === null;
    }
  }

  /** The start of the function's row; -1: there is no room for one more. */
  function rowOf(counter: number): number {
    if (rows[counter] === 0) {
      const count = control[controlField.lookedAtCount] as number;
      if (count === maxLookedAtCount) return -1;
      looks[count * lookFieldCount] = counter;
      rows[counter] = count + 1;
      control[controlField.lookedAtCount] = count + 1;
    }
    return ((rows[counter] as number) - 1) * lookFieldCount;
  }

  function isNewHash(row: number): boolean {
    const start = (row / lookFieldCount) * slotCount;
    const wanted = hash === 0 ? 1 : hash;
    for (let slot = wanted & (slotCount - 1); ; slot = (slot + 1) & (slotCount - 1)) {
      const known = slots[start + slot];
      if (known === wanted) return false;
      if (known !== 0) continue;
      slots[start + slot] = wanted;
      return true;
    }
  }

  function look(counter: number, first: unknown, second: unknown, third: unknown, fourth: unknown): void {
    const callCount = counters[counter] as number;
    if (callCount < firstCallLookedAt) {
      lookThresholds[counter] = firstCallLookedAt - 1;
      return;
    }
    lookThresholds[counter] = never;
    hash = 0;
    const arePlain = mixValue(first) && mixValue(second) && mixValue(third) && mixValue(fourth);
    if (!arePlain && rows[counter] === 0) return;
    const row = rowOf(counter);
    if (row < 0) return;
    if (!arePlain) {
      // What was seen of it says nothing of its other calls.
      looks[row + 1] = 0;
      return;
    }
    const checkedCount = (looks[row + 1] as number) + 1;
    looks[row + 1] = checkedCount;
    if (isNewHash(row)) looks[row + 2] = (looks[row + 2] as number) + 1;
    if ((looks[row + 2] as number) >= maxDistinctCount) return;
    lookThresholds[counter] = checkedCount < callsLookedAtInARow ? callCount : callCount + callsBetweenLooks - 1;
  }

  return (counter, first, second, third, fourth) => {
    try {
      look(counter, first, second, third, fourth);
    } catch {
      // The stack is full: the function is looked at no more, and the program goes on.
    }
  };
}
