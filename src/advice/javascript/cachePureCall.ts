/**
 * cache-pure-call: a function without effects is called again and again with the same arguments.
 *
 * The calls whose arguments were looked at are counted in the run; that the function is pure is seen in its syntax. What is saved is the
 * share of the calls that repeat earlier ones, of all that the function (with what it calls) allocated. There is no fix: how long results
 * are worth keeping, and whether a caller changes them, is for the person to say.
 */

import type { SyntaxNode } from '@lezer/common';
import type { RepeatedCallReport } from '../../core/profile.ts';
import { countOf } from '../evidence.ts';
import type { Rule, RuleContext, RuleFinding } from '../rule.ts';
import type { SourceFile } from '../sourceFile.ts';
import { findBindings } from './bindings.ts';
import { isPure } from './purity.ts';

export const cachePureCall: Rule = {
  id: 'cache-pure-call',
  language: 'javascript',
  *check(context) {
    for (const report of context.reportsHere(context.profile.repeatedCalls)) yield* checkFunction(context, report);
  },
};

function* checkFunction({ source, file, weighBytes }: RuleContext, report: RepeatedCallReport): Iterable<RuleFinding> {
  const { name, at, checkedCallCount, distinctArgumentsCount } = report;
  const profiled = file.functions.find((each) => each.line === at.line && each.name === name);
  const allocatedBytes = profiled?.totalAllocatedBytes ?? profiled?.allocatedBytes ?? 0;
  const weight = weighBytes('allocated', allocatedBytes);
  const definition = weight === undefined ? undefined : definitionOf(source, report);
  if (weight === undefined || definition === undefined || !isPure(source, findBindings(source), definition)) return;
  const shown = definedName(source, definition) === undefined ? 'this function' : `${name}()`;
  yield {
    line: at.line,
    title: `Cache the results of ${shown}: it has no effects and is called again and again with the same arguments`,
    weight,
    evidence: [countOf('calls looked at', checkedCallCount), countOf('different arguments', distinctArgumentsCount)],
    estimatedSavingBytes: allocatedBytes * (1 - distinctArgumentsCount / checkedCallCount),
  };
}

/** The function on the report's line; of several, the one of its name. */
function definitionOf(source: SourceFile, { name, at }: RepeatedCallReport): SyntaxNode | undefined {
  const found = source.nodesStartingOn(at.line, ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunction']);
  const named = found.length > 1 ? found.filter((definition) => definedName(source, definition) === name) : found;
  return named.length === 1 ? named[0] : undefined;
}

/** By itself, or by the variable or property that it stands for. */
function definedName(source: SourceFile, definition: SyntaxNode): string | undefined {
  const own = definition.getChild('VariableDefinition');
  const { parent } = definition;
  const isGiven = parent?.name === 'VariableDeclaration' || parent?.name === 'Property';
  const name = own ?? (isGiven ? definition.prevSibling?.prevSibling : null);
  return name && /^(?:VariableDefinition|PropertyDefinition)$/.test(name.name) ? source.textOf(name) : undefined;
}
