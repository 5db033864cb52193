/**
 * How much of each stack's allocations was alive over the run: looked up in the recorder's tables now and then, from outside the program.
 * However long the run, the number of looks that are kept is bounded.
 */

import { isWorthFollowing, type AllocatingLine, type LineCourse } from '../../core/leakSuspects.ts';
import type { AllocationFigures, LineTotals } from './allocationFigures.ts';
import type { Places } from './places.ts';

export interface LiveCourse {
  /** Takes a look where one is due: `read` gives the live bytes by stack. */
  look(atMs: number, read: () => Float64Array | undefined): void;
  readonly looks: readonly Look[];
}

interface Look {
  readonly atMs: number;
  /** By stack; those that came later are not in it. */
  readonly liveBytes: Float32Array;
}

/** Between half of it and all: enough for tenths of a run, and 25 MiB at most with the largest tables. */
const maxLookCount = 96;
/** Of the time of the process that reads. */
const lookingRatio = 0.02;

export function createLiveCourse(): LiveCourse {
  let looks: Look[] = [];
  let stepMs = 0;
  let nextAtMs = 0;
  return {
    look(atMs, read) {
      if (atMs < nextAtMs) return;
      const startMs = performance.now();
      const liveBytes = read();
      if (liveBytes === undefined) return;
      looks.push({ atMs, liveBytes: Float32Array.from(liveBytes) });
      if (looks.length >= maxLookCount) {
        looks = looks.filter((_, index) => index % 2 === 1);
        stepMs = (atMs / looks.length) * 0.9;
      }
      nextAtMs = atMs + Math.max(stepMs, (performance.now() - startMs) / lookingRatio);
    },
    get looks() {
      return looks;
    },
  };
}

/**
 * The course of each line that has much alive at the end.
 * @param figuresMs when the figures are of, in milliseconds from the program's start
 */
export function buildLineCourses(looks: readonly Look[], places: Places, figures: AllocationFigures, figuresMs: number): LineCourse[] {
  const endMs = Math.min(figuresMs, lastChangeMs(looks) ?? figuresMs);
  const stackCount = looks.at(-1)?.liveBytes.length ?? 0;
  const stacksOf = new Map<string, number[]>();
  for (let stack = 0; stack < stackCount; stack += 1) {
    const [innermost] = places.ofStack(stack);
    if (innermost === undefined) continue;
    const key = `${innermost.line}:${innermost.path}`;
    const known = stacksOf.get(key);
    if (known === undefined) stacksOf.set(key, [stack]);
    else known.push(stack);
  }
  const earlier = looks.filter(({ atMs }) => atMs > 0 && atMs < endMs);
  return [...figures.lines].flatMap(([path, lines]) =>
    [...lines].flatMap(([line, totals]): LineCourse[] => {
      if (!isWorthFollowing(totals.figures.liveBytes)) return [];
      const stacks = stacksOf.get(`${line}:${path}`) ?? [];
      const liveAt = ({ liveBytes }: Look): number => stacks.reduce((sum, stack) => sum + (liveBytes[stack] ?? 0), 0);
      return [
        {
          at: { path, line },
          atMs: [0, ...earlier.map(({ atMs }) => atMs), endMs],
          liveBytes: [0, ...earlier.map(liveAt), totals.figures.liveBytes],
        },
      ];
    }),
  );
}

/** Python collects once more when the program has ended, which may take long: no part of the run in which a line could grow. */
function lastChangeMs(looks: readonly Look[]): number | undefined {
  const totals = looks.map(({ liveBytes }) => liveBytes.reduce((sum, bytes) => sum + bytes, 0));
  const changed = totals.findLastIndex((bytes) => bytes !== totals.at(-1));
  return looks[changed + 1]?.atMs;
}

/** Lines that made a list, dict or set grow that is alive. */
export function findGrowingLines({ lines }: AllocationFigures): AllocatingLine[] {
  return [...lines].flatMap(([path, ofFile]) =>
    [...ofFile].flatMap(([line, totals]) => (growsCollection(totals) ? [{ at: { path, line } }] : [])),
  );
}

/** The recorder names the store of a collection after the collection, and does not count it as an object. */
const collectionTypes = new Set(['list', 'dict', 'set', 'defaultdict', 'OrderedDict', 'Counter']);
/** A hundred elements, and more than lists and dicts that are objects of a program's data have for the most part. */
const largeStoreBytes = 1024;

/** Where the collection itself was not sampled, nobody knows whose store it is. */
const namelessStore = 'buffer';
const largeNamelessBytes = 16_384;

function growsCollection({ types }: LineTotals): boolean {
  return [...types].some(([name, { liveBytes, liveCount }]) => {
    const meanBytes = liveBytes / Math.max(1, liveCount);
    return name === namelessStore ? meanBytes >= largeNamelessBytes : collectionTypes.has(name) && meanBytes >= largeStoreBytes;
  });
}
