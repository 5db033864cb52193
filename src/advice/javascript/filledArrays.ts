/**
 * Arrays of numbers, or of true and false, that are made by `new Array(count).fill(value)` and of which every use is seen: items are read
 * and stored by index, the length is read, and nothing else. A typed array does the same there.
 */

import type { SyntaxNode } from '@lezer/common';
import type { SourceFile } from '../sourceFile.ts';
import { assignmentsOf, constructedName, isUpdate, type Binding, type Bindings } from './bindings.ts';
import { bare, contains, isSameNode, methodCallOf, operatorOf, partsOf } from './javascriptSyntax.ts';
import { numberKindOf, stepKindOf, widest, type NumberKind } from './valueTypes.ts';

export interface FilledArray {
  readonly binding: Binding;
  /** `new Array(count).fill(value)`. */
  readonly made: SyntaxNode;
  /** What everything fits in that is ever stored. */
  readonly kind: NumberKind;
  /** What makes a typed array of it. */
  readonly newText: string;
  /** Whether nothing is stored past its end, where an array grows and a typed array does nothing. */
  readonly isBounded: boolean;
}

export function filledArrays(source: SourceFile, bindings: Bindings): FilledArray[] {
  return bindings.all.flatMap((binding) => {
    const made = binding.initializer;
    const fill = made === undefined ? undefined : methodCallOf(source, made);
    if (made === undefined || fill?.name !== 'fill' || fill.args.length !== 1) return [];
    const { receiver } = fill;
    const isArray = constructedName(source, receiver) === 'Array' || /^Array\s*\(/.test(source.textOf(receiver));
    const list = receiver.getChild('ArgList');
    const [length, ...others] = list === null ? [] : partsOf(list);
    const [value] = fill.args as [SyntaxNode];
    if (!isArray || length === undefined || others.length > 0 || binding.definition.parent?.parent?.name === 'ExportDeclaration') return [];
    const isBoolean = value.name === 'BooleanLiteral';
    const stored = binding.references.map((reference) => storedKind(source, bindings, reference, isBoolean));
    const kind = widest([isBoolean ? 'Uint8' : numberKindOf(source, bindings, value), ...stored]);
    if (kind === undefined) return [];
    const filled = isBoolean ? String(Number(source.textOf(value) === 'true')) : source.textOf(value);
    const newText = `new ${kind}Array(${source.textOf(length)})${filled === '0' ? '' : `.fill(${filled})`}`;
    const isBounded = binding.references.every((reference) => isWithin(source, bindings, reference, length));
    return [{ binding, made, kind, newText, isBounded }];
  });
}

/** What a use of the array stores in it; the least where it only reads; undefined for all that a typed array may not do alike. */
function storedKind(source: SourceFile, bindings: Bindings, reference: SyntaxNode, isBoolean: boolean): NumberKind | undefined {
  const member = reference.parent;
  if (member?.name === 'ForOfSpec') return isBoolean || isSameNode(partsOf(member)[0], reference) ? undefined : 'Uint8';
  if (member?.name !== 'MemberExpression' || !isSameNode(member.firstChild, reference) || member.getChild('?.') !== null) return undefined;
  const property = member.getChild('PropertyName');
  const use = member.parent;
  if (use === null) return undefined;
  const isTarget = use.name === 'AssignmentExpression' && isSameNode(use.firstChild, member);
  if (property !== null) return source.textOf(property) === 'length' && !isTarget && !isUpdate(use) ? 'Uint8' : undefined;
  if (isTarget) return assignedKind(source, bindings, use, isBoolean);
  if (isUpdate(use)) return isBoolean ? undefined : 'Int32';
  if (use.name === 'UnaryExpression' && source.textOf(use).startsWith('delete')) return undefined;
  // Called, it would be no number; an item that is destructured into is a store that is not looked at.
  if (use.name === 'CallExpression' && isSameNode(use.firstChild, member)) return undefined;
  if (/Pattern$/.test(use.name) || (/^For(?:Of|In)Spec$/.test(use.name) && isSameNode(partsOf(use)[0], member))) return undefined;
  return !isBoolean || isCondition(source, member) ? 'Uint8' : undefined;
}

function assignedKind(source: SourceFile, bindings: Bindings, assignment: SyntaxNode, isBoolean: boolean): NumberKind | undefined {
  const [, value] = partsOf(assignment);
  // As the value of another expression it would still be what was assigned, not what was stored.
  if (value === undefined || assignment.parent?.name !== 'ExpressionStatement') return undefined;
  const operator = operatorOf(source, assignment);
  if (isBoolean) return operator === '=' && bare(value).name === 'BooleanLiteral' ? 'Uint8' : undefined;
  const kindOf = (operand: SyntaxNode): NumberKind | undefined => numberKindOf(source, bindings, operand);
  return operator === '=' ? kindOf(value) : stepKindOf(source, assignment, kindOf);
}

/** Whether only the truth of the node counts. */
function isCondition(source: SourceFile, node: SyntaxNode): boolean {
  const { parent } = node;
  if (parent === null) return false;
  switch (parent.name) {
    case 'ParenthesizedExpression':
      return /^(?:If|While|Do)Statement$/.test(parent.parent?.name ?? '') || isCondition(source, parent);
    case 'UnaryExpression':
      return source.textOf(parent).startsWith('!');
    case 'ConditionalExpression':
      return isSameNode(parent.firstChild, node);
    case 'ForSpec':
      return true;
    case 'BinaryExpression':
      return /^(?:&&|\|\|)$/.test(operatorOf(source, parent) ?? '') && isCondition(source, parent);
    default:
      return false;
  }
}

/** Whether a use of the array is no store, or one at an index that is surely less than its length: of a counting loop, or a remainder. */
function isWithin(source: SourceFile, bindings: Bindings, reference: SyntaxNode, length: SyntaxNode): boolean {
  const member = reference.parent;
  const use = member?.parent;
  if (!member || !use || member.name !== 'MemberExpression' || member.getChild('PropertyName') !== null) return true;
  const isStore = isUpdate(use) || (use.name === 'AssignmentExpression' && isSameNode(use.firstChild, member));
  const [, index] = partsOf(member);
  if (!isStore || index === undefined) return !isStore;
  const isLength = (node: SyntaxNode | undefined): boolean => {
    const text = node === undefined ? '' : source.textOf(node);
    const isConstant = length.name === 'Number' || bindings.of(length)?.definition.parent?.getChild('const') != null;
    return text === `${source.textOf(reference)}.length` || (isConstant && text === source.textOf(length));
  };
  if (index.name === 'BinaryExpression') {
    const [dividend, divisor] = partsOf(index);
    return operatorOf(source, index) === '%' && isLength(divisor) && isWholeAndNotNegative(source, bindings, dividend);
  }
  const counter = bindings.of(index);
  const loop = counter?.scope.name === 'ForStatement' ? counter.scope.getChild('ForSpec') : null;
  const test = loop?.getChild('BinaryExpression');
  if (counter === undefined || !loop || !test || operatorOf(source, test) !== '<') return false;
  const [left, right] = partsOf(test);
  return (
    bindings.of(left) === counter &&
    isLength(right) &&
    isWholeAndNotNegative(source, bindings, index) &&
    assignmentsOf(counter).every((target) => contains(loop, target))
  );
}

/** Whether it surely is one of 0, 1, 2 and so on: any other index would be a property of an array, and nothing in a typed array. */
function isWholeAndNotNegative(
  source: SourceFile,
  bindings: Bindings,
  expression: SyntaxNode | undefined,
  asked: ReadonlySet<Binding> = new Set(),
): boolean {
  const node = expression && bare(expression);
  const follow = (inner: SyntaxNode | undefined): boolean => isWholeAndNotNegative(source, bindings, inner, asked);
  if (node?.name === 'Number') return /^[\d_]+$/.test(source.textOf(node));
  if (node?.name === 'MemberExpression') return source.textOf(node).endsWith('.length');
  if (node?.name === 'BinaryExpression') {
    const operator = operatorOf(source, node) ?? '';
    const [left, right] = partsOf(node);
    return operator === '>>>' || (['+', '*'].includes(operator) ? follow(left) && follow(right) : operator === '%' && follow(left));
  }
  const binding = node?.name === 'VariableName' ? bindings.of(node) : undefined;
  if (binding?.initializer === undefined) return false;
  if (asked.has(binding)) return true;
  const known = new Set([...asked, binding]);
  return [binding.initializer, ...assignmentsOf(binding)].every((given, index) => {
    const change = given.parent;
    if (index === 0 || change === null) return isWholeAndNotNegative(source, bindings, given, known);
    if (isUpdate(change)) return source.textOf(change).includes('++');
    const isKept = change.name === 'AssignmentExpression' && ['=', '+=', '*='].includes(operatorOf(source, change) ?? '');
    return isKept && isWholeAndNotNegative(source, bindings, partsOf(change)[1], known);
  });
}
