/**
 * concat-in-loop: an array is made anew for each part by concat(): `all = all.concat(part)`, `parts.reduce((all, part) => all.concat(part), [])`.
 */

import type { SyntaxNode } from '@lezer/common';
import type { AdviceFix } from '../../core/profile.ts';
import { countOf } from '../evidence.ts';
import type { Rule, RuleContext, RuleFinding } from '../rule.ts';
import type { SourceFile } from '../sourceFile.ts';
import { findAccumulations, isOneLoop, isUnshared, roundsOf, savedByPush, weighCopies } from './accumulation.ts';
import { findBindings, type Binding, type Bindings } from './bindings.ts';
import { callsOf, executionsOf } from './executions.ts';
import { bare, contains, isSameNode, methodCallOf, methodCallsOf, partsOf, returnedBy, type MethodCall } from './javascriptSyntax.ts';
import { isArray, isString } from './valueTypes.ts';

export const concatInLoop: Rule = {
  id: 'concat-in-loop',
  language: 'javascript',
  *check(context) {
    if (methodCallsOf(context.source, ['concat']).length === 0) return;
    const bindings = findBindings(context.source);
    yield* checkAssignments(context, bindings);
    yield* checkReducers(context, bindings);
  },
};

function* checkAssignments(context: RuleContext, bindings: Bindings): Iterable<RuleFinding> {
  const { source } = context;
  for (const accumulation of findAccumulations(context, bindings)) {
    const { binding, assignment, value } = accumulation;
    const concat = concatOf(source, bindings, value, binding);
    if (concat === undefined || !isUnshared(source, accumulation)) continue;
    const rounds = roundsOf(context, accumulation);
    const weighed = weighCopies(context, value, rounds, savedByPush);
    if (weighed === undefined || rounds === undefined) continue;
    const isStatement = assignment.parent?.name === 'ExpressionStatement';
    const isOwn = isStatement && isOneLoop(source, accumulation) && binding.initializer?.name === 'ArrayExpression';
    const fix = isOwn ? pushFix(source, bindings, assignment, concat, binding.name) : undefined;
    yield {
      line: source.lineAt(assignment.from),
      endLine: source.lineAt(assignment.to),
      title: `Push onto ${binding.name} instead of concat(): each round copies all that it already holds`,
      evidence: [countOf('rounds', Math.round(rounds))],
      ...weighed,
      ...(fix ? { fix } : {}),
    };
  }
}

function* checkReducers(context: RuleContext, bindings: Bindings): Iterable<RuleFinding> {
  const { source } = context;
  for (const reduce of methodCallsOf(source, ['reduce'])) {
    const [callback, initial] = reduce.args;
    const binding = bindings.of(callback?.getChild('ParamList')?.getChild('VariableDefinition'));
    const returned = callback === undefined ? undefined : returnedBy(callback);
    if (callback === undefined || returned === undefined || binding === undefined) continue;
    const value = bare(returned);
    const concat = concatOf(source, bindings, value, binding);
    if (concat === undefined || (initial !== undefined && isString(source, bindings, initial))) continue;
    const calls = callsOf(context, callback) ?? executionsOf(context, value);
    const rounds = calls === undefined ? undefined : calls / Math.max(1, executionsOf(context, reduce.call) ?? 1);
    const weighed = weighCopies(context, value, rounds, savedByPush);
    if (weighed === undefined || rounds === undefined) continue;
    const fix = flatMapFix(source, bindings, reduce, binding, concat, returned);
    yield {
      line: source.lineAt(value.from),
      endLine: source.lineAt(value.to),
      title: 'Use flatMap() instead of concat() in reduce(): each item copies all that came before it',
      evidence: [countOf('rounds', Math.round(rounds))],
      ...weighed,
      ...(fix ? { fix } : {}),
    };
  }
}

/** `name.concat(...)`, where name is no string. */
function concatOf(source: SourceFile, bindings: Bindings, value: SyntaxNode, binding: Binding): MethodCall | undefined {
  const call = methodCallOf(source, value);
  if (call?.name !== 'concat' || bindings.of(call.receiver) !== binding) return undefined;
  return binding.initializer !== undefined && isString(source, bindings, binding.initializer) ? undefined : call;
}

/** Pushes items one by one: push(...items) fails on more items than the stack has room for. */
function pushFix(
  source: SourceFile,
  bindings: Bindings,
  assignment: SyntaxNode,
  { args, receiver }: MethodCall,
  name: string,
): AdviceFix | undefined {
  const [added] = args.map(bare);
  // An argument with the variable in it would see it grow meanwhile.
  if (added === undefined || args.length > 1 || bindings.of(receiver)?.references.some((reference) => contains(added, reference)))
    return undefined;
  const isList = added.name === 'ArrayExpression' && added.getChild('Spread') === null;
  const statement = assignment.parent ?? assignment;
  if (isList) {
    const items = partsOf(added).map((item) => source.textOf(item));
    return replacing(source, assignment, `${name}.push(${items.join(', ')})`);
  }
  if (!isArray(source, bindings, added) || bindings.all.some((each) => each.name === 'item')) return undefined;
  return replacing(source, statement, `for (const item of ${source.textOf(added)}) ${name}.push(item);`);
}

function flatMapFix(
  source: SourceFile,
  bindings: Bindings,
  { call, receiver, args }: MethodCall,
  binding: Binding,
  concat: MethodCall,
  returned: SyntaxNode,
): AdviceFix | undefined {
  const [callback, initial] = args;
  const [part, ...others] = concat.args;
  const property = call.firstChild?.getChild('PropertyName');
  const parameters = callback?.getChild('ParamList');
  const [all, item, ...more] = parameters ? partsOf(parameters).filter(({ name }) => name !== 'TypeAnnotation') : [];
  const isEmpty = initial !== undefined && bare(initial).name === 'ArrayExpression' && partsOf(bare(initial)).length === 0;
  if (!callback || !initial || !part || others.length > 0 || !property || !parameters || !all || !item || more.length > 0) return undefined;
  if (
    !isEmpty ||
    binding.references.length > 1 ||
    !isSameNode(callback.lastChild, returned) ||
    call.firstChild?.name !== 'MemberExpression'
  )
    return undefined;
  if (!isArray(source, bindings, receiver)) return undefined;
  return {
    title: 'Use flatMap()',
    edits: [
      source.replace(property.from, property.to, 'flatMap'),
      source.replace(all.from, item.from, ''),
      source.replace(returned.from, returned.to, part.name === 'ObjectExpression' ? `(${source.textOf(part)})` : source.textOf(part)),
      source.replace(callback.to, initial.to, ''),
    ],
  };
}

function replacing(source: SourceFile, { from, to }: SyntaxNode, newText: string): AdviceFix {
  return { title: 'Push instead of concat()', edits: [source.replace(from, to, newText)] };
}
