/**
 * array-chain: `items.map(...).filter(...).reduce(...)`: each of map() and filter() makes an array of all items, and all that a callback
 * makes stays alive through it, though in the end one value comes out.
 *
 * One pass, by a loop or by iterator helpers (Node 22), has one item at a time. It allocates no less, iterator helpers even more, but all
 * of it at once is never alive: the peak falls.
 */

import type { SyntaxNode } from '@lezer/common';
import type { AdviceFix } from '../../core/profile.ts';
import type { Rule, RuleContext } from '../rule.ts';
import type { SourceFile } from '../sourceFile.ts';
import { findBindings, isUpdate } from './bindings.ts';
import { bare, linesOf, methodCallOf, partsOf, type MethodCall } from './javascriptSyntax.ts';
import { weighWithCalls } from './keptValues.ts';
import { isArray } from './valueTypes.ts';

/** They make an array of all items. */
const makers: readonly string[] = ['map', 'filter', 'flatMap', 'flat', 'slice', 'concat', 'toSorted', 'toReversed', 'sort', 'reverse'];
/** They go through the items and keep none of them. */
const consumers: readonly string[] = ['reduce', 'some', 'every', 'find', 'findIndex', 'forEach', 'join', 'includes', 'indexOf'];
/** Of these, what iterators have too, with callbacks that are told the same. */
const iteratorMakers: readonly string[] = ['map', 'filter'];
const iteratorConsumers: readonly string[] = ['reduce', 'some', 'every', 'find'];
const iteratorHelpersMajor = 22;
/** Surely without a side effect, and told the same whenever they are called. */
const pureFunctions = /^(?:Math\.\w+|Number|String|Boolean|parseInt|parseFloat|Number\.\w+|Object\.(?:keys|values|entries))$/;
const pureMethods =
  /^(?:trim|trimStart|trimEnd|toLowerCase|toUpperCase|startsWith|endsWith|includes|indexOf|slice|substring|split|padStart|padEnd|charCodeAt|at|toFixed|toString|join|repeat|has)$/;

export const arrayChain: Rule = {
  id: 'array-chain',
  language: 'javascript',
  *check(context) {
    const { source } = context;
    for (const call of source.nodesOf(['CallExpression'])) {
      const last = methodCallOf(source, call);
      const isLooped = call.parent?.name === 'ForOfSpec';
      const isConsumed = last !== undefined && consumers.includes(last.name);
      if (last === undefined || (!isLooped && !isConsumed)) continue;
      const temporaries = makersBefore(source, isConsumed ? last.receiver : call);
      const [first] = temporaries;
      // Without a function of the program's own there is no item's work that could move into one pass.
      if (first === undefined || !temporaries.some(({ args }) => args.some(isCallback))) continue;
      const lines = temporaries.flatMap((each) => ownLines(source, each));
      const weight = weighWithCalls(context, 'peak', lines);
      if (weight === undefined) continue;
      const estimatedSavingBytes = weight.bytes - (weighWithCalls(context, 'live', lines)?.bytes ?? 0);
      if (context.weighBytes('peak', estimatedSavingBytes) === undefined) continue;
      const fix = isConsumed ? iteratorFix(context, last, temporaries) : undefined;
      yield {
        line: Math.min(...lines),
        endLine: Math.max(...lines),
        title: `Go through the items in one pass: ${temporaries.map(({ name }) => `${name}()`).join(', ')} made an array of all of them`,
        weight,
        estimatedSavingBytes,
        ...(fix ? { fix } : {}),
      };
    }
  },
};

/** The calls that make arrays, one of what the other made, the first one first. */
function makersBefore(source: SourceFile, node: SyntaxNode): MethodCall[] {
  const call = methodCallOf(source, bare(node));
  return call !== undefined && makers.includes(call.name) ? [...makersBefore(source, call.receiver), call] : [];
}

/** From the method's name to the call's end: without what it is called on. */
function ownLines(source: SourceFile, { call, receiver }: MethodCall): number[] {
  const name = call.firstChild?.getChild('PropertyName');
  return linesOf(source, { from: name?.from ?? receiver.to, to: call.to });
}

function isCallback(node: SyntaxNode): boolean {
  return node.name === 'ArrowFunction' || node.name === 'FunctionExpression';
}

/** Goes through an iterator instead: only where no callback can tell that they take turns now. */
function iteratorFix(context: RuleContext, last: MethodCall, temporaries: readonly MethodCall[]): AdviceFix | undefined {
  const { source, profile } = context;
  const [first] = temporaries;
  const isNew = Number(profile.runtime.version.replace(/^v/, '').split('.')[0]) >= iteratorHelpersMajor;
  // TypeScript knows iterator helpers only where it is told of a new library.
  if (first === undefined || !isNew || /\.[cm]?tsx?$/i.test(source.path) || !iteratorConsumers.includes(last.name)) return undefined;
  if (!temporaries.every(({ name, args }) => iteratorMakers.includes(name) && args.length === 1)) return undefined;
  if (last.args.length !== (last.name === 'reduce' ? 2 : 1) || !isArray(source, findBindings(source), first.receiver)) return undefined;
  const isPure = [...temporaries, last].every(({ name, args }) => isPureCallback(source, args[0], name === 'reduce' ? 3 : 2));
  if (!isPure) return undefined;
  // What follows the receiver begins on a line of its own where the chain is written so.
  const between = source.text.slice(first.receiver.to, first.call.firstChild?.getChild('PropertyName')?.from);
  const lead = /^\s*(?=\.)/.exec(between)?.[0] ?? '';
  return { title: 'Use iterator helpers', edits: [source.replace(first.receiver.to, first.receiver.to, `${lead}.values()`)] };
}

function isPureCallback(source: SourceFile, callback: SyntaxNode | undefined, maxParameterCount: number): boolean {
  if (callback?.name !== 'ArrowFunction' || callback.getChild('async') !== null) return false;
  const parameters = callback.getChild('ParamList');
  const names = parameters === null ? [] : partsOf(parameters).filter(({ name }) => name !== 'TypeAnnotation');
  if (names.length > maxParameterCount || parameters?.getChild('Spread')) return false;
  const effects = ['AssignmentExpression', 'NewExpression', 'AwaitExpression', 'YieldExpression', 'TaggedTemplateExpression', 'Block'];
  if (source.nodesOf(effects, callback).length > 0) return false;
  if (source.nodesOf(['PostfixExpression', 'UnaryExpression'], callback).some((node) => isUpdate(node) || node.getChild('delete') !== null))
    return false;
  return source.nodesOf(['CallExpression'], callback).every((call) => {
    const callee = call.firstChild === null ? '' : source.textOf(call.firstChild);
    return pureFunctions.test(callee) || pureMethods.test(methodCallOf(source, call)?.name ?? '');
  });
}
