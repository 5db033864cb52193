/**
 * Parses TypeScript and JSX, and says where a syntax error is.
 */

import { parse, type ParserPlugin } from '@babel/parser';
import type { types as t } from '@babel/core';

export type SourceKind = 'ts' | 'tsx' | 'jsx';

/** The source can't be compiled. The place is that of the original text. */
export class CompileError extends Error {
  readonly line1: number;
  readonly column0: number;

  constructor(message: string, line1: number, column0: number) {
    super(message);
    this.name = 'CompileError';
    this.line1 = line1;
    this.column0 = column0;
  }
}

/** @throws CompileError on a syntax error. */
export function parseSource(source: string, { kind, legacyDecorators }: { kind: SourceKind; legacyDecorators: boolean }): t.File {
  const plugins: ParserPlugin[] = ['explicitResourceManagement', 'decoratorAutoAccessors', 'sourcePhaseImports', 'deferredImportEvaluation'];
  plugins.push(legacyDecorators ? 'decorators-legacy' : 'decorators');
  if (kind !== 'ts') plugins.push('jsx');
  if (kind !== 'jsx') plugins.push('typescript');
  try {
    return parse(source, {
      // Strictness follows from what is found; a script in which `await` is a name is tried as such by 'unambiguous'.
      sourceType: 'unambiguous',
      allowReturnOutsideFunction: true,
      allowNewTargetOutsideFunction: true,
      createImportExpressions: false,
      plugins,
    }) as t.File;
  } catch (error) {
    throw toCompileError(error);
  }
}

/** Babel's errors carry their place; its messages repeat the path and the place, and quote the source below. */
export function toCompileError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { loc } = error as { loc?: { line: number; column: number } };
  if (!loc) return error;
  const [firstLine = error.message] = error.message.split('\n');
  const message = firstLine.replace(/ \(\d+:\d+\)$/, '').replace(/^(?:\/|[A-Za-z]:[\\/]|unknown file).*?: (?=[A-Z`'"])/, '');
  return new CompileError(message, loc.line, loc.column);
}
