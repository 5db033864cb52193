/** Finds calls of what may be the program's own functions. */

import type { CallExpression } from 'acorn';
import type { Allocations } from './allocations.ts';
import type { Node } from './syntax.ts';

/** Whether something in it, outside of functions, calls what may be the program's own. */
export function callsOwnCode(node: Node, allocations: Allocations): boolean {
  switch (node.type) {
    case 'CallExpression':
      if (allocations.kindOf(node) === undefined && !isStableCall(node, allocations)) return true;
      return (
        (node.callee.type === 'MemberExpression' && callsOwnCode(node.callee.object, allocations)) ||
        node.arguments.some((part) => callsOwnCode(part, allocations))
      );
    case 'NewExpression':
      return node.arguments.some((part) => callsOwnCode(part, allocations));
    case 'ArrayExpression':
      return node.elements.some((part) => part !== null && callsOwnCode(part, allocations));
    case 'ObjectExpression':
      return node.properties.some((part) => callsOwnCode(part.type === 'Property' ? part.value : part.argument, allocations));
    case 'SpreadElement':
    case 'UnaryExpression':
    case 'AwaitExpression':
      return callsOwnCode(node.argument, allocations);
    case 'TemplateLiteral':
      return node.expressions.some((part) => callsOwnCode(part, allocations));
    case 'BinaryExpression':
    case 'LogicalExpression':
    case 'AssignmentExpression':
      return callsOwnCode(node.left, allocations) || callsOwnCode(node.right, allocations);
    case 'ConditionalExpression':
      return [node.test, node.consequent, node.alternate].some((part) => callsOwnCode(part, allocations));
    case 'ChainExpression':
      return callsOwnCode(node.expression, allocations);
    default:
      return false;
  }
}

function isStableCall(node: CallExpression, allocations: Allocations): boolean {
  return node.callee.type === 'MemberExpression' && allocations.isStableMember(node.callee);
}

/** `Math.x(…)`: runs no code of the program, as long as its operands are numbers. */
export function isArithmetic(node: Node, allocations: Allocations): boolean {
  return (
    node.type === 'CallExpression' &&
    node.callee.type === 'MemberExpression' &&
    node.callee.object.type === 'Identifier' &&
    node.callee.object.name === 'Math' &&
    allocations.isStableMember(node.callee)
  );
}
