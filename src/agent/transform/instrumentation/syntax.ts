/** Parses a file, and answers small questions about its syntax tree. */

import { parse } from 'acorn';
import type {
  AnonymousFunctionDeclaration,
  AnyNode,
  ArrowFunctionExpression,
  FunctionDeclaration,
  FunctionExpression,
  Program,
} from 'acorn';
import { InstrumentError } from './instrumentError.ts';

export type Node = AnyNode;
export type FunctionNode = FunctionDeclaration | AnonymousFunctionDeclaration | FunctionExpression | ArrowFunctionExpression;
export type { Program };

/** From `start` up to `end`, both offsets in the source text. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** @throws InstrumentError where the text does not parse. */
export function parseProgram(source: string, format: 'commonjs' | 'module', onToken?: (token: Range) => void): Program {
  try {
    return parse(source, {
      ...(onToken === undefined ? {} : { onToken }),
      ecmaVersion: 'latest',
      sourceType: format === 'module' ? 'module' : 'script',
      allowHashBang: true,
      // eslint-scope reads them.
      ranges: true,
      allowReturnOutsideFunction: format === 'commonjs',
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof RangeError || message.includes('stack space')) {
      throw new InstrumentError('tooDeep', 'It is nested too deeply to be instrumented.');
    }
    const position = (error as { loc?: { line: number; column: number } }).loc;
    throw new InstrumentError('syntax', `It could not be parsed: ${message}.`, position);
  }
}

export function isFunction(node: Node): node is FunctionNode {
  return node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression';
}

/** A function of at most one statement that can end before it is called again. */
export function isShortFunction(node: Node): node is FunctionNode {
  if (!isFunction(node) || node.async) return false;
  return node.body.type !== 'BlockStatement' || node.body.body.length <= 1;
}

/** Whether the place where it stands gives it its name: then it must stay there. */
export function isAnonymousDefinition(node: Node): boolean {
  if (node.type === 'ArrowFunctionExpression') return true;
  return (node.type === 'FunctionExpression' || node.type === 'ClassExpression') && (node.id === null || node.id === undefined);
}

export function isInside(inner: Range, outer: Range): boolean {
  return inner.start >= outer.start && inner.end <= outer.end;
}

/** The nodes directly below, in the order of the text as far as acorn's field order goes. */
export function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  for (const key in node) {
    if (key === 'type' || key === 'range') continue;
    const value = (node as unknown as Record<string, unknown>)[key];
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) children.push(item);
    } else if (isNode(value)) children.push(value);
  }
  return children;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

/** Where the directives at the start of a body end; undefined where there are none. */
export function endOfDirectives(body: readonly Node[]): number | undefined {
  let end: number | undefined;
  for (const statement of body) {
    if (statement.type !== 'ExpressionStatement' || typeof statement.directive !== 'string') break;
    end = statement.end;
  }
  return end;
}

export function isStrictBody(body: readonly Node[]): boolean {
  for (const statement of body) {
    if (statement.type !== 'ExpressionStatement' || typeof statement.directive !== 'string') return false;
    if (statement.directive === 'use strict') return true;
  }
  return false;
}

/** The first offset from `from` on at which `wanted` stands outside comments. */
export function findPunctuator(source: string, wanted: string, from: number): number {
  return findOutsideComments(source, (character) => character === wanted, from);
}

/** Where the expression body of an arrow function starts, with the parentheses around it; it ends with the function. */
export function startOfArrowBody(source: string, node: ArrowFunctionExpression): number {
  const arrow = findPunctuator(source, '=', node.params.at(-1)?.end ?? node.start);
  return findOutsideComments(source, (character) => !/[\s\ufeff]/.test(character), arrow + 2);
}

function findOutsideComments(source: string, isWanted: (character: string) => boolean, from: number): number {
  let at = from;
  while (at < source.length) {
    if (source.startsWith('/*', at)) at = source.indexOf('*/', at) + 2;
    else if (source.startsWith('//', at)) {
      while (at < source.length && !/[\n\r\u2028\u2029]/.test(source[at] as string)) at += 1;
    } else if (isWanted(source[at] as string)) break;
    else at += 1;
  }
  return at;
}

/** The name of a property that is written as a name, a string or a number; undefined for a computed or private one. */
export function propertyName(key: Node, computed: boolean): string | undefined {
  if (key.type === 'Literal') return String(key.value);
  return !computed && key.type === 'Identifier' ? key.name : undefined;
}
