/**
 * How often the code at a node ran, as far as the profile's lines and functions tell.
 */

import type { SyntaxNode } from '@lezer/common';
import type { RuleContext } from '../rule.ts';
import { groupNodes, type SourceFile } from '../sourceFile.ts';
import { ancestorOf, contains, enclosingLoop, isFunction } from './javascriptSyntax.ts';

/** Undefined where the line has more than one count to it, as in `for (...) run();`, or none. */
export function executionsOf(context: RuleContext, node: SyntaxNode): number | undefined {
  const { source } = context;
  const line = source.lineAt(node.from);
  const owner = ancestorOf(node, isFunction);
  const loop = enclosingLoop(node);
  if (loop !== undefined && source.lineAt(loop.from) === line) return undefined;
  if (owner !== undefined && source.lineAt(owner.from) === line) return callsOf(context, owner);
  return context.lineProfile(line)?.executionCount;
}

/** How often a function was called; of several that start on one line, the one that stands at the same place among them. */
export function callsOf({ file, source }: RuleContext, node: SyntaxNode): number | undefined {
  const line = source.lineAt(node.from);
  const written = source.derived(functionsByLine).get(line) ?? [];
  const index = written.findIndex((each) => each.from === node.from && each.to === node.to);
  const counted = file.functions.filter((each) => each.line === line);
  return counted.length === written.length ? counted[index]?.callCount : undefined;
}

function functionsByLine(source: SourceFile): ReadonlyMap<number, readonly SyntaxNode[]> {
  const types = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunction', 'MethodDeclaration', 'Property'];
  return groupNodes(source.nodesOf(types).filter(isFunction), ({ from }) => source.lineAt(from));
}

/** The outermost loop or function that runs the inner node again and again while the outer one, which is before it, ran once. */
export function repeaterBetween(outer: SyntaxNode, inner: SyntaxNode): SyntaxNode | undefined {
  let repeater: SyntaxNode | undefined;
  for (let node: SyntaxNode | null = inner; node !== null && !contains(node, outer); node = node.parent) {
    const loop = enclosingLoop(node);
    if (isFunction(node)) repeater = node;
    else if (loop !== undefined && !contains(loop, outer)) repeater = loop;
  }
  return repeater;
}
