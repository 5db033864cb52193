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
  const plugins: ParserPlugin[] = [
    'explicitResourceManagement',
    'decoratorAutoAccessors',
    'sourcePhaseImports',
    'deferredImportEvaluation',
  ];
  if (kind !== 'ts') plugins.push('jsx');
  if (kind !== 'jsx') plugins.push('typescript');
  try {
    return parseWith(source, [...plugins, legacyDecorators ? 'decorators-legacy' : 'decorators'], false);
  } catch (error) {
    return (legacyDecorators ? parseExportedDecorators(source, plugins) : undefined) ?? fail(error);
  }
}

/** Babel's legacy grammar lacks `export @decorator class`; its other one takes decorators of parameters as an error that it can skip. */
function parseExportedDecorators(source: string, plugins: readonly ParserPlugin[]): t.File | undefined {
  try {
    const file = parseWith(source, [...plugins, 'decorators'], true);
    const errors = ((file as { errors?: unknown }).errors ?? []) as readonly { reasonCode?: string }[];
    return errors.every(({ reasonCode }) => reasonCode === 'UnsupportedParameterDecorator') ? file : undefined;
  } catch {
    return undefined; // The error of the first attempt is the one to report.
  }
}

function parseWith(source: string, plugins: ParserPlugin[], errorRecovery: boolean): t.File {
  // Strictness follows from what is found; a script in which `await` is a name is tried as such by 'unambiguous'.
  return parse(source, {
    sourceType: 'unambiguous',
    allowReturnOutsideFunction: true,
    allowNewTargetOutsideFunction: true,
    createImportExpressions: false,
    errorRecovery,
    plugins,
  });
}

function fail(error: unknown): never {
  throw toCompileError(error);
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
