/** What can be told of an expression's value from its form alone. */

import type { Node } from './syntax.ts';

/** Its value is a primitive whatever its parts are, so turning it into a string or a number runs no code. */
export function isPrimitive(node: Node): boolean {
  switch (node.type) {
    case 'Literal':
      return node.regex === undefined;
    case 'TemplateLiteral':
    case 'UpdateExpression':
      return true;
    case 'UnaryExpression':
      return node.operator !== 'delete';
    case 'BinaryExpression':
      return true;
    default:
      return false;
  }
}

/** Operators and properties: keeping them in the marker saves handing over numbers that would have to be boxed. */
export function isCheap(node: Node): boolean {
  switch (node.type) {
    case 'MemberExpression':
      return isCheapOperand(node.object) && (!node.computed || isCheapOperand(node.property));
    case 'BinaryExpression':
      return isCheapOperand(node.left) && isCheapOperand(node.right);
    case 'UnaryExpression':
      return isCheapOperand(node.argument);
    case 'LogicalExpression':
      return isCheapOperand(node.left) && isCheapOperand(node.right);
    case 'ConditionalExpression':
      return isCheapOperand(node.test) && isCheapOperand(node.consequent) && isCheapOperand(node.alternate);
    default:
      return false;
  }
}

function isCheapOperand(node: Node): boolean {
  return (
    node.type === 'Identifier' || node.type === 'ThisExpression' || (node.type === 'Literal' && node.regex === undefined) || isCheap(node)
  );
}

/** A target of `+=` that may be written as `a = a + b`. */
export function isSimpleTarget(target: Node): boolean {
  return (
    target.type === 'Identifier' ||
    (target.type === 'MemberExpression' &&
      !target.computed &&
      (target.object.type === 'Identifier' || target.object.type === 'ThisExpression'))
  );
}
