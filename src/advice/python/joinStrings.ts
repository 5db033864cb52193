/**
 * join-strings: a str or bytes object that grows piece by piece is copied whole each time.
 *
 * Not every `+=` does that: CPython lets a str grow in place where nothing else refers to it, which the bytecode must show. Measured with
 * 5,000 pieces of 10 bytes on 3.8 to 3.13: `s += piece` allocates 50 KB in all for a local name; 125 MB for an attribute, an item, a name
 * that a function declares global, from 3.11 on also any name of the module and one that an inner function uses; for `s = piece + s` and
 * `s = s + a + b`; and for bytes always. Only these are spoken of. For n pieces of about one size the copies are n / 2 times the whole; a
 * list and one join take the whole twice.
 */

import type { SyntaxNode } from '@lezer/common';
import type { AdviceFix } from '../../core/profile.ts';
import { countOf } from '../evidence.ts';
import type { Rule, RuleContext, RuleFinding, Weight } from '../rule.ts';
import type { SourceFile } from '../sourceFile.ts';
import { minorVersion } from './objectSizes.ts';
import { childrenOf, endLine, enclosingFunction, enclosingLoop, nameAssignment, statementOf, usesOf } from './pythonSyntax.ts';

/** Fewer are no loop that a person would rewrite. */
const minPieceCount = 100;

interface Growth {
  /** UpdateStatement or AssignStatement. */
  readonly statement: SyntaxNode;
  /** What grows, as it is written: `text`, `self.text`. */
  readonly target: string;
  /** The empty value it starts from: `''` or `b''`. */
  readonly empty: string;
  readonly isUpdate: boolean;
}

export const joinStrings: Rule = {
  id: 'join-strings',
  language: 'python',
  *check(context) {
    const { source } = context;
    for (const statement of source.nodesOf(['UpdateStatement', 'AssignStatement'])) {
      const weight = context.weighLines('allocated', [source.lineAt(statement.from)]);
      const growth = weight === undefined ? undefined : growthOf(source, statement);
      if (weight !== undefined && growth !== undefined && isCopied(context, growth)) yield* checkGrowth(context, growth, weight);
    }
  },
};

function* checkGrowth(context: RuleContext, growth: Growth, weight: Weight): Iterable<RuleFinding> {
  const { source, lineProfile } = context;
  const line = source.lineAt(growth.statement.from);
  const pieceCount = lineProfile(line)?.executionCount ?? 0;
  const eachCount = pieceCount / Math.max(1, beginningCount(context, growth));
  if (eachCount < minPieceCount) return;
  const fix = fixOf(source, growth);
  yield {
    line,
    title: `Collect the pieces of ${growth.target} in a list and join them: each one copies all that was there before`,
    weight,
    evidence: [countOf('pieces', pieceCount)],
    estimatedSavingBytes: weight.bytes * (1 - 4 / eachCount),
    ...(fix === undefined ? {} : { fix }),
  };
}

/** How often the target was given a value that it does not grow from: each time it begins anew. */
function beginningCount({ source, lineProfile }: RuleContext, { statement, target }: Growth): number {
  const scope = statement.firstChild?.name === 'VariableName' ? enclosingFunction(statement) : undefined;
  let count = 0;
  for (const each of source.nodesOf(['AssignStatement'], scope)) {
    const [first, , value] = childrenOf(each);
    if (first === undefined || value === undefined || source.textOf(first) !== target || isSumWith(source, value, target)) continue;
    count += lineProfile(source.lineAt(each.from))?.executionCount ?? 0;
  }
  return count;
}

/** `x += piece`, `x = x + piece` or `x = piece + x`, where x starts as an empty string or the piece surely is one. */
function growthOf(source: SourceFile, statement: SyntaxNode): Growth | undefined {
  const [first, operator, value, ...more] = childrenOf(statement);
  if (first === undefined || operator === undefined || value === undefined || more.length > 0) return undefined;
  if (first.name !== 'VariableName' && first.name !== 'MemberExpression') return undefined;
  const target = source.textOf(first);
  const isUpdate = statement.name === 'UpdateStatement';
  if (isUpdate ? source.textOf(operator) !== '+=' : operator.name !== 'AssignOp' || !isSumWith(source, value, target)) return undefined;
  const empty = emptyValueOf(source, target) ?? (isString(source, isUpdate ? value : value.firstChild) ? "''" : undefined);
  return empty === undefined ? undefined : { statement, target, empty, isUpdate };
}

/** Whether it is a sum that begins or ends with the target. */
function isSumWith(source: SourceFile, value: SyntaxNode, target: string): boolean {
  if (value.name !== 'BinaryExpression' || value.getChild('ArithOp') === null) return false;
  const text = source.textOf(value);
  const sum = childrenOf(value);
  if (sum[1] === undefined || source.textOf(sum[1]) !== '+') return false;
  return text.startsWith(`${target} +`) || text.endsWith(`+ ${target}`);
}

/** `''` or `b''` where the file sets the target to that somewhere. */
function emptyValueOf(source: SourceFile, target: string): string | undefined {
  for (const statement of source.nodesOf(['AssignStatement'])) {
    const parts = childrenOf(statement);
    const value = parts.at(-1);
    if (parts[0] === undefined || source.textOf(parts[0]) !== target || value?.name !== 'String') continue;
    const text = source.textOf(value);
    if (/^(?:''|"")$/.test(text)) return "''";
    if (/^[bB](?:''|"")$/.test(text)) return "b''";
  }
  return undefined;
}

function isString(source: SourceFile, node: SyntaxNode | null): boolean {
  if (node === null) return false;
  return node.name === 'FormatString' || (node.name === 'String' && !/^[rR]?[bB]/.test(source.textOf(node)));
}

/** Whether CPython copies the whole for each piece, by what was measured. */
function isCopied({ source, profile }: RuleContext, { statement, target, empty, isUpdate }: Growth): boolean {
  const loop = enclosingLoop(statement);
  const scope = enclosingFunction(statement);
  const isName = statement.firstChild?.name === 'VariableName';
  // A name in a function starts anew with each call.
  const isLocal = isName && scope !== undefined && !isDeclaredGlobal(source, target, scope);
  if (isLocal && loop === undefined) return false;
  if (empty === "b''" || !isName) return true;
  const sum = statement.lastChild;
  const isOneSum = isUpdate || (sum !== null && sum.firstChild?.name === 'VariableName' && source.textOf(sum).startsWith(target));
  if (!isOneSum) return true;
  if (minorVersion(profile.runtime.version) <= 10) return isDeclaredGlobal(source, target, scope);
  return !isLocal || usesOf(source, target, scope).some((use) => enclosingFunction(use)?.from !== scope.from);
}

/** In this function; for a name of the module (no scope), in any. */
function isDeclaredGlobal(source: SourceFile, name: string, scope: SyntaxNode | undefined): boolean {
  return source.nodesOf(['ScopeStatement'], scope).some((statement) => {
    const declares = source.textOf(statement).startsWith('global') && usesOf(source, name, statement).length > 0;
    return declares && (scope === undefined || enclosingFunction(statement)?.from === scope.from);
  });
}

/** A list in place of the string where every use of it in the loop is this one. */
function fixOf(source: SourceFile, { statement, target, empty, isUpdate }: Growth): AdviceFix | undefined {
  const loop = outermostLoop(statement);
  const value = statement.lastChild;
  if (!isUpdate || statement.firstChild?.name !== 'VariableName' || loop === undefined || value === null) return undefined;
  const scope = enclosingFunction(statement);
  const uses = usesOf(source, target, scope);
  const start = uses.map(statementOf).find((each) => each.name === 'AssignStatement' && each.to <= loop.from && isEmptyStart(source, each));
  if (start === undefined || start.parent?.from !== loop.parent?.from || isInTry(loop)) return undefined;
  // Whoever else looks at it, in another function or while the loop runs, would find a list.
  if (uses.some((use) => enclosingFunction(use)?.from !== scope?.from) || isDeclaredGlobal(source, target, scope)) return undefined;
  const between = uses.filter((use) => use.from > start.to && use.from < loop.to && use.from !== statement.from);
  if (between.length > 0) return undefined;
  const startValue = start.lastChild;
  if (startValue === null) return undefined;
  const indent = source.indentOf(source.lineAt(start.from));
  return {
    title: `Collect the pieces of ${target} in a list`,
    edits: [
      source.replace(startValue.from, startValue.to, '[]'),
      source.replace(statement.from, value.from, `${target}.append(`),
      source.replace(value.to, value.to, ')'),
      source.insertLinesBefore(endLine(source, loop) + 1, `${indent}${target} = ${empty}.join(${target})`),
    ],
  };
}

function isEmptyStart(source: SourceFile, statement: SyntaxNode): boolean {
  const value = nameAssignment(statement)?.value;
  return value !== undefined && /^[bB]?(?:''|"")$/.test(source.textOf(value));
}

function outermostLoop(statement: SyntaxNode): SyntaxNode | undefined {
  let outermost: SyntaxNode | undefined;
  for (let loop = enclosingLoop(statement); loop !== undefined; loop = enclosingLoop(loop)) outermost = loop;
  return outermost;
}

function isInTry(node: SyntaxNode): boolean {
  for (let parent = node.parent; parent !== null; parent = parent.parent) {
    if (parent.name === 'TryStatement') return true;
    if (parent.name === 'FunctionDefinition') return false;
  }
  return false;
}
