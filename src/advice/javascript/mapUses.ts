/** Maps that a file keeps under a name, with all that it does with them. */

import type { SyntaxNode } from '@lezer/common';
import type { CacheReport } from '../../core/profile.ts';
import type { RuleContext } from '../rule.ts';
import type { SourceFile } from '../sourceFile.ts';
import { assignmentsOf, constructedName, type Binding, type Bindings } from './bindings.ts';
import { contains, enclosingFunction, isSameNode, methodCallOf, type MethodCall } from './javascriptSyntax.ts';

export interface NamedMap {
  readonly binding: Binding;
  /** `new Map(...)`. */
  readonly made: SyntaxNode;
  /** Method calls on it by name. */
  readonly calls: ReadonlyMap<string, readonly MethodCall[]>;
  /** Whether it is used in no other way, so that the calls are all that ever happens to it (`size` may be read). */
  readonly isAllSeen: boolean;
}

/** The Maps of a file that live as long as the program: at the module's level, made once. */
export function namedMaps(source: SourceFile, bindings: Bindings): NamedMap[] {
  return bindings.all.flatMap((binding) => {
    const { initializer: made, scope, definition, references } = binding;
    if (made === undefined || scope.parent !== null || constructedName(source, made) !== 'Map' || assignmentsOf(binding).length > 0)
      return [];
    const calls = new Map<string, MethodCall[]>();
    let isAllSeen = definition.parent?.parent?.name !== 'ExportDeclaration';
    for (const reference of references) {
      const call = callOn(source, reference);
      if (call !== undefined) calls.set(call.name, [...(calls.get(call.name) ?? []), call]);
      else if (!isSizeRead(source, reference)) isAllSeen = false;
    }
    return [{ binding, made, calls, isAllSeen }];
  });
}

/** What a heap snapshot said of the map, where one was taken. */
export function reportOf(context: RuleContext, { binding }: NamedMap): CacheReport | undefined {
  const line = context.source.lineAt(binding.definition.from);
  return context.reportsHere(context.profile.caches).find(({ name, at }) => name === binding.name && at.line === line);
}

/** Whether functions look entries up, and not only to put the next value there, as a tally does. */
export function isLookedUp(map: NamedMap): boolean {
  return lookupsOf(map).length > 0;
}

/** Whether a function looks an entry up and adds it when it is missing, itself or by a function that it calls. */
export function isFilledOnDemand(bindings: Bindings, map: NamedMap): boolean {
  const storing = (map.calls.get('set') ?? []).flatMap(({ call }) => enclosingFunction(call) ?? []);
  return lookupsOf(map).some((lookup) => {
    const looking = enclosingFunction(lookup);
    return storing.some((each) => isSameNode(each, looking) || (looking !== undefined && isNamedIn(bindings, each, looking)));
  });
}

function lookupsOf({ calls }: NamedMap): SyntaxNode[] {
  const stores = calls.get('set') ?? [];
  return [...(calls.get('get') ?? []), ...(calls.get('has') ?? [])]
    .map(({ call }) => call)
    .filter((call) => enclosingFunction(call) !== undefined && !stores.some((store) => contains(store.call, call)));
}

function isNamedIn(bindings: Bindings, named: SyntaxNode, other: SyntaxNode): boolean {
  const binding =
    bindings.of(named.getChild('VariableDefinition')) ?? bindings.all.find(({ initializer }) => isSameNode(initializer, named));
  return binding?.references.some((reference) => contains(other, reference)) ?? false;
}

function callOn(source: SourceFile, reference: SyntaxNode): MethodCall | undefined {
  const call = reference.parent?.name === 'MemberExpression' ? reference.parent.parent : null;
  const method = call === null ? undefined : methodCallOf(source, call);
  return method !== undefined && isSameNode(method.receiver, reference) ? method : undefined;
}

function isSizeRead(source: SourceFile, reference: SyntaxNode): boolean {
  const property = reference.parent?.name === 'MemberExpression' ? reference.parent.getChild('PropertyName') : null;
  return property !== null && source.textOf(property) === 'size';
}
