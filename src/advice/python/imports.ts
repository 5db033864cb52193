/** Adding an import to a Python file. */

import type { SyntaxNode } from '@lezer/common';
import type { SourceEdit } from '../../core/profile.ts';
import type { SourceFile } from '../sourceFile.ts';
import { childrenOf, isBinding, usesOf } from './pythonSyntax.ts';

/** `import module`, or `from module import name`. */
interface WantedImport {
  readonly module: string;
  readonly name?: string;
}

/**
 * The edits that make the name known, before the file's first import, behind its docstring and what it imports from `__future__`: none
 * where it is already; undefined where the file means something else by it.
 */
export function importEdits(source: SourceFile, wanted: WantedImport): readonly SourceEdit[] | undefined {
  const { module, name } = wanted;
  const statements = childrenOf(source.root).filter((statement) => statement.name !== 'Comment');
  if (statements.some((statement) => isImportOf(source, statement, wanted))) return [];
  if (usesOf(source, name ?? module).some(isBinding)) return undefined;
  const first = statements.find((statement, index) => {
    const isDocstring = index === 0 && statement.firstChild?.name === 'String';
    return !isDocstring && !/^from\s+__future__\b/.test(source.textOf(statement));
  });
  const line = name === undefined ? `import ${module}` : `from ${module} import ${name}`;
  const gap = first === undefined || first.name === 'ImportStatement' ? '' : source.lineEnd;
  return [source.insertLinesBefore(first === undefined ? source.lines.length + 1 : source.lineAt(first.from), `${line}${gap}`)];
}

function isImportOf(source: SourceFile, statement: SyntaxNode, { module, name }: WantedImport): boolean {
  if (statement.name !== 'ImportStatement') return false;
  const text = source
    .textOf(statement)
    .replace(/[()\\\s]+/g, ' ')
    .trim();
  const match = /^from (\S+) import (.*)$/.exec(text) ?? /^(import) (.*)$/.exec(text);
  const names = match?.[2]?.split(',').map((each) => each.trim()) ?? [];
  return match?.[1] === (name === undefined ? 'import' : module) && names.includes(name ?? module);
}
