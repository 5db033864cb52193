/**
 * Questions about Python's syntax tree that several rules ask. Node names are those of @lezer/python's grammar.
 */

import type { SyntaxNode } from '@lezer/common';
import { groupNodes, type SourceFile } from '../sourceFile.ts';

const loops: readonly string[] = ['ForStatement', 'WhileStatement'];
const scopes: readonly string[] = ['FunctionDefinition', 'LambdaExpression'];
const comprehensions: readonly string[] = [
  'ArrayComprehensionExpression',
  'SetComprehensionExpression',
  'DictionaryComprehensionExpression',
];

export interface CallArguments {
  readonly positional: readonly SyntaxNode[];
  readonly named: ReadonlyMap<string, SyntaxNode>;
  /** `*these` or `**those` are among them, or a generator without brackets of its own: the others are not all. */
  readonly isOpen: boolean;
}

/** The children of a node, one after the other, punctuation included. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
}

/** A call of a method: on what, which, and its arguments. */
export interface MethodCall extends CallArguments {
  readonly receiver: SyntaxNode;
  readonly method: string;
}

/** The node as a call of a method (or of a module's function, as `gc.disable()`); undefined when it is none. */
export function methodCallOf(source: SourceFile, node: SyntaxNode): MethodCall | undefined {
  const callee = node.name === 'CallExpression' ? node.firstChild : null;
  const [receiver, name] = [callee?.firstChild, callee?.getChild('PropertyName')];
  if (receiver === null || receiver === undefined || name === null || name === undefined) return undefined;
  return { receiver, method: source.textOf(name), ...argumentsOf(source, node) };
}

/** What is called, as dotted names: `sum`, `gc.disable`, `self.items.append`; undefined for anything else, such as `f()()`. */
export function calleeName(source: SourceFile, call: SyntaxNode): string | undefined {
  return call.firstChild === null ? undefined : dottedName(source, call.firstChild);
}

/** All calls of what is called so, see `calleeName`. */
export function callsOf(source: SourceFile, callee: string): readonly SyntaxNode[] {
  return source.derived(callsByCallee).get(callee) ?? [];
}

function callsByCallee(source: SourceFile): ReadonlyMap<string | undefined, readonly SyntaxNode[]> {
  return groupNodes(source.nodesOf(['CallExpression']), (call) => calleeName(source, call));
}

/** `a` or `a.b.c`; undefined for anything else. */
function dottedName(source: SourceFile, node: SyntaxNode): string | undefined {
  const text = source.textOf(node);
  return (node.name === 'VariableName' || node.name === 'MemberExpression') && /^[\p{L}\p{N}_.]+$/u.test(text) ? text : undefined;
}

/** The arguments of a CallExpression. */
export function argumentsOf(source: SourceFile, call: SyntaxNode): CallArguments {
  const positional: SyntaxNode[] = [];
  const named = new Map<string, SyntaxNode>();
  let isOpen = false;
  const list = call.getChild('ArgList');
  const parts = list === null ? [] : childrenOf(list).filter(({ name }) => name !== 'Comment');
  for (const [index, part] of parts.entries()) {
    if (part.name === '*' || part.name === '**' || part.name === 'for') isOpen = true;
    else if (part.name === 'AssignOp') {
      const [name, value] = [parts[index - 1], parts[index + 1]];
      if (name === undefined || value === undefined) continue;
      positional.splice(positional.indexOf(name), 1);
      named.set(source.textOf(name), value);
    } else if (/^\w/.test(part.name) && parts[index - 1]?.name !== 'AssignOp') positional.push(part);
  }
  return { positional, named, isOpen };
}

/** The statement that the node is in: the innermost node that lies in a Body or in the module itself. */
export function statementOf(node: SyntaxNode): SyntaxNode {
  let statement = node;
  for (let parent = node.parent; parent !== null && !['Body', 'Script', 'StatementGroup'].includes(parent.name); parent = parent.parent) {
    statement = parent;
  }
  return statement;
}

/** The lines, from 1, that the node's text is on. */
export function linesOf(source: SourceFile, node: SyntaxNode): number[] {
  const from = source.lineAt(node.from);
  return Array.from({ length: endLine(source, node) - from + 1 }, (_, index) => from + index);
}

/** The last of these lines: a compound statement's node reaches on to the next statement. */
export function endLine(source: SourceFile, node: SyntaxNode): number {
  return source.lineAt(node.from + source.textOf(node).trimEnd().length);
}

/** The name and the value of a statement `name = value`, with or without a type; undefined of anything else. */
export function nameAssignment(statement: SyntaxNode): { readonly name: SyntaxNode; readonly value: SyntaxNode } | undefined {
  const [name, operator, value, ...more] = childrenOf(statement).filter((child) => child.name !== 'TypeDef');
  if (statement.name !== 'AssignStatement' || name?.name !== 'VariableName' || operator?.name !== 'AssignOp') return undefined;
  return value === undefined || more.length > 0 ? undefined : { name, value };
}

/** The function or lambda that the node is in; undefined at module or class level. */
export function enclosingFunction(node: SyntaxNode): SyntaxNode | undefined {
  return enclosing(node, scopes);
}

/** The loop or comprehension, within the same function, whose body runs the node again and again. */
export function enclosingLoop(node: SyntaxNode): SyntaxNode | undefined {
  let inner = node;
  for (let parent = node.parent; parent !== null && !scopes.includes(parent.name); inner = parent, parent = parent.parent) {
    if (isComprehension(parent)) return parent;
    // The iterable of a `for` is evaluated once, and `else` runs once.
    if (loops.includes(parent.name) && (parent.name === 'WhileStatement' || inner.name === 'Body') && !isElse(inner)) return parent;
  }
  return undefined;
}

/** The class whose body the node is in, directly or in a method of it. */
export function enclosingClass(node: SyntaxNode): SyntaxNode | undefined {
  return enclosing(node, ['ClassDefinition']);
}

/** Whether what the node assigns is an attribute of a class: it stands in the class's body, not in a function. */
export function isInClassBody(node: SyntaxNode): boolean {
  return enclosing(node, [...scopes, 'ClassDefinition'])?.name === 'ClassDefinition';
}

/** The name of a FunctionDefinition or ClassDefinition. */
export function definedName(source: SourceFile, definition: SyntaxNode): string {
  const name = definition.getChild('VariableName');
  return name === null ? '' : source.textOf(name);
}

/** All uses of a name as a variable, whatever scope they are in; attributes and keywords of calls are none. */
export function usesOf(source: SourceFile, name: string, within?: SyntaxNode): readonly SyntaxNode[] {
  if (within === undefined) return source.derived(usesByName).get(name) ?? [];
  return source.nodesOf(['VariableName'], within).filter((node) => source.textOf(node) === name && !isKeyword(node));
}

/**
 * Whether the name surely is Python's own builtin: the file neither binds it nor imports `*`, by which anything may be bound. Names that
 * are only ever called and passed on count as not bound.
 */
export function isBuiltin(source: SourceFile, name: string): boolean {
  if (source.nodesOf(['ImportStatement']).some((statement) => statement.getChild('*') !== null)) return false;
  return usesOf(source, name).every((node) => !isBinding(node));
}

/** Whether the node, a VariableName, gives the name a value: by assignment, import, definition, parameter, loop, `with`, `except`, `del`. */
export function isBinding(node: SyntaxNode): boolean {
  const parent = node.parent;
  switch (parent?.name) {
    case 'FunctionDefinition':
    case 'ClassDefinition':
    case 'ImportStatement':
    case 'ScopeStatement':
    case 'CapturePattern':
    case 'AsPattern':
      return true;
    case 'ParamList':
      return node.prevSibling?.name !== 'AssignOp';
    case 'TryStatement':
      return node.prevSibling?.name === 'as';
    default:
      return isAssigned(node);
  }
}

/** Whether the node, a name, an attribute or an item, is assigned to, deleted, or a loop's or a `with` statement's target. */
export function isAssigned(node: SyntaxNode): boolean {
  const { parent } = node;
  switch (parent?.name) {
    case 'DeleteStatement':
      return true;
    case 'UpdateStatement':
    case 'NamedExpression':
      return parent.firstChild?.from === node.from;
    case 'AssignStatement':
      return comesBefore(node, 'AssignOp');
    case 'ForStatement':
      return comesBefore(node, 'in');
    case 'WithStatement':
      return node.prevSibling?.name === 'as';
    case 'TupleExpression':
    case 'ArrayExpression':
    case 'ParenthesizedExpression':
      return isAssigned(parent);
    case undefined:
      return false;
    default:
      return parent !== null && isComprehension(parent) && comesAfterFor(node);
  }
}

function usesByName(source: SourceFile): ReadonlyMap<string, readonly SyntaxNode[]> {
  const uses = source.nodesOf(['VariableName']).filter((node) => !isKeyword(node));
  return groupNodes(uses, (use) => source.textOf(use));
}

function enclosing(node: SyntaxNode, names: readonly string[]): SyntaxNode | undefined {
  for (let parent = node.parent; parent !== null; parent = parent.parent) {
    if (names.includes(parent.name)) return parent;
  }
  return undefined;
}

function isComprehension(node: SyntaxNode): boolean {
  return comprehensions.includes(node.name) || isGenerator(node);
}

/** A generator expression that is a call's only argument has the call's brackets. */
export function isGenerator(node: SyntaxNode): boolean {
  return node.name === 'ComprehensionExpression' || (node.name === 'ArgList' && node.getChild('for') !== null);
}

function isElse(body: SyntaxNode): boolean {
  return body.prevSibling?.name === 'else';
}

function isKeyword(node: SyntaxNode): boolean {
  return node.parent?.name === 'ArgList' && node.nextSibling?.name === 'AssignOp';
}

function comesBefore(node: SyntaxNode, name: string): boolean {
  for (let next = node.nextSibling; next !== null; next = next.nextSibling) if (next.name === name) return true;
  return false;
}

/** In a comprehension: between a `for` and its `in`. */
function comesAfterFor(node: SyntaxNode): boolean {
  let last = node.prevSibling;
  while (last !== null && !['for', 'in', 'if'].includes(last.name)) last = last.prevSibling;
  return last?.name === 'for';
}
