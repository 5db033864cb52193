/** Where an expression stands, as far as messages of errors and names of functions are concerned. */

import { propertyName } from './syntax.ts';
import type { Node } from './syntax.ts';

/** How an error's message can show the text of an expression: `x.y is not a function`, `… of 'x' as it is null`, `x is not iterable`. */
export type Position = 'value' | 'called' | 'destructured' | 'iterated';

/** Where the value of something assigned to this target stands. */
export function positionUnder(target: Node): Position {
  // A message about a pattern inside shows the whole value.
  if (hasInnerPattern(target)) return 'called';
  if (target.type === 'ObjectPattern') return 'destructured';
  return target.type === 'ArrayPattern' ? 'iterated' : 'value';
}

function hasInnerPattern(target: Node): boolean {
  if (target.type !== 'ObjectPattern' && target.type !== 'ArrayPattern') return false;
  const parts: readonly (Node | null)[] = target.type === 'ArrayPattern' ? target.elements : target.properties;
  return parts.some((part) => part !== null && isPattern(part.type === 'Property' ? part.value : part));
}

function isPattern(node: Node): boolean {
  if (node.type === 'AssignmentPattern') return isPattern(node.left);
  if (node.type === 'RestElement') return isPattern(node.argument);
  return node.type === 'ObjectPattern' || node.type === 'ArrayPattern';
}

export function nameOfTarget(target: Node): string {
  if (target.type === 'Identifier') return target.name;
  return target.type === 'MemberExpression' ? (propertyName(target.property, target.computed) ?? '') : '';
}
