/**
 * The short text at the end of a line of source, and the one over a function: the figures that matter there, the rest is in the hover.
 */

import { formatBytes, formatCounted, formatRatio } from './formatFigures.ts';
import { madePeak, showsIncrement, type MetricChoice } from './metrics.ts';
import type { FunctionProfile, LineProfile, ProfileTotals } from './profile.ts';

/** From this standard error on, a figure is marked as approximate even in the short text. */
const roughErrorRatio = 0.1;

/** From this share of the peak on, a line is worth saying so. */
const peakWorthRatio = 0.1;

/** Less than this share of what was allocated counts as nothing left, more than 1 minus it as all left. */
const negligibleRatio = 0.02;

/**
 * `+152.6 MiB · 7.6 MiB live · peak`: with `auto` what the line added (its increment where the engine measures one, else what it
 * allocated), what of it is alive at the end, and that it made the peak, or its share of it; with another metric only that figure.
 * A `~` marks sampled figures whose standard error is 10 % or more.
 * @returns undefined when there is nothing to say; the caller applies its threshold itself (`lineWeightBytes`).
 */
export function formatInlineAnnotation(line: LineProfile, totals: ProfileTotals, metric: MetricChoice): string | undefined {
  const rough = (line.relativeErrorRatio ?? 0) >= roughErrorRatio ? '~' : '';
  switch (metric) {
    case 'allocated':
      return line.allocatedBytes ? `${rough}${formatBytes(line.allocatedBytes)} allocated` : undefined;
    case 'live':
      return line.liveBytes ? `${rough}${formatBytes(line.liveBytes)} live` : undefined;
    case 'peak':
      return line.peakBytes ? `${rough}${formatBytes(line.peakBytes)} at peak, ${formatRatio(peakRatio(line, totals))}` : undefined;
    case 'auto':
      return autoAnnotation(line, totals, rough);
  }
}

/** `152.6 MiB allocated · 7.6 MiB live · 12 calls` for the lens over a function; undefined when nothing is known of it. */
export function formatFunctionAnnotation(func: FunctionProfile): string | undefined {
  const parts: string[] = [];
  const allocatedBytes = func.totalAllocatedBytes ?? func.allocatedBytes;
  if (allocatedBytes) parts.push(`${formatBytes(allocatedBytes)} allocated`);
  if (func.liveBytes) parts.push(`${formatBytes(func.liveBytes)} live`);
  if (func.callCount) {
    const atLeast = func.callCountIsMinimum === true ? 'at least ' : '';
    parts.push(atLeast + formatCounted(func.callCount, 'call'));
  }
  return parts.length > 0 ? parts.join(' · ') : undefined;
}

function autoAnnotation(line: LineProfile, totals: ProfileTotals, rough: string): string | undefined {
  const { allocatedBytes = 0, liveBytes = 0, peakBytes = 0, netBytes } = line;
  const parts: string[] = [];
  if (netBytes !== undefined && showsIncrement(line)) {
    parts.push(rough + formatBytes(netBytes, { sign: true }));
    // Not the line's own doing: the collector ran while it did.
    if (netBytes < 0 && line.collectionCount) parts.push(formatCounted(line.collectionCount, 'collection'));
  } else if (netBytes !== undefined && allocatedBytes > 0) {
    // The line gave back most of what it took: a `+` would claim growth.
    parts.push(`${rough}${formatBytes(allocatedBytes)} allocated`);
  } else if (allocatedBytes > 0) {
    parts.push(rough + formatBytes(allocatedBytes, { sign: true }));
  }
  if (liveBytes > 0 && liveBytes >= allocatedBytes * negligibleRatio) {
    const allLive = parts.length > 0 && Math.abs(liveBytes - allocatedBytes) <= allocatedBytes * negligibleRatio;
    parts.push(allLive ? 'all live' : `${parts.length > 0 ? '' : rough}${formatBytes(liveBytes)} live`);
  }
  const ratio = peakRatio(line, totals);
  // The word alone says it.
  if (madePeak(ratio)) parts.push('peak');
  else if (ratio >= peakWorthRatio) parts.push(`${formatRatio(ratio)} of peak`);
  else if (peakBytes > 0 && parts.length === 0) parts.push(`${rough}${formatBytes(peakBytes)} at peak`);
  return parts.length > 0 ? parts.join(' · ') : undefined;
}

function peakRatio(line: LineProfile, totals: ProfileTotals): number {
  return totals.peakBytes > 0 ? (line.peakBytes ?? 0) / totals.peakBytes : 0;
}
