/**
 * string-building: a long string grows by `text += piece` and is not read meanwhile.
 *
 * V8 does not copy then. It makes a node that refers to the string so far and to the piece, and puts them together when the string is first
 * read: until then every piece stays alive, and a node of 32 bytes for each (ConsString in V8's src/objects/string.h: map, hash and length,
 * two references; Node has no compressed pointers).
 */

import type { SyntaxNode } from '@lezer/common';
import { bytesOf, countOf } from '../evidence.ts';
import type { Rule, RuleContext } from '../rule.ts';
import type { SourceFile } from '../sourceFile.ts';
import { findBindings, type Binding, type Bindings } from './bindings.ts';
import { executionsOf, repeaterBetween } from './executions.ts';
import { bare, linesOf, operatorOf, partsOf } from './javascriptSyntax.ts';

const nodeBytes = 32;

export const stringBuilding: Rule = {
  id: 'string-building',
  language: 'javascript',
  *check(context) {
    const { source } = context;
    const bindings = findBindings(source);
    for (const assignment of source.nodesOf(['AssignmentExpression'])) {
      const binding = appendedTo(source, bindings, assignment);
      if (binding === undefined || repeaterBetween(binding.definition, assignment) === undefined) continue;
      const weighed = weighNodes(context, assignment);
      if (weighed === undefined) continue;
      const { weight, pieceCount } = weighed;
      yield {
        line: source.lineAt(assignment.from),
        endLine: source.lineAt(assignment.to),
        title: `Put the pieces of ${binding.name} together in portions: until it is read, each piece and a node for it stay alive`,
        weight,
        evidence: [countOf('pieces', pieceCount), bytesOf('a piece', weight.bytes / pieceCount)],
        estimatedSavingBytes: nodeBytes * pieceCount,
      };
    }
  },
};

/** The string that `text += piece` or `text = text + piece` adds to. */
function appendedTo(source: SourceFile, bindings: Bindings, assignment: SyntaxNode): Binding | undefined {
  const [target, value] = partsOf(assignment);
  const binding = bindings.of(target);
  if (binding === undefined || value === undefined || !['String', 'TemplateString'].includes(binding.initializer?.name ?? ''))
    return undefined;
  const operator = operatorOf(source, assignment);
  if (operator === '+=') return binding;
  let first = bare(value);
  if (operator !== '=' || first.name !== 'BinaryExpression') return undefined;
  while (first.name === 'BinaryExpression' && first.firstChild !== null && operatorOf(source, first) === '+')
    first = bare(first.firstChild);
  return bindings.of(first) === binding ? binding : undefined;
}

/** Where so much of the line is alive at the peak, or at the end, that all its nodes are. */
function weighNodes(context: RuleContext, assignment: SyntaxNode) {
  const pieceCount = executionsOf(context, assignment);
  if (pieceCount === undefined) return undefined;
  for (const metric of ['peak', 'live'] as const) {
    const weight = context.weighLines(metric, linesOf(context.source, assignment));
    const isWorthIt = context.weighBytes(metric, nodeBytes * pieceCount) !== undefined;
    if (weight !== undefined && isWorthIt && weight.bytes >= nodeBytes * pieceCount) return { weight, pieceCount };
  }
  return undefined;
}
