/**
 * share-equal-strings: a line left many equal values alive, each an object of its own.
 *
 * How many there are, how many differ, and what the others take is measured at the end of the run; that is what sharing saves, but for the
 * 100 bytes or so that each different text takes in the interpreter's table of interned ones.
 */

import type { SyntaxNode } from '@lezer/common';
import type { AdviceFix } from '../../core/profile.ts';
import { countOf } from '../evidence.ts';
import type { Rule, RuleContext, RuleFinding } from '../rule.ts';
import type { SourceFile } from '../sourceFile.ts';
import { importEdits } from './imports.ts';
import { calleeName, childrenOf, isBuiltin, methodCallOf, nameAssignment } from './pythonSyntax.ts';

export const shareEqualStrings: Rule = {
  id: 'share-equal-strings',
  language: 'python',
  check: (context) =>
    context.reportsHere(context.profile.repeatedValues).flatMap((report) => {
      const { at, typeName, valueCount, distinctCount, wastedBytes } = report;
      const weight = context.weighBytes('live', wastedBytes);
      if (weight === undefined) return [];
      const fix = typeName === 'str' ? fixOf(context, at.line) : undefined;
      const finding: RuleFinding = {
        line: at.line,
        title:
          typeName === 'str'
            ? 'Share equal strings by sys.intern(): each is an object of its own'
            : `Keep one object for equal values of type ${typeName}, for example by a dictionary: each is one of its own`,
        weight,
        evidence: [countOf('values', valueCount), countOf('different values', distinctCount)],
        estimatedSavingBytes: wastedBytes,
        ...(fix === undefined ? {} : { fix }),
      };
      return [finding];
    }),
};

/** Where the one thing on the line that is kept surely is a string: an item, what is appended, what is assigned. */
function fixOf({ source }: RuleContext, line: number): AdviceFix | undefined {
  const kept = source
    .nodesStartingOn(line, ['ArrayComprehensionExpression', 'CallExpression', 'AssignStatement'])
    .flatMap((node) => keptValue(source, node) ?? []);
  const [value, ...more] = kept.filter((node) => isString(source, node));
  if (value === undefined || more.length > 0 || source.lineAt(value.to) !== line) return undefined;
  const added = importEdits(source, { module: 'sys' });
  const edits = [source.replace(value.from, value.from, 'sys.intern('), source.replace(value.to, value.to, ')')];
  return added === undefined ? undefined : { title: 'Share equal strings by sys.intern()', edits: [...added, ...edits] };
}

function keptValue(source: SourceFile, node: SyntaxNode): SyntaxNode | undefined {
  if (node.name === 'ArrayComprehensionExpression') return node.firstChild?.nextSibling ?? undefined;
  if (node.name === 'AssignStatement') {
    const value = nameAssignment(node)?.value ?? (node.firstChild?.name === 'MemberExpression' ? node.lastChild : undefined);
    return value ?? undefined;
  }
  const call = methodCallOf(source, node);
  return call?.method === 'append' && call.positional.length === 1 ? call.positional[0] : undefined;
}

/** `f'...'`, `'...' % ...`, `str(...)`: a sum may be of a class of its own, which sys.intern() refuses. */
function isString(source: SourceFile, node: SyntaxNode): boolean {
  if (node.name === 'FormatString') return true;
  const [first, operator] = childrenOf(node);
  if (node.name === 'BinaryExpression' && first?.name === 'String' && operator !== undefined) {
    return source.textOf(operator) === '%' && !/^[rR]?[bB]/.test(source.textOf(first));
  }
  return node.name === 'CallExpression' && calleeName(source, node) === 'str' && isBuiltin(source, 'str');
}
