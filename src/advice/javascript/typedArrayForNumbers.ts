/**
 * typed-array-for-numbers: a large array that holds nothing but numbers.
 *
 * V8 gives each item of an array 8 bytes, whatever the number; a typed array gives it 1 to 8. An array that grows by push is copied when it
 * is full, into a store half as large again, and keeps what it has too much; a callback's fractions are objects of 16 bytes before they come
 * into the array (Node 18 to 26, measured; docs/typed-array-for-numbers.md).
 */

import type { SyntaxNode } from '@lezer/common';
import { countOf } from '../evidence.ts';
import type { Rule, RuleContext, RuleFinding } from '../rule.ts';
import { findBindings, type Binding, type Bindings } from './bindings.ts';
import { callsOf, executionsOf } from './executions.ts';
import { isSameNode, linesOf, methodCallOf, methodCallsOf, partsOf, returnedBy, type MethodCall } from './javascriptSyntax.ts';
import { filledArrays } from './filledArrays.ts';
import { numberKindOf, widest, type NumberKind } from './valueTypes.ts';

/** A typed array itself takes some 200 bytes: arrays of fewer numbers gain little. */
const fewestNumbers = 1000;
const itemBytes: Readonly<Record<NumberKind, number>> = { Uint8: 1, Int32: 4, Float64: 8 };

export const typedArrayForNumbers: Rule = {
  id: 'typed-array-for-numbers',
  language: 'javascript',
  *check(context) {
    const bindings = findBindings(context.source);
    for (const binding of bindings.all) yield* checkPushed(context, bindings, binding);
    for (const call of methodCallsOf(context.source, ['from'])) yield* checkFrom(context, bindings, call);
    for (const filled of filledArrays(context.source, bindings)) yield* checkFilled(context, filled);
  },
};

/** `const values = []`, then `values.push(number)` again and again. */
function* checkPushed(context: RuleContext, bindings: Bindings, binding: Binding): Iterable<RuleFinding> {
  const { source } = context;
  const { initializer, definition, name } = binding;
  if (initializer?.name !== 'ArrayExpression' || partsOf(initializer).length > 0) return;
  const pushes = binding.references.flatMap((reference) => {
    const call = reference.parent?.name === 'MemberExpression' ? reference.parent.parent : null;
    const method = call === null ? undefined : methodCallOf(source, call);
    return method?.name === 'push' && isSameNode(method.receiver, reference) ? [method] : [];
  });
  const kind = widest(pushes.flatMap(({ args }) => args.map((arg) => numberKindOf(source, bindings, arg))));
  const counts = pushes.map(({ call, args }) => (executionsOf(context, call) ?? NaN) * args.length);
  const numberCount = counts.reduce((sum, count) => sum + count, 0);
  const arrayCount = executionsOf(context, definition);
  if (kind === undefined || arrayCount === undefined || !(numberCount / arrayCount >= fewestNumbers)) return;
  const lines = pushes.flatMap(({ call }) => linesOf(source, call));
  yield* say(context, lines, `Put the numbers of ${name} into a ${kind}Array of the length that is needed`, kind, numberCount);
}

/** `Array.from({ length: count }, () => number)`. */
function* checkFrom(context: RuleContext, bindings: Bindings, { call, receiver, args }: MethodCall): Iterable<RuleFinding> {
  const { source } = context;
  const [, callback] = args;
  const returned = callback === undefined ? undefined : returnedBy(callback);
  if (source.textOf(receiver) !== 'Array' || callback === undefined || returned === undefined) return;
  const kind = numberKindOf(source, bindings, returned);
  const numberCount = callsOf(context, callback) ?? executionsOf(context, returned);
  const arrayCount = executionsOf(context, call) ?? 1;
  if (kind === undefined || numberCount === undefined || numberCount / arrayCount < fewestNumbers) return;
  const title = `Fill a ${kind}Array in a loop: Array.from() makes an array of 8 bytes a number, and more on the way`;
  yield* say(context, linesOf(source, call), title, kind, numberCount);
}

function* say(context: RuleContext, lines: readonly number[], title: string, kind: NumberKind, count: number): Iterable<RuleFinding> {
  const weight = context.weighLines('allocated', lines);
  if (weight === undefined) return;
  const estimatedSavingBytes = weight.bytes - itemBytes[kind] * count;
  if (context.weighBytes('allocated', estimatedSavingBytes) === undefined) return;
  yield { line: Math.min(...lines), title, weight, evidence: [countOf('numbers', count)], estimatedSavingBytes };
}

/** `new Array(count).fill(0)`, where all that is stored later fits in fewer bytes. */
function* checkFilled(context: RuleContext, filled: ReturnType<typeof filledArrays>[number]): Iterable<RuleFinding> {
  const { source } = context;
  const { binding, kind, made, newText, isBounded } = filled;
  if (kind === 'Float64') return;
  const lines = linesOf(source, made);
  const weight = context.weighLines('peak', lines) ?? context.weighLines('live', lines);
  const arrayCount = executionsOf(context, made);
  if (weight === undefined || arrayCount === undefined || weight.bytes / 8 / arrayCount < fewestNumbers) return;
  const estimatedSavingBytes = weight.bytes * (1 - itemBytes[kind] / 8);
  if (context.weighBytes(weight.metric, estimatedSavingBytes) === undefined) return;
  yield {
    line: source.lineAt(made.from),
    title: `Make ${binding.name} a ${kind}Array: 8 bytes a number are more than it needs`,
    weight,
    evidence: [countOf('numbers', Math.round(weight.bytes / 8))],
    estimatedSavingBytes,
    ...(isTyped(binding.definition) || !isBounded
      ? {}
      : { fix: { title: `Use a ${kind}Array`, edits: [source.replace(made.from, made.to, newText)] } }),
  };
}

/** Whether TypeScript is told what the variable is: then that would have to change too. */
function isTyped(definition: SyntaxNode): boolean {
  return definition.nextSibling?.name === 'TypeAnnotation';
}
