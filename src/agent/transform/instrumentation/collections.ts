/** What is told of collections that may grow. */

import type { HoistPlan } from './hoistPlan.ts';
import { propertyName } from './syntax.ts';
import type { Node } from './syntax.ts';

/**
 * How the marker names the collection without running anything: a variable, or an object and the name of its own data property, which the
 * agent reads without running an accessor.
 */
export function receiverText(node: Node, plan: HoistPlan): string | undefined {
  const collection =
    node.type === 'CallExpression' && node.callee.type === 'MemberExpression'
      ? node.callee.object
      : node.type === 'AssignmentExpression' && node.left.type === 'MemberExpression'
        ? node.left.object
        : undefined;
  if (collection === undefined) return undefined;
  const hole = plan.holes.find(({ start, end }) => start === collection.start && end === collection.end);
  if (hole !== undefined) return hole.text;
  if (collection.type === 'Identifier') return collection.name;
  if (collection.type !== 'MemberExpression') return undefined;
  const name = propertyName(collection.property, collection.computed);
  if (name === undefined) return undefined;
  if (collection.object.type === 'ThisExpression') return `this,${JSON.stringify(name)}`;
  return collection.object.type === 'Identifier' ? `${collection.object.name},${JSON.stringify(name)}` : undefined;
}

/** Storing numbers in a table is what number crunching does all the time, and a marker would box them. */
export function isNumeric(node: Node): boolean {
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'number';
    case 'BinaryExpression':
      return node.operator !== '+' || isNumeric(node.left) || isNumeric(node.right) || node.left.type === 'MemberExpression';
    case 'UnaryExpression':
    case 'UpdateExpression':
      return true;
    default:
      return false;
  }
}
