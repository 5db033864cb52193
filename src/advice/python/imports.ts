/** Adding an import to a Python file. */

import type { SourceEdit } from '../../core/profile.ts';
import type { SourceFile } from '../sourceFile.ts';
import { childrenOf } from './pythonSyntax.ts';

/**
 * The edit that adds this line before the file's first import, behind its docstring and what it imports from `__future__`; undefined
 * where the file has that line already.
 */
export function importEdit(source: SourceFile, line: string): SourceEdit | undefined {
  if (source.lines.includes(line)) return undefined;
  const statements = childrenOf(source.root).filter(({ name }) => name !== 'Comment');
  const first = statements.find(
    (statement, index) =>
      !(index === 0 && statement.firstChild?.name === 'String') && !/^from\s+__future__\b/.test(source.textOf(statement)),
  );
  return source.insertLinesBefore(first === undefined ? source.lines.length + 1 : source.lineAt(first.from), line);
}
