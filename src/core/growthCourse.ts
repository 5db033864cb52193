/**
 * How steadily a line's memory grew over a run, from its course.
 *
 * The course is reduced to its floor: the least that the line held from a moment on. What is freed and made anew (a buffer that is refilled,
 * a cache that evicts, garbage between two collections) does not raise the floor; what is freed at the end lowers all of it. Of growth that
 * goes on evenly the floor is a straight line; how far it is from one is the Kolmogorov-Smirnov statistic against the uniform distribution,
 * taken on each side of the line. A table that is filled at the start is a step, a cache that fills up is a ramp and a plateau: both are far
 * above the line. A program that gains speed, as most do while they are being compiled, is somewhat below it.
 */

/** Bytes over a run: two arrays of one length, ascending in time, the last one of the end. */
export interface Course {
  readonly atMs: readonly number[];
  readonly liveBytes: readonly number[];
}

export interface Growth {
  /** When it began, in milliseconds from the start of the run. */
  readonly beganAtMs: number;
  readonly grownBytes: number;
  /** From its beginning to the end of the run. */
  readonly bytesPerSecond: number;
  /** Of ten equal parts of the time since its beginning, those in which it grew by a fifth of an even share at least. */
  readonly grownTenthCount: number;
  /** Of the last three of them, those in which it did: a single one may be a store that was made larger. */
  readonly grownLateTenthCount: number;
  /** How far it was ahead of even growth at most, as a share of it: 0 is a straight line, near 1 an early step. */
  readonly aheadRatio: number;
  /** How far it was behind: near 1 a late step. */
  readonly behindRatio: number;
  /** Of the growth, what came in the last fifth of the run; 0.2 if it was even. */
  readonly lastFifthRatio: number;
}

/** Less than this share of all growth counts as none. */
const noneRatio = 0.02;

/** undefined where nothing grew. */
export function measureGrowth(course: Course): Growth | undefined {
  const floor = floorOf(course);
  const endMs = floor.atMs.at(-1) ?? 0;
  const startBytes = floor.liveBytes[0] ?? 0;
  const grownBytes = (floor.liveBytes.at(-1) ?? 0) - startBytes;
  if (grownBytes <= 0 || endMs <= 0) return undefined;
  const shares = floor.liveBytes.map((bytes) => (bytes - startBytes) / grownBytes);
  const first = Math.max(0, shares.findIndex((share) => share > noneRatio) - 1);
  const beganAtMs = floor.atMs[first] ?? 0;
  const spanMs = endMs - beganAtMs;
  if (spanMs <= 0) return undefined;
  const shareAt = (ratio: number): number => interpolate(floor.atMs, shares, beganAtMs + ratio * spanMs);
  const tenths = Array.from({ length: 10 }, (_, tenth) => shareAt((tenth + 1) / 10) - shareAt(tenth / 10));
  const leads = shares.slice(first).map((share, index) => share - ((floor.atMs[first + index] ?? 0) - beganAtMs) / spanMs);
  const hasGrown = tenths.map((share) => share >= noneRatio);
  return {
    beganAtMs,
    grownBytes,
    bytesPerSecond: (grownBytes * 1000) / spanMs,
    grownTenthCount: hasGrown.filter(Boolean).length,
    grownLateTenthCount: hasGrown.slice(-3).filter(Boolean).length,
    aheadRatio: Math.max(0, ...leads),
    behindRatio: Math.max(0, ...leads.map((lead) => -lead)),
    lastFifthRatio: 1 - interpolate(floor.atMs, shares, 0.8 * endMs),
  };
}

/** At each moment the least from then on. */
function floorOf({ atMs, liveBytes }: Course): Course {
  const floor = [...liveBytes];
  for (let index = floor.length - 2; index >= 0; index -= 1) floor[index] = Math.min(floor[index] ?? 0, floor[index + 1] ?? 0);
  return { atMs, liveBytes: floor };
}

function interpolate(atMs: readonly number[], values: readonly number[], wantedMs: number): number {
  const after = atMs.findIndex((moment) => moment >= wantedMs);
  if (after < 0) return values.at(-1) ?? 0;
  const [fromMs = 0, toMs = 0] = [atMs[after - 1], atMs[after]];
  const [from = values[0] ?? 0, to = 0] = [values[after - 1], values[after]];
  return toMs > fromMs ? from + ((to - from) * (wantedMs - fromMs)) / (toMs - fromMs) : to;
}
