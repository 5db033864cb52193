/** Small questions about statements, classes and their members. */

import { propertyName } from './syntax.ts';
import type { Node } from './syntax.ts';

export type ClassNode = Node & { readonly type: 'ClassExpression' | 'ClassDeclaration' };

/** Whether it is a statement that a person would say ran. */
export function isCounted(node: Node): boolean {
  return node.type !== 'FunctionDeclaration' && node.type !== 'EmptyStatement' && node.type !== 'ImportDeclaration';
}

/** `super(…);` */
export function isSuperCall(statement: Node): boolean {
  return (
    statement.type === 'ExpressionStatement' &&
    statement.expression.type === 'CallExpression' &&
    statement.expression.callee.type === 'Super'
  );
}

/** As V8 names it. */
export function methodName(element: Node & { readonly type: 'MethodDefinition' }): string {
  const name = element.key.type === 'PrivateIdentifier' ? `#${element.key.name}` : (propertyName(element.key, element.computed) ?? '');
  return element.kind === 'get' || element.kind === 'set' ? `${element.kind} ${name}` : name;
}

/** The name (without #) of a private field that starts as an array, a map or a set. */
export function nameOfContainer(element: Node): string | undefined {
  if (element.type !== 'PropertyDefinition' || element.key.type !== 'PrivateIdentifier') return undefined;
  const { value } = element;
  const isContainer =
    value?.type === 'ArrayExpression' ||
    (value?.type === 'NewExpression' && value.callee.type === 'Identifier' && /^(?:Array|Map|Set)$/.test(value.callee.name));
  return isContainer ? element.key.name : undefined;
}
