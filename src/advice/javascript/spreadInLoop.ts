/**
 * spread-in-loop: an array or object is made anew for each item by spreading the old one: `rows = [...rows, row]`,
 * `items.reduce((all, item) => ({ ...all, [item.id]: item }), {})`.
 */

import type { SyntaxNode } from '@lezer/common';
import type { AdviceFix } from '../../core/profile.ts';
import { countOf } from '../evidence.ts';
import type { Rule, RuleContext, RuleFinding, Weight } from '../rule.ts';
import type { SourceFile } from '../sourceFile.ts';
import { findAccumulations, isOneLoop, isPlainRead, isUnshared, roundsOf, savedByPush, weighCopies } from './accumulation.ts';
import { findBindings, type Binding, type Bindings } from './bindings.ts';
import { callsOf, executionsOf } from './executions.ts';
import { bare, contains, methodCallsOf, partsOf, returnedBy } from './javascriptSyntax.ts';

/** What an object that grows by assignment allocates for each key, growing included; 165 bytes measured with 10 to 1,000,000 keys. */
const bytesPerKey = 200;

export const spreadInLoop: Rule = {
  id: 'spread-in-loop',
  language: 'javascript',
  *check(context) {
    if (context.weighBytes('allocated', context.profile.totals.allocatedBytes ?? 0) === undefined) return;
    const bindings = findBindings(context.source);
    yield* checkAssignments(context, bindings);
    yield* checkReducers(context, bindings);
  },
};

function* checkAssignments(context: RuleContext, bindings: Bindings): Iterable<RuleFinding> {
  const { source } = context;
  for (const accumulation of findAccumulations(context, bindings)) {
    const { binding, assignment, value } = accumulation;
    if (!spreads(bindings, value, binding) || !isUnshared(source, accumulation)) continue;
    const rounds = roundsOf(context, accumulation);
    const weighed = weighCopies(context, value, rounds, savedBy(value, executionsOf(context, assignment)));
    if (weighed === undefined || rounds === undefined) continue;
    const isAlone = assignment.parent?.name === 'ExpressionStatement' && readsOnly(source, binding, value);
    const growing = isAlone && isOneLoop(source, accumulation) && isFresh(binding.initializer, value) && grow(source, value, binding);
    yield {
      line: source.lineAt(assignment.from),
      endLine: source.lineAt(assignment.to),
      title: `Let ${binding.name} grow in place: each round copies all that it already holds`,
      evidence: [countOf('rounds', Math.round(rounds))],
      ...weighed,
      ...(growing ? { fix: fixOf(source, assignment, growing) } : {}),
    };
  }
}

function* checkReducers(context: RuleContext, bindings: Bindings): Iterable<RuleFinding> {
  const { source } = context;
  for (const { call, args } of methodCallsOf(source, ['reduce', 'reduceRight'])) {
    const [callback, initial] = args;
    const binding = bindings.of(callback?.getChild('ParamList')?.getChild('VariableDefinition'));
    const returned = callback === undefined ? undefined : returnedBy(callback);
    if (callback === undefined || returned === undefined || binding === undefined) continue;
    const value = bare(returned);
    if (!spreads(bindings, value, binding)) continue;
    const [calls, runs] = [callsOf(context, callback) ?? executionsOf(context, value), executionsOf(context, call) ?? 1];
    const rounds = calls === undefined ? undefined : calls / Math.max(1, runs);
    const weighed = weighCopies(context, value, rounds, savedBy(value, calls));
    if (weighed === undefined || rounds === undefined) continue;
    const isOwn = binding.references.every((reference) => contains(value, reference)) && readsOnly(source, binding, value);
    const growing = isOwn && isFresh(initial && bare(initial), value) && grow(source, value, binding);
    yield {
      line: source.lineAt(value.from),
      endLine: source.lineAt(value.to),
      title: `Let ${binding.name} grow in place: each item copies all that came before it`,
      evidence: [countOf('rounds', Math.round(rounds))],
      ...weighed,
      ...(growing ? { fix: fixOf(source, returned, `(${growing}, ${binding.name})`) } : {}),
    };
  }
}

/**
 * What growing in place saves. Of arrays it is known without a measurement: a round copies what is there, 8 bytes for each item, and then
 * copies it once more into a store half as large again, because the copy has no room for what is added.
 */
function savedBy(value: SyntaxNode, executions = 0): (weight: Weight, rounds: number) => number {
  if (value.name === 'ObjectExpression') return ({ bytes }) => bytes - bytesPerKey * executions;
  const [, ...added] = partsOf(value);
  const isCounted = added.every((part) => part.prevSibling?.name !== 'Spread');
  const copiedBytes = (8 + 12) * added.length;
  return isCounted ? (_, rounds) => executions * (copiedBytes * (rounds / 2) - 24 * added.length) : savedByPush;
}

/** Whether the literal begins with all that the binding holds. */
function spreads(bindings: Bindings, value: SyntaxNode, binding: Binding): boolean {
  if (value.name !== 'ArrayExpression' && value.name !== 'ObjectExpression') return false;
  const [first] = partsOf(value);
  const name = first?.name === 'Property' ? first.getChild('VariableName') : first;
  return name !== null && name !== undefined && isSpread(name) && bindings.of(name) === binding;
}

/** Whether what is added is not made of the whole itself. */
function readsOnly(source: SourceFile, { references }: Binding, value: SyntaxNode): boolean {
  return references.every((reference) => !contains(value, reference) || isSpread(reference) || isPlainRead(source, reference));
}

function isSpread(name: SyntaxNode): boolean {
  return name.prevSibling?.name === 'Spread';
}

/** Whether what the variable begins with is a literal, which nobody else has. */
function isFresh(initial: SyntaxNode | undefined, value: SyntaxNode): boolean {
  return initial?.name === value.name && (value.name === 'ArrayExpression' || partsOf(initial).length === 0);
}

/** The expression that adds to the variable what the literal has more than it; undefined where that is not as simple. */
function grow(source: SourceFile, value: SyntaxNode, { name }: Binding): string | undefined {
  const [, ...added] = partsOf(value);
  if (added.length === 0 || added.some((part) => part.prevSibling?.name === 'Spread' || part.getChild('Spread') !== null)) return undefined;
  if (value.name === 'ArrayExpression') return `${name}.push(${added.map((part) => source.textOf(part)).join(', ')})`;
  const [property, ...others] = added;
  if (property === undefined || others.length > 0 || property.getChild('ParamList') !== null) return undefined;
  const colon = property.getChild(':');
  const key = property.getChild('PropertyDefinition');
  const set = colon === null ? undefined : source.text.slice(colon.to, property.to).trim();
  if (key !== null && source.textOf(key) === '__proto__') return undefined;
  if (key !== null) return `${name}.${source.textOf(key)} = ${set ?? source.textOf(key)}`;
  if (property.getChild('[') === null || colon === null || set === undefined) return undefined;
  return `${name}${source.text.slice(property.from, colon.from).trim()} = ${set}`;
}

function fixOf(source: SourceFile, replaced: SyntaxNode, newText: string): AdviceFix {
  return { title: 'Grow in place', edits: [source.replace(replaced.from, replaced.to, newText)] };
}
