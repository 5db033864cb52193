/**
 * Functions that are handed to something that keeps them: listeners and timers. Who they are, how often they were handed over, and what
 * they keep alive.
 */

import type { SyntaxNode } from '@lezer/common';
import { countOf } from '../evidence.ts';
import type { RuleContext, RuleFinding } from '../rule.ts';
import type { Bindings } from './bindings.ts';
import { executionsOf } from './executions.ts';
import { bare, enclosingFunction, linesOf } from './javascriptSyntax.ts';
import { capturedLines, weighWithCalls } from './keptValues.ts';

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
  const lines = [...linesOf(source, call), ...(callback === undefined ? [] : capturedLines(source, bindings, bare(callback)))];
  const weight = weighWithCalls(context, 'live', lines);
  // One of them is meant to be there.
  return weight && { weight, evidence: [countOf('registrations', count)], estimatedSavingBytes: weight.bytes * (1 - 1 / count) };
}
