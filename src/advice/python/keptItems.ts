/** Whether what a loop goes through may outlive the loop's turn, by what the syntax shows. */

import type { SyntaxNode } from '@lezer/common';
import type { SourceFile } from '../sourceFile.ts';
import { usesOf } from './pythonSyntax.ts';

/** Methods that keep what they are given. */
const keepers = /(?:^|\.)(?:append|appendleft|add|insert|extend|put|setdefault|push|heappush)$/;

/** Where a name stands for itself and not as part of a sum, a call or a comparison: the object goes on under another name. */
const passesOn =
  /^(?:AssignStatement|NamedExpression|YieldStatement|YieldExpression|ReturnStatement|TupleExpression|ArrayExpression|DictionaryExpression|SetExpression)$/;

/** Whether the use of a name may make something else keep its object. Functions of the program are taken not to, methods by their name. */
export function mayKeep(source: SourceFile, use: SyntaxNode): boolean {
  const { parent } = use;
  if (parent === null) return false;
  if (parent.name === 'ArgList') {
    const callee = parent.prevSibling;
    return callee !== null && keepers.test(source.textOf(callee));
  }
  return passesOn.test(parent.name);
}

/** Whether the loop or comprehension may keep its items: then they stay in memory however they come. */
export function keepsItems(source: SourceFile, loop: SyntaxNode): boolean {
  const variable = loop.getChild('for')?.nextSibling;
  if (variable?.name !== 'VariableName') return true;
  return usesOf(source, source.textOf(variable), loop).some((use) => {
    if (use.from === variable.from) return false;
    // In front of `for` it is what a comprehension makes: the item itself is handed on.
    return (use.parent?.from === loop.from && use.from < variable.from) || mayKeep(source, use);
  });
}
