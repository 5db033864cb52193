/**
 * Places that keep their columns: node:assert shows the source text of a failed `assert(x)` by reading the program's line at the column at
 * which V8 says the call stands, so nothing may be put in before it, nor into what it shows.
 */

import type { Allocations } from './allocations.ts';
import type { SourceLines } from './sourceLines.ts';
import { childrenOf } from './syntax.ts';
import type { Node, Range } from './syntax.ts';

export class FrozenPlaces {
  /** Each from the start of a line to the end of a call, or of its first line. */
  readonly #ranges: readonly Range[];

  constructor(ranges: readonly Range[]) {
    this.#ranges = ranges;
  }

  /** Whether text that is inserted there moves what must not move. */
  holds(offset: number): boolean {
    return this.#ranges.some(({ start, end }) => offset >= start && offset < end);
  }

  /** Whether moving an expression changes such a line: all of it that is not in one of the parts that stay. */
  isChangedBy(moved: Range, staying: readonly Range[]): boolean {
    return this.#ranges.some(
      ({ start, end }) => moved.start < end && moved.end > start && !staying.some((part) => part.start <= start && part.end >= end),
    );
  }
}

/** Finds the calls of node:assert that show source text: those that say themselves what is wrong, or another method, do not. */
export function findFrozenPlaces(program: Node, lines: SourceLines, allocations: Allocations): FrozenPlaces {
  const ranges: Range[] = [];
  const visit = (node: Node): void => {
    if (node.type === 'CallExpression' && allocations.showsSource(node)) {
      const line0 = lines.line0At(node.start);
      ranges.push({ start: lines.starts[line0] ?? 0, end: Math.min(node.end, lines.starts[line0 + 1] ?? node.end) });
    }
    for (const child of childrenOf(node)) visit(child);
  };
  visit(program);
  return new FrozenPlaces(ranges);
}
