/**
 * A course of figures in one line of text.
 */

/** Eighths of a line's height. */
const blocks = '▁▂▃▄▅▆▇█';

/**
 * Live bytes over time as blocks, each for an equal part of the time: `▁▂▃▅▆▇█`. A part without a measurement is as high as the last one
 * before it; of several the highest counts, so that no peak is lost. Empty where nothing was ever alive.
 * @param series two arrays of one length, ascending in time
 */
export function formatSparkline(
  { atMs, liveBytes }: { readonly atMs: readonly number[]; readonly liveBytes: readonly number[] },
  columnCount = 32,
): string {
  const highestBytes = liveBytes.reduce((most, bytes) => Math.max(most, bytes), 0);
  if (highestBytes <= 0) return '';
  const startMs = atMs[0] ?? 0;
  const columnMs = ((atMs.at(-1) ?? 0) - startMs) / columnCount;
  let text = '';
  let next = 0;
  let lastBytes = 0;
  for (let column = 1; column <= columnCount; column++) {
    let columnBytes: number | undefined;
    for (; next < atMs.length && ((atMs[next] ?? 0) <= startMs + column * columnMs || column === columnCount); next++) {
      lastBytes = liveBytes[next] ?? 0;
      columnBytes = Math.max(columnBytes ?? 0, lastBytes);
    }
    text += blocks.charAt(Math.min(7, Math.floor(((columnBytes ?? lastBytes) / highestBytes) * 8)));
  }
  return text;
}
