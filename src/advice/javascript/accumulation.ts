/**
 * Variables that grow by being copied: `all = [...all, item]`, `all = all.concat(items)`, `all = Buffer.concat([all, part])`.
 *
 * Each round copies all that was there before, so N rounds copy N / 2 times what comes out in the end. What a copy would have been spared
 * follows from what was measured: of the bytes that N rounds allocated, one result is the 2 / N-th part.
 */

import type { SyntaxNode } from '@lezer/common';
import type { RuleContext, RuleFinding, Weight } from '../rule.ts';
import type { SourceFile } from '../sourceFile.ts';
import { assignmentsOf, type Binding, type Bindings } from './bindings.ts';
import { executionsOf, repeaterBetween } from './executions.ts';
import {
  bare,
  contains,
  enclosingFunction,
  enclosingLoop,
  isFunction,
  isSameNode,
  linesOf,
  operatorOf,
  partsOf,
} from './javascriptSyntax.ts';

/** `name = value`, which runs more than once for one beginning of `name`. */
export interface Accumulation {
  readonly binding: Binding;
  /** The AssignmentExpression. */
  readonly assignment: SyntaxNode;
  /** What is assigned, without parentheses and types around it. */
  readonly value: SyntaxNode;
  /** The outermost loop or function around it that does not have the declaration in it. */
  readonly repeater: SyntaxNode;
}

/** An array that grows by push is copied when it is full: V8 makes it half as large again, so all its stores come to three times the last. */
const growthCopies = 3;

/** With fewer, copies come to little more than what growing takes. */
const fewestRounds = 4 * growthCopies;

/** Methods that read and hand out no reference to the whole. */
const readers: readonly string[] = [
  'length',
  'at',
  'includes',
  'indexOf',
  'lastIndexOf',
  'some',
  'every',
  'find',
  'findIndex',
  'join',
  'has',
];

/** The assignments of a file that run again and again and make the new value of the old one, in source order. */
export function findAccumulations({ source }: RuleContext, bindings: Bindings): Accumulation[] {
  return source.nodesOf(['AssignmentExpression']).flatMap((assignment) => {
    const [target, assigned] = partsOf(assignment);
    const binding = bindings.of(target);
    if (binding === undefined || assigned === undefined || operatorOf(source, assignment) !== '=') return [];
    const repeater = repeaterBetween(binding.definition, assignment);
    const value = bare(assigned);
    const isOfItself = binding.references.some((reference) => contains(value, reference));
    return repeater === undefined || !isOfItself ? [] : [{ binding, assignment, value, repeater }];
  });
}

/** How many rounds each beginning of the variable saw, on average; undefined where the counts do not tell. */
export function roundsOf(context: RuleContext, { binding, assignment }: Accumulation): number | undefined {
  const executions = executionsOf(context, assignment);
  const beginnings = [binding.definition, ...assignmentsOf(binding).filter((target) => !isSameNode(target.parent, assignment))];
  const [first, ...others] = beginnings.map((node) => executionsOf(context, node));
  if (executions === undefined || first === undefined) return undefined;
  const beginningCount = others.reduce<number>((sum, count) => sum + (count ?? 0), first);
  return executions / Math.max(1, beginningCount);
}

/** What the person would not have allocated with an array that grows by itself; see the file's comment. */
export function savedByPush(weight: Weight, rounds: number): number {
  return weight.bytes * Math.max(0, 1 - (2 * growthCopies) / rounds);
}

/** What the person would not have allocated with one copy at the end. */
export function savedByOneCopy(weight: Weight, rounds: number): number {
  return weight.bytes * Math.max(0, 1 - 2 / rounds);
}

/** The weight of a copying expression and what is saved without it, where both are worth speaking of. */
export function weighCopies(
  context: RuleContext,
  node: SyntaxNode,
  rounds: number | undefined,
  savedOf: (weight: Weight, rounds: number) => number,
): Pick<RuleFinding, 'weight' | 'estimatedSavingBytes'> | undefined {
  const weight = context.weighLines('allocated', linesOf(context.source, node));
  if (weight === undefined || rounds === undefined || rounds < fewestRounds) return undefined;
  const estimatedSavingBytes = savedOf(weight, rounds);
  return context.weighBytes('allocated', estimatedSavingBytes) && { weight, estimatedSavingBytes };
}

/** Whether nobody could tell whether the old value grew or a new one took its place while it goes on. */
export function isUnshared(source: SourceFile, { binding, assignment, repeater }: Accumulation): boolean {
  return binding.references.every(
    (reference) => contains(assignment, reference) || !contains(repeater, reference) || isPlainRead(source, reference),
  );
}

/** Whether the growing begins and ends in one loop of one function, after which the variable may be used in any way. */
export function isOneLoop(source: SourceFile, { binding, assignment, repeater }: Accumulation): boolean {
  if (isFunction(repeater)) return false;
  const isHere = (node: SyntaxNode): boolean => isSameOrNone(enclosingFunction(binding.definition), enclosingFunction(node));
  return (
    isSameOrNone(enclosingLoop(binding.definition), enclosingLoop(repeater)) &&
    isHere(assignment) &&
    binding.references.every((reference) => isHere(reference) && (reference.from > repeater.from || isPlainRead(source, reference))) &&
    // A loop over the old value would never end if it grew.
    !binding.references.some(({ parent }) => parent?.name === 'ForOfSpec' && contains(parent.parent ?? parent, assignment)) &&
    assignmentsOf(binding).every((target) => isSameNode(target.parent, assignment))
  );
}

/** `name.length`, `name[i]`, `name.includes(x)`, `for (... of name)`: nobody keeps the value itself. */
export function isPlainRead(source: SourceFile, reference: SyntaxNode): boolean {
  const { parent } = reference;
  if (parent?.name === 'ForOfSpec') return !isSameNode(partsOf(parent)[0], reference);
  if (parent?.name !== 'MemberExpression' || !isSameNode(parent.firstChild, reference)) return false;
  if (parent.parent?.name === 'AssignmentExpression' && isSameNode(parent.parent.firstChild, parent)) return false;
  const property = parent.getChild('PropertyName');
  return property === null || readers.includes(source.textOf(property));
}

function isSameOrNone(a: SyntaxNode | undefined, b: SyntaxNode | undefined): boolean {
  return a === b || isSameNode(a, b);
}
