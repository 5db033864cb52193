/**
 * Known truths beside the lines of a fixture: `//= allocated 40 * 1000, live 0, runs 1000`, in Python after `#=`.
 *
 * Clauses: allocated, live, peak, external (within 10 % or what the test asks, or `within R`), grows (allocated, within 20 %), runs (exact), allocatedMin,
 * liveMin, liveMax, net (may be below zero); a live figure of 0 means no live bytes beyond a thousandth of what was allocated. `line -1` puts them on the line before.
 */

import * as fs from 'node:fs';
import * as path from 'node:path';
import type { FileProfile, LineProfile } from '../../src/core/profile.ts';

interface Truth {
  readonly line: number;
  readonly figure: string;
  readonly value: number;
  readonly toleranceRatio: number;
}

/** Executions of a line are counted up to here in any case. */
const leastCount = 100_000;
/** What a line may hold or leave that a person would call nothing. */
const negligibleBytes = 16_384;

function readTruths(source: string, usualToleranceRatio: number): Truth[] {
  return source.split('\n').flatMap((text, index) => {
    const comment = text.split(/(?:\/\/|#)=/)[1];
    if (comment === undefined) return [];
    const clauses = comment.split(/,(?![^(]*\))/).map((clause) => /^\s*(\w+) (.+?)(?: within ([\d.]+))?\s*$/.exec(clause));
    const offset = Number(clauses.find((clause) => clause?.[1] === 'line')?.[2] ?? 0);
    return clauses.flatMap((clause) => {
      if (clause === null) throw new Error(`line ${index + 1}: a truth that can't be read: ${comment}`);
      const [, figure = '', expression = '', tolerance] = clause;
      if (figure === 'line') return [];
      return [
        {
          line: index + 1 + offset,
          figure,
          value: evaluate(expression),
          toleranceRatio: Number(tolerance ?? (figure === 'grows' ? 0.2 : usualToleranceRatio)),
        },
      ];
    });
  });
}

/** What is not as the comments of a profiled file say; figures may be off by that much where a comment does not say how far. */
export function untruthsOf(file: FileProfile, usualToleranceRatio = 0.1): string[] {
  return readTruths(fs.readFileSync(file.path, 'utf8'), usualToleranceRatio).flatMap((truth) => {
    const problem = checkTruth(
      truth,
      file.lines.find((line) => line.line === truth.line),
    );
    return problem === undefined ? [] : [`${path.basename(file.path)} ${problem}`];
  });
}

/** Undefined where the truth holds, else what is wrong. */
function checkTruth(truth: Truth, line: LineProfile | undefined): string | undefined {
  const { figure, value, toleranceRatio } = truth;
  const wrong = (found: number | undefined): string => `line ${truth.line}: ${figure} should be ${value}, is ${found ?? 'absent'}`;
  const near = (found: number | undefined): string | undefined =>
    found !== undefined && Math.abs(found - value) <= (value === 0 ? negligibleBytes : toleranceRatio * Math.abs(value))
      ? undefined
      : `${wrong(found)} (${relative(found, value)})`;
  switch (figure) {
    case 'runs': {
      const { executionCount = 0, executionCountIsMinimum = false } = line ?? {};
      // Counting may stop at a line that ran more often.
      const holds = executionCountIsMinimum ? executionCount >= leastCount && executionCount <= value : executionCount === value;
      return holds ? undefined : wrong(line?.executionCount);
    }
    case 'allocated':
    case 'grows':
      return near(line?.allocatedBytes);
    case 'external':
      return near(line?.externalAllocatedBytes);
    case 'net':
      return near(line?.netBytes);
    case 'live': {
      if (value > 0) return near(line?.liveBytes);
      const live = line?.liveBytes;
      return live !== undefined && live <= (line?.allocatedBytes ?? 0) / 1000 + negligibleBytes ? undefined : wrong(live);
    }
    case 'peak':
      return near(line?.peakBytes);
    case 'allocatedMin':
      return (line?.allocatedBytes ?? 0) >= value ? undefined : wrong(line?.allocatedBytes);
    case 'liveMin':
      return (line?.liveBytes ?? 0) >= value ? undefined : wrong(line?.liveBytes);
    case 'liveMax':
      return (line?.liveBytes ?? 0) <= value ? undefined : wrong(line?.liveBytes);
    default:
      throw new Error(`line ${truth.line}: there is no figure ${figure}`);
  }
}

function relative(found: number | undefined, value: number): string {
  return found === undefined ? 'absent' : `${((found / value - 1) * 100).toFixed(1)} %`;
}

/** Products and sums of numbers, `capacity(n)` and `grown(n)`. */
function evaluate(expression: string): number {
  const plain = expression.replace(/\b(capacity|grown)\((\d+)\)/g, (_, name: string, count: string) => {
    const capacities = arrayCapacities(Number(count));
    return String(name === 'capacity' ? capacities.at(-1) : capacities.reduce((sum, capacity) => sum + capacity, 0));
  });
  return plain
    .split('+')
    .map((term) => term.split('*').reduce((product, factor) => product * Number(factor), 1))
    .reduce((sum, term) => sum + term, 0);
}

/** The sizes that an array's store goes through until it holds `count` elements, pushed one by one (V8's NewElementsCapacity). */
function arrayCapacities(count: number): number[] {
  const capacities: number[] = [];
  for (let capacity = 0; capacity < count;) {
    const needed = capacity + 1;
    capacity = needed + (needed >> 1) + 16;
    capacities.push(capacity);
  }
  return capacities;
}
