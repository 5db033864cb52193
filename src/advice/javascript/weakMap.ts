/**
 * weak-map: a Map keeps something about objects, and by that the objects themselves, for good.
 *
 * A WeakMap lets an entry go with its key. That helps where nothing else needs the keys any more; a heap snapshot tells whether it is so.
 */

import type { SyntaxNode } from '@lezer/common';
import { countOf } from '../evidence.ts';
import type { Rule, RuleContext, RuleFinding } from '../rule.ts';
import type { SourceFile } from '../sourceFile.ts';
import { assignmentsOf, findBindings, type Bindings } from './bindings.ts';
import { executionsOf } from './executions.ts';
import { bare, isSameNode, linesOf } from './javascriptSyntax.ts';
import { makingLines, weighWithCalls } from './keptValues.ts';
import { namedMaps, reportOf, type NamedMap } from './mapUses.ts';

/** What a WeakMap can do. Whoever deletes entries has thought of their end. */
const weakMethods: readonly string[] = ['set', 'get', 'has'];
const primitiveTypes: readonly string[] = ['string', 'number', 'boolean', 'bigint', 'symbol', 'undefined', 'null'];
/** Whoever reads another property than these of a value takes it for an object: primitives have none. */
const primitiveProperties =
  /^(?:length|at|charAt|charCodeAt|codePointAt|concat|endsWith|includes|indexOf|lastIndexOf|match|matchAll|normalize|pad\w+|repeat|replace\w*|search|slice|split|startsWith|sub\w+|to[A-Z]\w*|trim\w*|valueOf|description|constructor)$/;

export const weakMap: Rule = {
  id: 'weak-map',
  language: 'javascript',
  *check(context) {
    const { source } = context;
    const bindings = findBindings(source);
    for (const map of namedMaps(source, bindings)) {
      const { calls, isAllSeen, made } = map;
      const keys = (calls.get('set') ?? []).flatMap(({ args }) => args.slice(0, 1));
      const isWeakEnough = isAllSeen && ![...calls.keys()].some((name) => !weakMethods.includes(name)) && !readsSize(source, map);
      if (!isWeakEnough || keys.length === 0 || made.getChild('ArgList')?.firstChild?.nextSibling?.name !== ')') continue;
      const keyTypeName = reportOf(context, map)?.keyTypeName;
      const isSure =
        keys.every((key) => isObject(source, bindings, key)) || (keyTypeName !== undefined && !primitiveTypes.includes(keyTypeName));
      if (!isSure && !keys.every((key) => isTakenForObject(source, bindings, key))) continue;
      yield* say(context, bindings, map, isSure);
    }
  },
};

function* say(context: RuleContext, bindings: Bindings, map: NamedMap, isSure: boolean): Iterable<RuleFinding> {
  const { source, profile } = context;
  const { binding, made, calls } = map;
  const line = source.lineAt(binding.definition.from);
  const stores = calls.get('set') ?? [];
  const lines = stores.flatMap(({ call, args }) => [...linesOf(source, call), ...makingLines(source, bindings, args)]);
  const retained = context.reportsHere(profile.globals).find(({ name, at }) => name === binding.name && at.line === line);
  const weight = retained === undefined ? weighWithCalls(context, 'live', lines) : context.weighBytes('live', retained.retainedBytes);
  if (weight === undefined) return;
  const name = made.getChild('VariableName') ?? made.getChild('InstantiationExpression')?.getChild('VariableName');
  const counts = stores.map(({ call }) => executionsOf(context, call) ?? NaN);
  const entryCount = counts.reduce((sum, count) => sum + count, 0);
  yield {
    line,
    title: `Make ${binding.name} a WeakMap: its entries keep the objects alive that they are about`,
    weight,
    evidence: Number.isNaN(entryCount) ? [] : [countOf('entries made', entryCount)],
    // What only this name retains, keys included, goes; without a snapshot nobody knows what else needs the keys.
    ...(retained === undefined ? {} : { estimatedSavingBytes: retained.retainedBytes }),
    ...(isSure && name ? { fix: { title: 'Use a WeakMap', edits: [source.replace(name.from, name.to, 'WeakMap')] } } : {}),
  };
}

function readsSize(source: SourceFile, { binding }: NamedMap): boolean {
  return binding.references.some(({ parent }) => parent !== null && /\bsize$/.test(source.textOf(parent)));
}

/** Whether the value surely is an object. */
function isObject(source: SourceFile, bindings: Bindings, expression: SyntaxNode): boolean {
  const node = bare(expression);
  if (['this', 'NewExpression', 'ObjectExpression', 'ArrayExpression', 'ArrowFunction', 'FunctionExpression'].includes(node.name))
    return true;
  const binding = bindings.of(node);
  return binding?.initializer !== undefined && assignmentsOf(binding).length === 0 && isObject(source, bindings, binding.initializer);
}

/** Whether the program reads a property of the name that no primitive value has. */
function isTakenForObject(source: SourceFile, bindings: Bindings, expression: SyntaxNode): boolean {
  if (isObject(source, bindings, expression)) return true;
  const binding = bindings.of(bare(expression));
  return (
    binding?.references.some((reference) => {
      const property = reference.parent?.name === 'MemberExpression' ? reference.parent.getChild('PropertyName') : null;
      return property !== null && isSameNode(property.parent?.firstChild, reference) && !primitiveProperties.test(source.textOf(property));
    }) ?? false
  );
}
