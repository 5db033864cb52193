/**
 * Functions that are handed to something that keeps them: listeners and timers. Who they are, how often they were handed over, and what
 * they keep alive.
 */

import type { SyntaxNode } from '@lezer/common';
import { countOf } from '../evidence.ts';
import type { RuleContext, RuleFinding } from '../rule.ts';
import type { Bindings } from './bindings.ts';
import { executionsOf } from './executions.ts';
import { bare, contains, enclosingFunction, isFunction, linesOf } from './javascriptSyntax.ts';

/** From the eleventh listener of an event on, Node warns of a leak (events.defaultMaxListeners). */
const mostRegistrations = 10;

/** What the registrations of one place keep alive, where that is worth speaking of: measured at the lines of all that is kept. */
export function weighRegistrations(
  context: RuleContext,
  bindings: Bindings,
  call: SyntaxNode,
  callback: SyntaxNode | undefined,
): Pick<RuleFinding, 'weight' | 'evidence' | 'estimatedSavingBytes'> | undefined {
  const { source } = context;
  const count = executionsOf(context, call);
  if (enclosingFunction(call) === undefined || count === undefined || count <= mostRegistrations) return undefined;
  const lines = [...linesOf(source, call), ...keptLines(context, bindings, callback)];
  const weight = context.weighLines('live', lines);
  // One of them is meant to be there.
  return weight && { weight, evidence: [countOf('registrations', count)], estimatedSavingBytes: weight.bytes * (1 - 1 / count) };
}

/** The lines at which the variables that a function keeps from the functions around it get their values. */
function keptLines({ source }: RuleContext, bindings: Bindings, callback: SyntaxNode | undefined): number[] {
  if (callback === undefined) return [];
  const named = bindings.of(bare(callback));
  const body = isFunction(bare(callback)) ? bare(callback) : (named?.initializer ?? named?.definition.parent);
  if (!body || !isFunction(body)) return [];
  return source.nodesOf(['VariableName', 'PropertyDefinition'], body).flatMap((name) => {
    const binding = bindings.of(name);
    const isOuter = binding !== undefined && binding.scope.parent !== null && !contains(body, binding.definition);
    return isOuter && binding.initializer !== undefined ? linesOf(source, binding.initializer) : [];
  });
}
