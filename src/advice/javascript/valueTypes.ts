/**
 * What an expression's value surely is, by its syntax and the declarations of the names in it.
 */

import type { SyntaxNode } from '@lezer/common';
import type { SourceFile } from '../sourceFile.ts';
import { assignmentsOf, constructedName, isUpdate, type Binding, type Bindings } from './bindings.ts';
import { bare, methodCallOf, operatorOf, partsOf } from './javascriptSyntax.ts';

/** What a number fits in; each also fits in all that follow. */
export type NumberKind = 'Uint8' | 'Int32' | 'Float64';

const numberKinds: readonly NumberKind[] = ['Uint8', 'Int32', 'Float64'];
const arrayMakers: readonly string[] = ['Array.from', 'Array.of', 'Object.keys', 'Object.values', 'Object.entries'];
/** Of strings and arrays alike they give arrays; a typed array's `map`, `filter` and `slice` do not. */
const arrayMethods: readonly string[] = ['split', 'flatMap', 'flat', 'toSorted', 'toReversed'];
const arrayKeepers: readonly string[] = ['map', 'filter', 'slice', 'concat', 'sort', 'reverse', 'splice'];
const numberFunctions: readonly string[] = ['Number', 'parseInt', 'parseFloat'];
const numberCalls: readonly string[] = ['Date.now', 'performance.now', 'Number.parseInt', 'Number.parseFloat'];
const numberMethods: readonly string[] = ['charCodeAt', 'codePointAt', 'indexOf', 'getTime'];

/** What is known of variables, kept for all questions about a file: one that is given thousands of values is asked about once for each. */
interface Answers<Answer> {
  readonly final: Map<Binding, Answer | undefined>;
  /** While one is being worked out: that nothing speaks against it, and what follows from that. */
  readonly tentative: Map<Binding, Answer>;
}

/** All that a variable is ever given. */
interface GivenValues {
  /** By its declaration and by `=`. */
  readonly expressions: readonly SyntaxNode[];
  /** `x++`, `x += y` and the like. */
  readonly steps: readonly SyntaxNode[];
}

/** Whether it surely is an Array (a typed array is none). */
export function isArray(source: SourceFile, bindings: Bindings, expression: SyntaxNode): boolean {
  const node = bare(expression);
  const follow = (inner: SyntaxNode): boolean => isArray(source, bindings, inner);
  if (node.name === 'ArrayExpression' || constructedName(source, node) === 'Array') return true;
  if (node.name === 'VariableName') {
    return (
      ask(
        source.derived(arrayAnswers),
        bindings,
        node,
        true,
        ({ expressions, steps }) => steps.length === 0 && expressions.every(follow),
      ) ?? false
    );
  }
  if (node.name !== 'CallExpression') return false;
  const callee = node.firstChild === null ? '' : source.textOf(node.firstChild);
  if (callee === 'Array' || arrayMakers.includes(callee)) return true;
  const method = methodCallOf(source, node);
  if (method === undefined) return false;
  return arrayMethods.includes(method.name) || (arrayKeepers.includes(method.name) && follow(method.receiver));
}

/** Whether it surely is a string. */
export function isString(source: SourceFile, bindings: Bindings, expression: SyntaxNode): boolean {
  const node = bare(expression);
  const follow = (inner: SyntaxNode): boolean => isString(source, bindings, inner);
  if (node.name === 'String' || node.name === 'TemplateString') return true;
  if (node.name === 'VariableName') {
    const isAdding = (step: SyntaxNode): boolean => operatorOf(source, step) === '+=';
    return (
      ask(
        source.derived(stringAnswers),
        bindings,
        node,
        true,
        ({ expressions, steps }) => expressions.every(follow) && steps.every(isAdding),
      ) ?? false
    );
  }
  return node.name === 'BinaryExpression' && operatorOf(source, node) === '+' && partsOf(node).some(follow);
}

/**
 * What the number fits in, where it surely is one; BigInts are not thought of where nothing tells them from numbers, as in `a * b`.
 * A counter that goes up by small steps stays below 2 ** 31: it would take longer to get there than programs are profiled.
 */
export function numberKindOf(source: SourceFile, bindings: Bindings, expression: SyntaxNode): NumberKind | undefined {
  const node = bare(expression);
  const follow = (inner: SyntaxNode | undefined): NumberKind | undefined =>
    inner === undefined ? undefined : numberKindOf(source, bindings, inner);
  switch (node.name) {
    case 'Number':
      return kindOfLiteral(source.textOf(node));
    case 'UnaryExpression':
      return kindOfUnary(source, node, follow);
    case 'BinaryExpression':
      return kindOfBinary(operatorOf(source, node), partsOf(node).map(follow));
    case 'ConditionalExpression':
      return widest(partsOf(node).slice(1).map(follow));
    case 'VariableName':
      return ask(source.derived(numberAnswers), bindings, node, 'Uint8', ({ expressions, steps }) =>
        widest([...expressions.map(follow), ...steps.map((step) => stepKindOf(source, step, follow))]),
      );
    case 'MemberExpression':
      return node.getChild('PropertyName') !== null && /\.length$/.test(source.textOf(node)) ? 'Float64' : undefined;
    case 'CallExpression':
      return kindOfCall(source, node);
    default:
      return undefined;
  }
}

/** What is stored by `x++` or `x += y`, be it in a variable or in an item of an array. */
export function stepKindOf(
  source: SourceFile,
  step: SyntaxNode,
  kindOf: (operand: SyntaxNode) => NumberKind | undefined,
): NumberKind | undefined {
  if (isUpdate(step)) return 'Int32';
  const operand = partsOf(step)[1];
  const kind = operand === undefined ? undefined : kindOf(operand);
  const operator = operatorOf(source, step)?.slice(0, -1);
  if ((operator === '+' || operator === '-') && kind === 'Uint8') return 'Int32';
  return kind === undefined ? undefined : kindOfBinary(operator, [kind, kind]);
}

/** The narrowest kind that all fit in; undefined when one is no number. */
export function widest(kinds: readonly (NumberKind | undefined)[]): NumberKind | undefined {
  if (kinds.length === 0 || kinds.includes(undefined)) return undefined;
  return numberKinds[Math.max(...kinds.map((kind) => numberKinds.indexOf(kind as NumberKind)))];
}

function noAnswers<Answer>(): Answers<Answer> {
  return { final: new Map(), tentative: new Map() };
}

function arrayAnswers(): Answers<boolean> {
  return noAnswers();
}

function stringAnswers(): Answers<boolean> {
  return noAnswers();
}

function numberAnswers(): Answers<NumberKind | undefined> {
  return noAnswers();
}

/** Asks once about each variable; undefined for what is given values that are not seen: parameters, patterns, loops. */
function ask<Answer>(
  { final, tentative }: Answers<Answer>,
  bindings: Bindings,
  name: SyntaxNode,
  meanwhile: Answer,
  answer: (given: GivenValues) => Answer,
): Answer | undefined {
  const binding = bindings.of(name);
  if (binding === undefined || final.has(binding)) return binding && final.get(binding);
  if (tentative.has(binding)) return tentative.get(binding);
  const given = givenValues(binding);
  if (given === undefined) return undefined;
  const isFirst = tentative.size === 0;
  tentative.set(binding, meanwhile);
  const answered = answer(given);
  tentative.set(binding, answered);
  if (isFirst) {
    final.set(binding, answered);
    tentative.clear();
  }
  return answered;
}

function givenValues(binding: Binding): GivenValues | undefined {
  if (binding.initializer === undefined) return undefined;
  const expressions = [binding.initializer];
  const steps: SyntaxNode[] = [];
  for (const { parent } of assignmentsOf(binding)) {
    if (parent === null || (parent.name !== 'AssignmentExpression' && !isUpdate(parent))) return undefined;
    const value = parent.getChild('Equals') === null ? undefined : partsOf(parent)[1];
    if (value === undefined) steps.push(parent);
    else expressions.push(value);
  }
  return { expressions, steps };
}

function kindOfLiteral(text: string): NumberKind | undefined {
  if (/n$/.test(text) && !/^0x/i.test(text)) return undefined;
  const value = Number(text.replaceAll('_', ''));
  if (!Number.isInteger(value) || value > 2 ** 31 - 1) return 'Float64';
  return value <= 255 ? 'Uint8' : 'Int32';
}

function kindOfUnary(
  source: SourceFile,
  node: SyntaxNode,
  follow: (node: SyntaxNode | undefined) => NumberKind | undefined,
): NumberKind | undefined {
  const operator = source.textOf(node)[0];
  const kind = follow(partsOf(node).at(-1));
  if (operator === '+') return kind ?? 'Float64';
  if (operator === '~') return kind === undefined ? undefined : 'Int32';
  // Minus nought is no integer to V8, nor to a typed array of integers.
  return operator === '-' && kind !== undefined ? 'Float64' : undefined;
}

function kindOfBinary(operator: string | undefined, kinds: readonly (NumberKind | undefined)[]): NumberKind | undefined {
  const isKnown = kinds.some((kind) => kind !== undefined);
  switch (operator) {
    case '&':
    case '|':
    case '^':
    case '<<':
    case '>>':
      return isKnown ? 'Int32' : undefined;
    case '-':
    case '*':
    case '/':
    case '%':
    case '**':
    case '>>>':
      return 'Float64';
    case '+':
      return kinds.every((kind) => kind !== undefined) ? 'Float64' : undefined;
    default:
      return undefined;
  }
}

function kindOfCall(source: SourceFile, call: SyntaxNode): NumberKind | undefined {
  const callee = call.firstChild === null ? '' : source.textOf(call.firstChild);
  if (/^Math\.\w+$/.test(callee)) return callee === 'Math.imul' || callee === 'Math.clz32' ? 'Int32' : 'Float64';
  if (numberFunctions.includes(callee) || numberCalls.includes(callee)) return 'Float64';
  const name = methodCallOf(source, call)?.name;
  return name !== undefined && numberMethods.includes(name) ? 'Float64' : undefined;
}
