/**
 * Where the values come from that something keeps: the lines at which a function's own variables are made and added to. What these lines
 * left alive, they themselves or the functions that they call, is what is kept.
 */

import type { SyntaxNode } from '@lezer/common';
import type { Metric } from '../../core/metrics.ts';
import type { RuleContext, Weight } from '../rule.ts';
import type { SourceFile } from '../sourceFile.ts';
import type { Binding, Bindings } from './bindings.ts';
import { contains, isFunction, isSameNode, linesOf, methodCallOf } from './javascriptSyntax.ts';

/** They put something into what they are called on. */
const adders: readonly string[] = ['push', 'unshift', 'set', 'add', 'append', 'fill'];

/** The lines that make what these expressions name: of functions' variables, for what the module's keep is theirs anyway. */
export function makingLines(source: SourceFile, bindings: Bindings, expressions: readonly SyntaxNode[]): number[] {
  const names = expressions.flatMap((expression) => source.nodesOf(['VariableName', 'PropertyDefinition'], expression));
  const found = new Set(names.map((name) => bindings.of(name)).filter((binding) => binding !== undefined && binding.scope.parent !== null));
  return [...found].flatMap((binding) => (binding === undefined ? [] : linesOfBinding(source, binding)));
}

/** The lines that make what a function keeps of the variables of the functions around it. */
export function capturedLines(source: SourceFile, bindings: Bindings, callback: SyntaxNode): number[] {
  const named = bindings.of(callback);
  const body = isFunction(callback) ? callback : (named?.initializer ?? named?.definition.parent);
  if (!body || !isFunction(body)) return [];
  const names = source.nodesOf(['VariableName', 'PropertyDefinition'], body);
  return makingLines(
    source,
    bindings,
    names.filter((name) => {
      const binding = bindings.of(name);
      return binding !== undefined && !contains(body, binding.definition);
    }),
  );
}

/** What these lines weigh, with the functions that they call where that is more. */
export function weighWithCalls(context: RuleContext, metric: Metric, lines: readonly number[]): Weight | undefined {
  const [own, all] = [context.weighLines(metric, lines), context.weighCalls(metric, lines)];
  return own === undefined || (all !== undefined && all.bytes > own.bytes) ? all : own;
}

function linesOfBinding(source: SourceFile, { initializer, references }: Binding): number[] {
  const lines = initializer === undefined ? [] : linesOf(source, initializer);
  for (const reference of references) {
    const member = reference.parent;
    if (member?.name !== 'MemberExpression' || !isSameNode(member.firstChild, reference) || member.parent === null) continue;
    const isStored = member.parent.name === 'AssignmentExpression' && isSameNode(member.parent.firstChild, member);
    const method = methodCallOf(source, member.parent)?.name;
    if (isStored || (method !== undefined && adders.includes(method))) lines.push(...linesOf(source, member.parent));
  }
  return lines;
}
