/**
 * cache-pure-call: a function without effects is called again and again with the same arguments.
 *
 * The calls whose arguments were looked at are counted in the run; that the function is pure is seen in its syntax. What is saved is the
 * share of the calls that repeat earlier ones, of all that the function (with what it calls) allocated.
 */

import type { AdviceFix, RepeatedCallReport } from '../../core/profile.ts';
import { countOf } from '../evidence.ts';
import type { Rule, RuleContext, RuleFinding } from '../rule.ts';
import type { SourceFile } from '../sourceFile.ts';
import { importEdits } from './imports.ts';
import { isPure, returnsImmutable } from './purity.ts';
import { isInClassBody } from './pythonSyntax.ts';

export const cachePureCall: Rule = {
  id: 'cache-pure-call',
  language: 'python',
  *check(context) {
    for (const report of context.reportsHere(context.profile.repeatedCalls)) yield* checkFunction(context, report);
  },
};

function* checkFunction(context: RuleContext, report: RepeatedCallReport): Iterable<RuleFinding> {
  const { source, file, weighBytes } = context;
  const { name, at, checkedCallCount, distinctArgumentsCount } = report;
  const definition = source.nodesStartingOn(at.line, ['FunctionDefinition'])[0];
  const profiled = file.functions.find((each) => each.line === at.line) ?? file.functions.find((each) => each.name === name);
  const allocatedBytes = profiled?.totalAllocatedBytes ?? profiled?.allocatedBytes ?? 0;
  const weight = weighBytes('allocated', allocatedBytes);
  if (weight === undefined || definition === undefined) return;
  // With a decorator it is another function that is called; a method's cache would keep every `self` alive.
  if (definition.parent?.name === 'DecoratedStatement' || isInClassBody(definition) || !isPure(source, definition)) return;
  const fix = returnsImmutable(source, definition) ? fixOf(source, at.line, distinctArgumentsCount) : undefined;
  yield {
    line: at.line,
    title: `Cache the results of ${name}(): it has no effects and is called again and again with the same arguments`,
    weight,
    evidence: [countOf('calls looked at', checkedCallCount), countOf('different arguments', distinctArgumentsCount)],
    estimatedSavingBytes: allocatedBytes * (1 - distinctArgumentsCount / checkedCallCount),
    ...(fix === undefined ? {} : { fix }),
  };
}

/** A cache with room for what was seen, and as much again; typed, for 1, 1.0 and True are equal and yet give different texts. */
function fixOf(source: SourceFile, line: number, distinctCount: number): AdviceFix | undefined {
  const limitCount = Math.max(128, 2 ** Math.ceil(Math.log2(2 * distinctCount)));
  const added = importEdits(source, { module: 'functools', name: 'lru_cache' });
  const decorator = source.insertLinesBefore(line, `${source.indentOf(line)}@lru_cache(maxsize=${limitCount}, typed=True)`);
  return added === undefined ? undefined : { title: `Cache ${limitCount} results`, edits: [...added, decorator] };
}
