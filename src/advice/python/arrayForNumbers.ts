/**
 * array-for-numbers: a large list holds nothing but numbers.
 *
 * A list has a pointer of 8 bytes for each item, and each number is an object of its own: 24 bytes for a float, 28 for an int (32 from
 * 3.11 on, as what is asked of the allocator is rounded there). An array has the 8 bytes alone, so what is saved is the number objects.
 * Of what is alive at the end, they are measured by type. At the peak types are not known: there only lists are spoken of whose items
 * are floats by the syntax, and 24 of each 32 bytes are theirs.
 */

import type { SyntaxNode } from '@lezer/common';
import type { AdviceFix } from '../../core/profile.ts';
import { bytesOf, countOf, type Evidence } from '../evidence.ts';
import type { Rule, RuleContext, RuleFinding, Weight } from '../rule.ts';
import type { SourceFile } from '../sourceFile.ts';
import { importEdits } from './imports.ts';
import {
  calleeName,
  enclosingFunction,
  isAssigned,
  isBuiltin,
  isInClassBody,
  methodCallOf,
  nameAssignment,
  statementOf,
  usesOf,
} from './pythonSyntax.ts';
import { isImportable } from './temporaries.ts';

/** Of what the lines left alive, and of the list's items, so many at least are numbers: else they are part of other objects. */
const minNumberRatio = 0.8;

const pointerBytes = 8;
const floatObjectBytes = 24;

/** What returns a float whatever it is given. */
const floatFunctions =
  /^(?:float|random\.(?:random|uniform|gauss|normalvariate)|math\.(?:sqrt|sin|cos|tan|exp|log|log10|log2|hypot|atan2|radians|degrees))$/;

/** What an array can do as a list does, with floats giving the same results. */
const sameForArrays: readonly string[] = ['len', 'sum', 'min', 'max', 'sorted', 'enumerate', 'zip', 'iter', 'any', 'all'];

interface Measured {
  readonly weight: Weight;
  readonly savingBytes: number;
  readonly evidence: readonly Evidence[];
}

export const arrayForNumbers: Rule = {
  id: 'array-for-numbers',
  language: 'python',
  *check(context) {
    const { source } = context;
    for (const node of source.nodesOf(['ArrayComprehensionExpression', 'CallExpression'])) {
      if (makesList(source, node)) yield* checkList(context, node);
    }
  },
};

function* checkList(context: RuleContext, list: SyntaxNode): Iterable<RuleFinding> {
  const { source } = context;
  const lines = [source.lineAt(list.from), source.lineAt(list.to)];
  const measured = measuredAtEnd(context, lines) ?? (isFloat(source, itemOf(list)) ? measuredAtPeak(context, lines) : undefined);
  if (measured === undefined) return;
  const usesNumpy = /^\s*(?:import|from)\s+numpy\b/m.test(source.text);
  const fix = fixOf(context, list);
  yield {
    line: source.lineAt(list.from),
    title: `Use ${usesNumpy ? 'a NumPy array' : 'array.array'} for these numbers: each is an object of its own in a list`,
    weight: measured.weight,
    evidence: measured.evidence,
    estimatedSavingBytes: measured.savingBytes,
    ...(fix === undefined || usesNumpy ? {} : { fix }),
  };
}

/** A comprehension, `list(range(...))`, or `numbers.append(...)`. */
function makesList(source: SourceFile, node: SyntaxNode): boolean {
  if (node.name === 'ArrayComprehensionExpression') return node.parent?.name !== 'ArgList';
  if (methodCallOf(source, node)?.method === 'append') return true;
  return calleeName(source, node) === 'list' && node.parent?.name === 'AssignStatement' && isBuiltin(source, 'list');
}

/** By the types of what these lines left alive. */
function measuredAtEnd({ lineProfile, weighBytes }: RuleContext, lines: readonly number[]): Measured | undefined {
  let [listBytes, numberBytes, numberCount, objectCount] = [0, 0, 0, 0];
  for (const line of new Set(lines)) {
    for (const type of lineProfile(line)?.types ?? []) {
      objectCount += type.liveCount;
      if (type.name === 'list') listBytes += type.liveBytes;
      if (type.name !== 'int' && type.name !== 'float') continue;
      numberBytes += type.liveBytes;
      numberCount += type.liveCount;
    }
  }
  // A list that grew has up to an eighth more room than items (list_resize in CPython's listobject.c).
  const areItems = numberCount * pointerBytes * 1.125 >= minNumberRatio * listBytes && numberCount >= minNumberRatio * objectCount;
  const weight = listBytes > 0 && areItems ? weighBytes('live', listBytes + numberBytes) : undefined;
  if (weight === undefined) return undefined;
  return {
    weight,
    savingBytes: numberBytes,
    evidence: [countOf('numbers alive', Math.round(numberCount)), bytesOf('their objects', numberBytes)],
  };
}

function measuredAtPeak({ weighLines }: RuleContext, lines: readonly number[]): Measured | undefined {
  const weight = weighLines('peak', lines);
  if (weight === undefined) return undefined;
  const savingBytes = (weight.bytes * floatObjectBytes) / (floatObjectBytes + pointerBytes);
  return { weight, savingBytes, evidence: [countOf('numbers at the peak', Math.floor(savingBytes / floatObjectBytes))] };
}

/** What a comprehension makes for each turn, or append() is given. */
function itemOf(list: SyntaxNode): SyntaxNode | null {
  return list.name === 'CallExpression'
    ? (list.getChild('ArgList')?.firstChild?.nextSibling ?? null)
    : (list.firstChild?.nextSibling ?? null);
}

function isFloat(source: SourceFile, node: SyntaxNode | null): boolean {
  if (node === null) return false;
  if (node.name === 'CallExpression') return floatFunctions.test(calleeName(source, node) ?? '');
  return node.name === 'Number' && /^\d+\.\d*$/.test(source.textOf(node));
}

/** An array of doubles for `name = [float(...) for ...]`, where the name is only used as both a list and an array can be. */
function fixOf(context: RuleContext, list: SyntaxNode): AdviceFix | undefined {
  const { source } = context;
  const assignment = nameAssignment(statementOf(list));
  if (list.name !== 'ArrayComprehensionExpression' || assignment?.value.from !== list.from) return undefined;
  if (!isFloat(source, itemOf(list)) || list.getChild('async') !== null || source.nodesOf(['await'], list).length > 0) return undefined;
  // As an attribute of a class or a module it may be used by what is not seen here.
  if (isInClassBody(list) || isImportable(context, list)) return undefined;
  const scope = enclosingFunction(list);
  const uses = usesOf(source, source.textOf(assignment.name)).filter((use) => use.from !== assignment.name.from);
  const areAllSame = uses.every((use) => {
    const owner = enclosingFunction(use);
    return (scope === undefined || owner?.from === scope.from) && isSameForArray(source, use);
  });
  const added = importEdits(source, { module: 'array', name: 'array' });
  if (!areAllSame || added === undefined) return undefined;
  return {
    title: 'Use an array of doubles',
    edits: [...added, source.replace(list.from, list.from + 1, "array('d', ("), source.replace(list.to - 1, list.to, '))')],
  };
}

/** Whether the use reads one item, goes through all, or asks a builtin that does. */
function isSameForArray(source: SourceFile, use: SyntaxNode): boolean {
  const { parent } = use;
  if (use.prevSibling?.name === 'in' && parent !== null) return true;
  if (parent?.name === 'MemberExpression') {
    return parent.getChild('[') !== null && parent.getChild(':') === null && use.nextSibling?.name === '[' && !isAssigned(parent);
  }
  const callee = parent?.name === 'ArgList' ? parent.prevSibling : null;
  return callee !== null && sameForArrays.includes(source.textOf(callee)) && isBuiltin(source, source.textOf(callee));
}
