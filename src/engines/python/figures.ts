/**
 * Sums of what stacks allocated and held, for a line, a function or a node of the call tree.
 */

import type { LineProfile } from '../../core/profile.ts';
import { errorRatio } from '../profileFigures.ts';
import type { Tables } from './tablesFile.ts';

/** What the innermost place of a stack took itself. */
export interface Figures {
  allocatedCount: number;
  allocatedBytes: number;
  liveCount: number;
  liveBytes: number;
  peakBytes: number;
  externalAllocatedBytes: number;
  externalLiveBytes: number;
  allocatedVariance: number;
  liveVariance: number;
  peakVariance: number;
  collectorFreedBytes: number;
  /** With callees. */
  totalAllocatedBytes: number;
  totalFreedBytes: number;
}

export function noFigures(): Figures {
  return {
    allocatedCount: 0,
    allocatedBytes: 0,
    liveCount: 0,
    liveBytes: 0,
    peakBytes: 0,
    externalAllocatedBytes: 0,
    externalLiveBytes: 0,
    allocatedVariance: 0,
    liveVariance: 0,
    peakVariance: 0,
    collectorFreedBytes: 0,
    totalAllocatedBytes: 0,
    totalFreedBytes: 0,
  };
}

/** The figures of one stack; its total is its own. */
export function stackFigures({ header, stacks }: Tables, index: number): Figures {
  const { columns } = stacks;
  const of = (column: Float64Array): number => column[index] ?? 0;
  // Peak figures are copied at the first change after a new peak: until then the live ones are those of the peak.
  const atPeak = of(columns.lastEvent) <= header.peakEvent;
  return {
    allocatedCount: of(columns.allocatedCount),
    allocatedBytes: of(columns.allocatedBytes),
    liveCount: of(columns.liveCount),
    liveBytes: of(columns.liveBytes),
    peakBytes: of(atPeak ? columns.liveBytes : columns.peakBytes),
    externalAllocatedBytes: of(columns.allocatedExternalBytes),
    externalLiveBytes: of(columns.liveExternalBytes),
    allocatedVariance: of(columns.allocatedVariance),
    liveVariance: of(columns.liveVariance),
    peakVariance: of(atPeak ? columns.liveVariance : columns.peakVariance),
    collectorFreedBytes: of(columns.collectorFreedBytes),
    totalAllocatedBytes: of(columns.allocatedBytes),
    totalFreedBytes: of(columns.freedBytes),
  };
}

/** Adds what the stack's innermost place took. */
export function addSelf(sum: Figures, stack: Figures): void {
  sum.allocatedCount += stack.allocatedCount;
  sum.allocatedBytes += stack.allocatedBytes;
  sum.liveCount += stack.liveCount;
  sum.liveBytes += stack.liveBytes;
  sum.peakBytes += stack.peakBytes;
  sum.externalAllocatedBytes += stack.externalAllocatedBytes;
  sum.externalLiveBytes += stack.externalLiveBytes;
  sum.allocatedVariance += stack.allocatedVariance;
  sum.liveVariance += stack.liveVariance;
  sum.peakVariance += stack.peakVariance;
  sum.collectorFreedBytes += stack.collectorFreedBytes;
}

/** Adds what happened while the place was on the stack. */
export function addTotal(sum: Figures, stack: Figures): void {
  sum.totalAllocatedBytes += stack.totalAllocatedBytes;
  sum.totalFreedBytes += stack.totalFreedBytes;
}

/** The byte figures of a line as the profile has them: whole bytes, so that sums over lines are exact. */
export function lineFigures(figures: Figures): Omit<LineProfile, 'line'> {
  const error = Math.max(
    errorRatio(figures.allocatedVariance, figures.allocatedBytes),
    errorRatio(figures.liveVariance, figures.liveBytes),
    errorRatio(figures.peakVariance, figures.peakBytes),
  );
  const allocatedBytes = wholeBytes(figures.allocatedBytes);
  return {
    allocatedBytes,
    allocatedCount: wholeBytes(figures.allocatedCount),
    totalAllocatedBytes: Math.max(allocatedBytes, wholeBytes(figures.totalAllocatedBytes)),
    netBytes: Math.round(figures.totalAllocatedBytes - figures.totalFreedBytes) + 0,
    liveBytes: wholeBytes(figures.liveBytes),
    liveCount: wholeBytes(figures.liveCount),
    peakBytes: wholeBytes(figures.peakBytes),
    ...(figures.externalAllocatedBytes > 0
      ? { externalAllocatedBytes: wholeBytes(figures.externalAllocatedBytes), externalLiveBytes: wholeBytes(figures.externalLiveBytes) }
      : {}),
    ...(wholeBytes(figures.collectorFreedBytes) > 0 ? { collectorFreedBytes: wholeBytes(figures.collectorFreedBytes) } : {}),
    ...(error > 0 ? { relativeErrorRatio: error } : {}),
  };
}

/** Sums of weights may end a hair below zero. */
export function wholeBytes(bytes: number): number {
  return Math.max(0, Math.round(bytes));
}
