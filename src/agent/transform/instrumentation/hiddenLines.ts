/**
 * A marker repeats the lines of its expression, and an error in one of them must not be shown with them: each gets a place for the comment
 * that tells Node so. A line may start inside the text of a template, so the place is before the first part of the expression on the line.
 */

import type { Hole } from './edits.ts';
import type { SourceLines } from './sourceLines.ts';
import { childrenOf } from './syntax.ts';
import type { Node } from './syntax.ts';

/** @returns the holes within `root`, ascending, and an empty one on each further line, before any other on it. */
export function withHiddenLines(root: Node, holes: readonly Hole[], lines: SourceLines): readonly Hole[] {
  const inside = holes.filter((hole) => hole.start >= root.start && hole.end <= root.end);
  const firstLine0 = lines.line0At(root.start);
  if (lines.line0At(root.end) === firstLine0) return inside;
  const places = new Map<number, number>();
  const visit = (node: Node): void => {
    if (node.type !== 'TemplateElement') {
      const line0 = lines.line0At(node.start);
      if (line0 > firstLine0 && node.start < (places.get(line0) ?? Infinity)) places.set(line0, node.start);
    }
    if (!inside.some((hole) => hole.start <= node.start && hole.end >= node.end)) for (const child of childrenOf(node)) visit(child);
  };
  visit(root);
  const empty = [...places.values()].map((start): Hole => ({ start, end: start, text: '' }));
  return [...empty, ...inside].sort((a, b) => a.start - b.start || a.end - b.end);
}
