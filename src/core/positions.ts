/**
 * Lines that count from 0 and lines that count from 1, as two types that don't mix; the only file that converts between them.
 * V8's protocol and VS Code count lines from 0; the profile, source maps and people count from 1. Columns count from 0 everywhere.
 */

declare const base: unique symbol;

/** A line that counts from 0 (VS Code, V8's protocol). */
export type Line0 = number & { readonly [base]: 0 };

/** A line that counts from 1 (the profile, source maps, what a person reads). */
export type Line1 = number & { readonly [base]: 1 };

/** Takes a number as a line that counts from 0. @throws RangeError when it is no whole number of at least 0. */
export function toLine0(value: number): Line0 {
  if (!Number.isInteger(value) || value < 0) throw new RangeError(`${value} is not a line that counts from 0`);
  return value as Line0;
}

/** Takes a number as a line that counts from 1. @throws RangeError when it is no whole number of at least 1. */
export function toLine1(value: number): Line1 {
  if (!Number.isInteger(value) || value < 1) throw new RangeError(`${value} is not a line that counts from 1`);
  return value as Line1;
}

/** The same line, counted from 1. */
export function line1FromLine0(line: Line0): Line1 {
  return (line + 1) as Line1;
}

/** The same line, counted from 0. */
export function line0FromLine1(line: Line1): Line0 {
  return (line - 1) as Line0;
}
