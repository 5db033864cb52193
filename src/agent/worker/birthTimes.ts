/**
 * When sampled values were allocated. V8 numbers its samples as it takes them, one in so many bytes, the dead ones too; so a number tells how
 * much had been allocated by then, and the clock of the program's allocations tells when that was.
 */

export interface AllocationCourse {
  /** `allocatedBytes` of the whole run so far; both only grow. */
  add(atMs: number, allocatedBytes: number): void;
  /** When so much had been allocated, in milliseconds since the start. */
  momentOf(allocatedBytes: number): number;
}

const maxPointCount = 1024;

export function createAllocationCourse(): AllocationCourse {
  let points: { readonly atMs: number; readonly allocatedBytes: number }[] = [{ atMs: 0, allocatedBytes: 0 }];
  let stepMs = 0;
  return {
    add(atMs, allocatedBytes) {
      const last = points.at(-1);
      if (last !== undefined && (atMs - last.atMs < stepMs || allocatedBytes <= last.allocatedBytes)) return;
      points.push({ atMs, allocatedBytes });
      if (points.length < maxPointCount) return;
      points = points.filter((_, index) => index % 2 === 0);
      stepMs = (atMs / points.length) * 0.9;
    },
    momentOf(allocatedBytes) {
      let low = 0;
      let high = points.length - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((points[middle]?.allocatedBytes ?? 0) < allocatedBytes) low = middle + 1;
        else high = middle;
      }
      const after = points[low];
      const before = points[low - 1];
      if (after === undefined || before === undefined) return after?.atMs ?? 0;
      const ratio = (allocatedBytes - before.allocatedBytes) / (after.allocatedBytes - before.allocatedBytes);
      return before.atMs + Math.min(1, Math.max(0, ratio)) * (after.atMs - before.atMs);
    },
  };
}

const lastNumberRatio = 0.7;

/** A span of the run during which sampling was not restarted. */
export interface SamplingSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly allocatedAtStartBytes: number;
  readonly allocatedAtEndBytes: number;
  readonly samplingIntervalBytes: number;
}

/**
 * In which of `binCount` equal parts of the span a sample was taken, by its number.
 * @param lastNumber the highest that is known: there may have been more samples, which are dead.
 */
export function createBirthBins(
  course: AllocationCourse,
  span: SamplingSpan,
  binCount: number,
  lastNumber: number,
): (sample: number) => number {
  const allocatedBytes = span.allocatedAtEndBytes - span.allocatedAtStartBytes;
  const expectedCount = allocatedBytes / span.samplingIntervalBytes;
  // Some of what was made last is nearly always alive. Large objects make fewer samples than their bytes let expect.
  const sampleCount = Math.max(1, lastNumber >= lastNumberRatio * expectedCount ? lastNumber : expectedCount);
  const binMs = (span.toMs - span.fromMs) / binCount;
  return (sample) => {
    const moment = course.momentOf(span.allocatedAtStartBytes + (allocatedBytes * sample) / sampleCount);
    return binMs > 0 ? Math.min(binCount - 1, Math.max(0, Math.floor((moment - span.fromMs) / binMs))) : 0;
  };
}
