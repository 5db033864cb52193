/**
 * Forms by which Node finds the exports of a CommonJS file without running it (cjs-module-lexer reads the text). They must stay as they
 * are written, or a named import of the file fails.
 */

import type { Node } from './syntax.ts';

/** How much of a statement must stay. */
export type ExportForm =
  /** Nothing in it may change. */
  | 'frozen'
  /** What is in functions may be counted, but no expression is moved. */
  | 'unmoved';

/** @returns undefined for a statement (or a node that is none) that Node does not look at. */
export function exportFormOf(statement: Node, source: string): ExportForm | undefined {
  if (statement.type === 'VariableDeclaration') return undefined;
  if (statement.type !== 'ExpressionStatement') return undefined;
  const { expression } = statement;
  switch (expression.type) {
    case 'CallExpression':
      return formOfCall(expression, source);
    case 'AssignmentExpression':
      return isModuleExports(expression.left) || containsModuleExports(expression.right) ? 'unmoved' : undefined;
    case 'LogicalExpression':
      return containsModuleExports(expression.right) ? 'unmoved' : undefined;
    default:
      return undefined;
  }
}

/** `Object.keys(_x).forEach(function (key) { … exports[key] = _x[key] … })`: how Babel and TypeScript write `export * from`. */
export function hasStarExports(source: string): boolean {
  return /Object\s*\.\s*keys\s*\(\s*[\w$]+\s*\)\s*\.\s*forEach\s*\(/.test(source) || /__export(?:Star)?\s*\(/.test(source);
}

function formOfCall(call: Node & { readonly type: 'CallExpression' }, source: string): ExportForm | undefined {
  const { callee } = call;
  const calleeText = source.slice(callee.start, callee.end).replace(/\s+/g, '');
  if (calleeText === 'Object.defineProperty') {
    const [target] = call.arguments;
    return target !== undefined && isExportsObject(target) ? 'frozen' : undefined;
  }
  if (/^Object\.keys\([\w$]+\)\.forEach$/.test(calleeText))
    return /\bexports\b/.test(source.slice(call.start, call.end)) ? 'frozen' : undefined;
  return /(?:^|\.)__export(?:Star)?$/.test(calleeText) ? 'unmoved' : undefined;
}

function isExportsObject(node: Node): boolean {
  return (node.type === 'Identifier' && node.name === 'exports') || isModuleExports(node);
}

function isModuleExports(node: Node): boolean {
  return (
    node.type === 'MemberExpression' &&
    node.object.type === 'Identifier' &&
    node.object.name === 'module' &&
    node.property.type === 'Identifier' &&
    node.property.name === 'exports'
  );
}

function containsModuleExports(node: Node): boolean {
  return node.type === 'AssignmentExpression' && (isModuleExports(node.left) || containsModuleExports(node.right));
}
