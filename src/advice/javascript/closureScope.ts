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
  const direct = binding.references.filter((reference) => innerFunction(reference, owner) === undefined);
  const users = usersOf(binding, owner);
  // Handed on or stored, it may be kept by anybody.
  if (users.length === 0 || !direct.every((reference) => isRead(source, reference))) return undefined;
  const lasting = innerFunctions(source, owner).filter((each) => contains(binding.scope, each) && livesOn(source, bindings, each));
  if (lasting.length === 0) return undefined;
  // Those that need it are also those that call one that does, and so on.
  const needing = [...users];
  for (const each of needing) {
    const name = nameOf(bindings, each);
    for (const caller of name === undefined ? [] : usersOf(name, owner)) if (!includes(needing, caller)) needing.push(caller);
  }
  const kept = lasting.filter((each) => includes(needing, each));
  if (kept.length === 0) return 'nothing';
  const isForFigures = binding.references.every((reference) => {
    const user = innerFunction(reference, owner);
    return user === undefined || !includes(needing, user) || isFigure(source, reference);
  });
  return isForFigures ? 'figure' : undefined;
}

/** The functions directly in the owner that name the variable. */
function usersOf({ references }: Binding, owner: SyntaxNode): SyntaxNode[] {
  const users: SyntaxNode[] = [];
  for (const reference of references) {
    const user = innerFunction(reference, owner);
    if (user !== undefined && !includes(users, user)) users.push(user);
  }
  return users;
}

/** The functions directly in the owner. */
function innerFunctions(source: SourceFile, owner: SyntaxNode): SyntaxNode[] {
  return source
    .nodesOf(['ArrowFunction', 'FunctionExpression', 'FunctionDeclaration', 'MethodDeclaration', 'Property'], owner)
    .filter((each) => isFunction(each) && !isSameNode(each, owner) && isSameNode(innerFunction(each, owner), each));
}

function includes(nodes: readonly SyntaxNode[], wanted: SyntaxNode): boolean {
  return nodes.some((node) => isSameNode(node, wanted));
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
  const name = nameOf(bindings, inner);
  if (name !== undefined) return name.references.some((reference) => !isCalled(reference) && !isGivenToCaller(source, reference));
  return !isCalled(inner) && !isGivenToCaller(source, inner);
}

/** The variable that the function is declared by: `function name() {}`, `const name = () => {}`. */
function nameOf(bindings: Bindings, inner: SyntaxNode): Binding | undefined {
  if (inner.name === 'FunctionDeclaration') return bindings.of(inner.getChild('VariableDefinition'));
  return bindings.all.find(({ initializer }) => isSameNode(initializer, inner));
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
