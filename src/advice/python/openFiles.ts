/** Which expressions are open text or binary files, by what the syntax shows. */

import type { SyntaxNode } from '@lezer/common';
import type { SourceFile } from '../sourceFile.ts';
import { calleeName, enclosingFunction, isBinding, methodCallOf, statementOf, usesOf } from './pythonSyntax.ts';

/**
 * Whether the expression is a call that opens a file (`open(...)`, `gzip.open(...)`, `path.open(...)`), standard input, or a name that
 * is bound to nothing else in its function.
 */
export function isOpenFile(source: SourceFile, node: SyntaxNode): boolean {
  if (isOpening(source, node)) return true;
  if (source.textOf(node) === 'sys.stdin') return true;
  if (node.name !== 'VariableName') return false;
  const scope = enclosingFunction(node);
  const bindings = usesOf(source, source.textOf(node), scope).filter(
    (use) => isBinding(use) && enclosingFunction(use)?.from === scope?.from,
  );
  return bindings.length > 0 && bindings.every((binding) => isOpening(source, boundValue(binding)));
}

function isOpening(source: SourceFile, node: SyntaxNode | null): boolean {
  return node !== null && (calleeName(source, node) === 'open' || methodCallOf(source, node)?.method === 'open');
}

function boundValue(binding: SyntaxNode): SyntaxNode | null {
  if (binding.prevSibling?.name === 'as') return binding.prevSibling.prevSibling;
  const statement = statementOf(binding);
  return statement.name === 'AssignStatement' && statement.firstChild?.from === binding.from ? statement.lastChild : null;
}
