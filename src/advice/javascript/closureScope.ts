/**
 * closure-scope: a function that lives on keeps a large variable alive that it does not use.
 *
 * All functions that are made in one run of a function share its variables: what any of them uses stays alive as long as one of them does
 * (V8's contexts). And who only needs a length keeps the whole.
 */

import type { SyntaxNode } from '@lezer/common';
import type { Rule, RuleContext } from '../rule.ts';
import type { SourceFile } from '../sourceFile.ts';
import { findBindings, type Binding, type Bindings } from './bindings.ts';
import { ancestorOf, contains, enclosingFunction, isFunction, isSameNode, linesOf, methodCallOf } from './javascriptSyntax.ts';

/** They call a function while they run, and keep none. */
const callers: readonly string[] = [
  'map',
  'filter',
  'forEach',
  'reduce',
  'some',
  'every',
  'find',
  'findIndex',
  'flatMap',
  'sort',
  'toSorted',
  'replace',
  'replaceAll',
];
const figures: readonly string[] = ['length', 'size', 'byteLength'];

export const closureScope: Rule = {
  id: 'closure-scope',
  language: 'javascript',
  *check(context) {
    const { source } = context;
    const bindings = findBindings(source);
    for (const binding of bindings.all) {
      const owner = enclosingFunction(binding.definition);
      if (owner === undefined || binding.initializer === undefined) continue;
      const weight = context.weighLines('live', linesOf(source, binding.initializer));
      if (weight === undefined) continue;
      const keeper = idleKeeper(source, bindings, binding, owner);
      if (keeper === undefined || isHeldOtherwise(context, binding)) continue;
      yield {
        line: source.lineAt(binding.definition.from),
        endLine: source.lineAt(binding.initializer.to),
        title:
          keeper === 'figure'
            ? `Take from ${binding.name} what the function needs that lives on: it keeps all of it for one figure`
            : `Make ${binding.name} in a function of its own: one that lives on keeps it, and does not use it`,
        weight,
        estimatedSavingBytes: weight.bytes,
      };
    }
  },
};

/** Whether a heap snapshot says that something else keeps it. */
function isHeldOtherwise({ source, profile, reportsHere }: RuleContext, { name, initializer }: Binding): boolean {
  const lines = initializer === undefined ? [] : linesOf(source, initializer);
  const holders = reportsHere(profile.holders).filter(({ at }) => lines.includes(at.line));
  return holders.length > 0 && !holders.some(({ path }) => path.some(({ text }) => text === `variable ${name}`));
}

/** Whether functions that live on keep the variable for nothing, or for no more than its length; undefined where it is needed. */
function idleKeeper(source: SourceFile, bindings: Bindings, binding: Binding, owner: SyntaxNode): 'nothing' | 'figure' | undefined {
  const uses = binding.references.map((reference) => ({ reference, inner: innerFunction(reference, owner) }));
  const captured = uses.filter(({ inner }) => inner !== undefined);
  const direct = uses.filter(({ inner }) => inner === undefined);
  // Handed on or stored, it may be kept by anybody.
  if (captured.length === 0 || !direct.every(({ reference }) => isRead(source, reference))) return undefined;
  const inScope = source
    .nodesOf(['ArrowFunction', 'FunctionExpression', 'FunctionDeclaration'], owner)
    .filter((each) => !isSameNode(each, owner) && isSameNode(innerFunction(each, owner), each) && contains(binding.scope, each));
  const lasting = inScope.filter((each) => livesOn(source, bindings, each));
  if (lasting.length === 0) return undefined;
  const kept = captured.filter(({ inner }) => lasting.some((each) => isSameNode(each, inner)));
  if (kept.length === 0) return 'nothing';
  return kept.every(({ reference }) => isFigure(source, reference)) ? 'figure' : undefined;
}

/** The outermost function between the owner and the node, or the node itself. */
function innerFunction(node: SyntaxNode, owner: SyntaxNode): SyntaxNode | undefined {
  let found: SyntaxNode | undefined = isFunction(node) ? node : undefined;
  for (let parent = node.parent; parent !== null && !isSameNode(parent, owner); parent = parent.parent)
    if (isFunction(parent)) found = parent;
  return found;
}

/** Whether the function may be called after its owner has returned: it is handed out, and not only to what calls it right away. */
function livesOn(source: SourceFile, bindings: Bindings, inner: SyntaxNode): boolean {
  const binding = bindings.of(inner.name === 'FunctionDeclaration' ? inner.getChild('VariableDefinition') : declaredName(inner));
  if (binding !== undefined) return binding.references.some((reference) => !isCalled(reference) && !isGivenToCaller(source, reference));
  return !isCalled(inner) && !isGivenToCaller(source, inner);
}

/** `name` of `const name = () => ...`. */
function declaredName(inner: SyntaxNode): SyntaxNode | null {
  return inner.parent?.name === 'VariableDeclaration' ? (inner.prevSibling?.prevSibling ?? null) : null;
}

function isCalled(node: SyntaxNode): boolean {
  const called = node.parent?.name === 'ParenthesizedExpression' ? node.parent : node;
  return called.parent?.name === 'CallExpression' && isSameNode(called.parent.firstChild, called);
}

function isGivenToCaller(source: SourceFile, node: SyntaxNode): boolean {
  const call = node.parent?.name === 'ArgList' ? node.parent.parent : null;
  const name = call === null ? undefined : methodCallOf(source, call)?.name;
  return name !== undefined && callers.includes(name);
}

/** `big.length`, `big[i]`, `big.map(...)`, `for (... of big)`: nothing keeps the value itself. */
function isRead(source: SourceFile, reference: SyntaxNode): boolean {
  const { parent } = reference;
  if (parent?.name === 'ForOfSpec') return true;
  if (parent?.name !== 'MemberExpression' || !isSameNode(parent.firstChild, reference)) return false;
  const property = parent.getChild('PropertyName');
  return (
    property === null ||
    ancestorOf(reference, ({ name }) => name === 'ReturnStatement') === undefined ||
    figures.includes(source.textOf(property))
  );
}

function isFigure(source: SourceFile, reference: SyntaxNode): boolean {
  const property = reference.parent?.name === 'MemberExpression' ? reference.parent.getChild('PropertyName') : null;
  return property !== null && isSameNode(property.parent?.firstChild, reference) && figures.includes(source.textOf(property));
}
