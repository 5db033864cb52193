/**
 * generator-expression: a list comprehension is handed straight to a function that goes through it once and keeps none of it.
 *
 * The list has 8 bytes for each item and keeps all items alive at once; a generator has one item at a time. What is saved is therefore all
 * that the comprehension's lines, and the functions called from them, held at the peak and not at the end.
 */

import type { SyntaxNode } from '@lezer/common';
import type { AdviceFix } from '../../core/profile.ts';
import type { Rule, RuleContext, RuleFinding, Weight } from '../rule.ts';
import type { SourceFile } from '../sourceFile.ts';
import { argumentsOf, calleeName, endLine, isBuiltin, linesOf } from './pythonSyntax.ts';

/** They look at one item at a time. `sorted`, `tuple` and `str.join` make a list or tuple of it all the same. */
const reducers: readonly string[] = ['sum', 'min', 'max', 'any', 'all'];

/** They stop at the first item that decides, so a generator's other items would never be made. */
const stopsEarly: readonly string[] = ['any', 'all'];

/** Surely without a side effect on anything that a person could notice. */
const pureBuiltins: readonly string[] = ['len', 'abs', 'ord', 'chr', 'isinstance', 'round', 'bool', 'min', 'max', 'sum', 'range'];

export const generatorExpression: Rule = {
  id: 'generator-expression',
  language: 'python',
  *check(context) {
    for (const list of context.source.nodesOf(['ArrayComprehensionExpression'])) yield* checkList(context, list);
  },
};

function* checkList(context: RuleContext, list: SyntaxNode): Iterable<RuleFinding> {
  const { source } = context;
  const call = list.parent?.name === 'ArgList' ? list.parent.parent : null;
  if (call?.name !== 'CallExpression') return;
  const reducer = calleeName(source, call);
  if (reducer === undefined || !reducers.includes(reducer)) return;
  const { positional } = argumentsOf(source, call);
  if (positional.length === 0 || positional[0]?.from !== list.from || (reducer !== 'sum' && positional.length > 1)) return;
  const weight = weighOnlyByList(context, linesOf(source, list));
  if (weight === undefined || !isBuiltin(source, reducer)) return;
  yield {
    line: source.lineAt(list.from),
    endLine: endLine(source, list),
    title: `Give ${reducer}() a generator: the list is built only to be gone through once`,
    weight,
    estimatedSavingBytes: weight.bytes,
    ...(isSafe(source, list, reducer) ? { fix: fixOf(source, list) } : {}),
  };
}

/** What is still alive at the end (a cache's values, say) is held by something else than the list, and a generator would not free it. */
function weighOnlyByList(context: RuleContext, lines: readonly number[]): Weight | undefined {
  const held = context.weighCalls('peak', lines);
  return held && context.weighBytes('peak', held.bytes - (context.weighCalls('live', lines)?.bytes ?? 0));
}

/** Whether a generator makes the same items in the same order with the same effects. */
function isSafe(source: SourceFile, list: SyntaxNode, reducer: string): boolean {
  // An asynchronous generator is no iterable; a StopIteration of next() means something else in a generator (PEP 479).
  if (source.nodesOf(['async', 'await', 'NamedExpression'], list).length > 0) return false;
  const calls = source.nodesOf(['CallExpression'], list).map((call) => calleeName(source, call));
  if (calls.includes('next') || calls.includes('locals') || calls.includes('super')) return false;
  return (
    !stopsEarly.includes(reducer) || calls.every((name) => name !== undefined && pureBuiltins.includes(name) && isBuiltin(source, name))
  );
}

function fixOf(source: SourceFile, list: SyntaxNode): AdviceFix {
  // The only argument needs no brackets of its own.
  const isAlone = list.prevSibling?.name === '(' && list.nextSibling?.name === ')';
  const [open, close] = isAlone ? ['', ''] : ['(', ')'];
  return {
    title: 'Use a generator expression',
    edits: [source.replace(list.from, list.from + 1, open), source.replace(list.to - 1, list.to, close)],
  };
}
