/**
 * A course of figures in one line of text.
 */

/** Live bytes over time, eight heights of blocks, at most so many columns: `▁▂▃▅▆▇█`. Empty where nothing was ever alive. */
export function formatSparkline(liveBytes: readonly number[], maxColumns = 32): string {
  const highest = liveBytes.reduce((most, bytes) => Math.max(most, bytes), 0);
  if (highest <= 0) return '';
  const columns = Math.min(maxColumns, liveBytes.length);
  const heights = Array.from({ length: columns }, (_, column) => {
    // Of each stretch its highest, so that no peak is lost.
    const from = Math.floor((column * liveBytes.length) / columns);
    const to = Math.floor(((column + 1) * liveBytes.length) / columns);
    return liveBytes.slice(from, to).reduce((most, bytes) => Math.max(most, bytes), 0) / highest;
  });
  return heights.map((height) => '▁▂▃▄▅▆▇█'[Math.min(7, Math.floor(height * 8))]).join('');
}
