/**
 * What findings rest on, in words: measured figures with their units, line by line.
 */

import { formatBytes, formatCount, formatDuration, formatRatio } from './formatFigures.ts';
import type { Advice, CollectorChange } from './profile.ts';

/** A figure of an advice's evidence: `list items: 200,000`, `alive at the end: 15.3 MiB`, `share of the peak: 84%`. */
export function formatEvidence({ name, value, unit }: Advice['evidence'][number]): string {
  return `${name}: ${formatValue(value, unit)}`;
}

/** `Garbage collection turned off`, `Collection thresholds set to 700, 10, 10, 3 times`: what the program did to the collector. */
export function formatCollectorChange({ change, count, thresholds }: CollectorChange): string {
  const what = collectorChangeTitle(change);
  const to = thresholds === undefined ? '' : ` to ${thresholds.map(formatCount).join(', ')}`;
  return `${what}${to}${count > 1 ? `, ${formatCount(count)} times` : ''}`;
}

function formatValue(value: number, unit: string): string {
  switch (unit) {
    case 'bytes':
      return formatBytes(value);
    case 'ratio':
      return formatRatio(value);
    case 'ms':
      return formatDuration(value);
    case 'count':
      return formatCount(value);
    default:
      return `${Number.isInteger(value) ? formatCount(value) : value.toFixed(1)} ${unit}`.trim();
  }
}

function collectorChangeTitle(change: CollectorChange['change']): string {
  switch (change) {
    case 'disabled':
      return 'Garbage collection turned off';
    case 'enabled':
      return 'Garbage collection turned on';
    case 'thresholds':
      return 'Collection thresholds set';
    case 'frozen':
      return 'Objects frozen: collections leave them out';
    case 'unfrozen':
      return 'Objects unfrozen';
    case 'collected':
      return 'Collection asked for by the program';
  }
}
