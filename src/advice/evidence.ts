/** Measured figures that advice rests on, each with its unit: 'bytes', 'count' or 'ratio' (0 to 1). */

import type { Advice } from '../core/profile.ts';

export type Evidence = Advice['evidence'][number];

/** Bytes, in full. */
export function bytesOf(name: string, value: number): Evidence {
  return { name, value: Math.round(value), unit: 'bytes' };
}

export function countOf(name: string, value: number): Evidence {
  return { name, value, unit: 'count' };
}

/** A share from 0 to 1. */
export function ratioOf(name: string, value: number): Evidence {
  return { name, value, unit: 'ratio' };
}
