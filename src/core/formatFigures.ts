/**
 * How figures are written, everywhere: bytes in binary units, durations, ratios, counts. Nothing else turns a figure into text.
 */

const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

export interface FormatBytesOptions {
  /** Writes a `+` before what is above zero; a `-` stands before what is below zero in any case. */
  readonly sign?: boolean;
}

/** Bytes in the largest binary unit that leaves at least 1: `512 B`, `7.6 MiB`, `-152.6 MiB`, with `sign` `+7.6 MiB`. */
export function formatBytes(bytes: number, options: FormatBytesOptions = {}): string {
  let amount = Math.round(Math.abs(bytes));
  let unit = 0;
  // 1023.95 and above would be written 1024.0, so it already belongs to the next unit.
  while (unit < byteUnits.length - 1 && amount >= (unit === 0 ? 1024 : 1023.95)) {
    amount /= 1024;
    unit++;
  }
  const text = `${unit === 0 ? amount : amount.toFixed(1)} ${byteUnits[unit]}`;
  if (amount === 0) return text;
  if (bytes < 0) return `-${text}`;
  return options.sign === true ? `+${text}` : text;
}

/** Milliseconds as a person would say them: `0.4 ms`, `38 ms`, `1.45 s`, `2 min 5 s`, `1 h 3 min`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 9.95) return `${trimZero(durationMs.toFixed(1))} ms`;
  if (durationMs < 999.5) return `${Math.round(durationMs)} ms`;
  if (durationMs < 59_950) return `${(durationMs / 1000).toFixed(durationMs < 9995 ? 2 : 1)} s`;
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${formatCount(Math.floor(minutes / 60))} h ${minutes % 60} min`;
}

/** A ratio from 0 to 1 as a percentage: `84%`, `4.2%`, `<0.1%`, `0%`. */
export function formatRatio(ratio: number): string {
  const percent = Math.abs(ratio) * 100;
  const sign = ratio < 0 ? '-' : '';
  if (percent === 0) return '0%';
  if (percent < 0.05) return `${sign}<0.1%`;
  return `${sign}${percent < 9.95 ? trimZero(percent.toFixed(1)) : Math.round(percent)}%`;
}

/** A count with its thousands set apart: `1,234,567`. */
export function formatCount(count: number): string {
  const digits = String(Math.round(Math.abs(count)));
  return (count < 0 ? '-' : '') + digits.replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A count and its noun: `1 call`, `3 calls`. */
export function formatCounted(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${Math.round(count) === 1 ? noun : plural}`;
}

function trimZero(text: string): string {
  return text.endsWith('.0') ? text.slice(0, -2) : text;
}
