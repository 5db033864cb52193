/**
 * Questions about JavaScript's syntax tree that several rules ask. Node names are those of @lezer/javascript's grammar.
 */

import type { SyntaxNode } from '@lezer/common';
import type { SourceFile } from '../sourceFile.ts';

const functions: readonly string[] = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunction', 'MethodDeclaration'];
const loops: readonly string[] = ['ForStatement', 'WhileStatement', 'DoStatement'];

/** `receiver.name(args)`, with `?.` or without. */
export interface MethodCall {
  readonly call: SyntaxNode;
  readonly receiver: SyntaxNode;
  readonly name: string;
  readonly args: readonly SyntaxNode[];
}

/** The expressions, names and patterns among a node's children: no keywords, punctuation and comments. */
export function partsOf(node: SyntaxNode): SyntaxNode[] {
  const parts: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (/^[A-Z]/.test(child.name) && !/Comment$|^(?:Equals|Spread|Arrow)$|Op$/.test(child.name)) parts.push(child);
    else if (['this', 'super', 'null'].includes(child.name)) parts.push(child);
  }
  return parts;
}

/** The arguments of a CallExpression or NewExpression. Undefined where one is spread: which they are is not known. */
export function argumentsOf(call: SyntaxNode): readonly SyntaxNode[] | undefined {
  const list = call.getChild('ArgList');
  if (list === null) return [];
  return list.getChild('Spread') === null ? partsOf(list) : undefined;
}

/** The call as one of a method that is named in the source; undefined for any other node, and where an argument is spread. */
export function methodCallOf(source: SourceFile, call: SyntaxNode): MethodCall | undefined {
  const called = call.name === 'CallExpression' ? call.firstChild : null;
  const callee = called?.name === 'InstantiationExpression' ? called.firstChild : called;
  const property = callee?.name === 'MemberExpression' ? callee.getChild('PropertyName') : null;
  const receiver = callee?.firstChild;
  const args = argumentsOf(call);
  if (!property || !receiver || args === undefined) return undefined;
  return { call, receiver: bare(receiver), name: source.textOf(property), args };
}

/** The method calls of these names in the file, in source order. */
export function methodCallsOf(source: SourceFile, names: readonly string[], within?: SyntaxNode): MethodCall[] {
  return source.nodesOf(['CallExpression'], within).flatMap((call) => {
    const found = methodCallOf(source, call);
    return found !== undefined && names.includes(found.name) ? [found] : [];
  });
}

/** The expression without parentheses around it and without TypeScript's `as`, `satisfies` and `!`. */
export function bare(node: SyntaxNode): SyntaxNode {
  const inner = node.firstChild;
  if (inner === null) return node;
  const isTyped = node.name === 'BinaryExpression' && (node.getChild('as') ?? node.getChild('satisfies')) !== null;
  const isNonNull = node.name === 'PostfixExpression' && node.lastChild?.name === 'LogicOp';
  if (isTyped || isNonNull) return bare(inner);
  const [only] = node.name === 'ParenthesizedExpression' ? partsOf(node) : [];
  return only === undefined ? node : bare(only);
}

/** The text between a node's operands: `+=` of `s += x`; undefined where there is none. */
export function operatorOf(source: SourceFile, node: SyntaxNode): string | undefined {
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name === 'Equals' || child.name.endsWith('Op')) return source.textOf(child);
  }
  return undefined;
}

/** Whether the two are one node of the tree: Lezer makes a new object each time. */
export function isSameNode(a: SyntaxNode | null | undefined, b: SyntaxNode | null | undefined): boolean {
  return !!a && !!b && a.from === b.from && a.to === b.to && a.name === b.name;
}

export function contains(outer: SyntaxNode, inner: SyntaxNode): boolean {
  return outer.from <= inner.from && inner.to <= outer.to;
}

/** Whether the node is a function of any kind, a method of an object literal included. */
export function isFunction(node: SyntaxNode): boolean {
  return functions.includes(node.name) || (node.name === 'Property' && node.getChild('ParamList') !== null);
}

/** The innermost function around the node; undefined at the module's level. */
export function enclosingFunction(node: SyntaxNode): SyntaxNode | undefined {
  return ancestorOf(node, isFunction);
}

/** The innermost loop whose body or test runs the node again and again, within the same function. */
export function enclosingLoop(node: SyntaxNode): SyntaxNode | undefined {
  let inner = node;
  for (let parent = node.parent; parent !== null && !isFunction(parent); inner = parent, parent = parent.parent) {
    if (loops.includes(parent.name) && !/^For.*Spec$/.test(inner.name)) return parent;
  }
  return undefined;
}

/** The innermost node around this one of which that holds. */
export function ancestorOf(node: SyntaxNode, holds: (ancestor: SyntaxNode) => boolean): SyntaxNode | undefined {
  for (let parent = node.parent; parent !== null; parent = parent.parent) if (holds(parent)) return parent;
  return undefined;
}

/** The statement that the node is in: directly in a block, in the module or in a switch. */
export function statementOf(node: SyntaxNode): SyntaxNode {
  let statement = node;
  for (let parent = node.parent; parent !== null; parent = parent.parent) {
    if (parent.name === 'Block' || parent.name === 'Script' || parent.name === 'SwitchBody') return statement;
    statement = parent;
  }
  return statement;
}

/** What an arrow function gives or a function returns in its last and only `return`. */
export function returnedBy(callback: SyntaxNode): SyntaxNode | undefined {
  const body = callback.getChild('Block');
  if (body === null) return callback.name === 'ArrowFunction' ? partsOf(callback).at(-1) : undefined;
  const returns = body.getChildren('ReturnStatement');
  return returns.length === 1 && returns[0] !== undefined ? partsOf(returns[0])[0] : undefined;
}

/** The lines, from 1, from the first to the last character of the node. */
export function linesOf(source: SourceFile, { from, to }: { readonly from: number; readonly to: number }): number[] {
  const first = source.lineAt(from);
  return Array.from({ length: source.lineAt(to) - first + 1 }, (_, index) => first + index);
}
