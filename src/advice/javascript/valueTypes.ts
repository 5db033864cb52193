/**
 * What an expression's value surely is, by its syntax and the declarations of the names in it.
 */

import type { SyntaxNode } from '@lezer/common';
import type { SourceFile } from '../sourceFile.ts';
import { assignmentsOf, constructedName, type Bindings } from './bindings.ts';
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
const numberMethods: readonly string[] = ['charCodeAt', 'codePointAt', 'indexOf', 'getTime', 'valueOf'];
/** How deep names and operands are followed. */
const maxDepth = 8;

/** Whether it surely is an Array (a typed array is none). */
export function isArray(source: SourceFile, bindings: Bindings, expression: SyntaxNode, depth = 0): boolean {
  const node = bare(expression);
  const follow = (inner: SyntaxNode): boolean => depth < maxDepth && isArray(source, bindings, inner, depth + 1);
  if (node.name === 'ArrayExpression' || constructedName(source, node) === 'Array') return true;
  if (node.name === 'VariableName') return allValuesOf(bindings, node)?.every(follow) ?? false;
  if (node.name !== 'CallExpression') return false;
  const callee = node.firstChild === null ? '' : source.textOf(node.firstChild);
  if (callee === 'Array' || arrayMakers.includes(callee)) return true;
  const method = methodCallOf(source, node);
  if (method === undefined) return false;
  return arrayMethods.includes(method.name) || (arrayKeepers.includes(method.name) && follow(method.receiver));
}

/** Whether it surely is a string. */
export function isString(source: SourceFile, bindings: Bindings, expression: SyntaxNode, depth = 0): boolean {
  const node = bare(expression);
  const follow = (inner: SyntaxNode): boolean => depth < maxDepth && isString(source, bindings, inner, depth + 1);
  if (node.name === 'String' || node.name === 'TemplateString') return true;
  if (node.name === 'VariableName') return allValuesOf(bindings, node)?.every(follow) ?? false;
  return node.name === 'BinaryExpression' && operatorOf(source, node) === '+' && partsOf(node).some(follow);
}

/**
 * What the number fits in, where it surely is one; BigInts are not thought of where nothing tells them from numbers, as in `a * b`.
 * A counter that goes up by one stays below 2 ** 31: it would take longer to get there than programs are profiled.
 */
export function numberKindOf(source: SourceFile, bindings: Bindings, expression: SyntaxNode, depth = 0): NumberKind | undefined {
  const node = bare(expression);
  const follow = (inner: SyntaxNode | undefined): NumberKind | undefined =>
    inner !== undefined && depth < maxDepth ? numberKindOf(source, bindings, inner, depth + 1) : undefined;
  switch (node.name) {
    case 'Number':
      return kindOfLiteral(source.textOf(node));
    case 'UnaryExpression':
      return kindOfUnary(source, node, follow);
    case 'BinaryExpression':
      return kindOfBinary(operatorOf(source, node), partsOf(node).map(follow));
    case 'ConditionalExpression':
      return widest(partsOf(node).slice(1).map(follow));
    case 'VariableName': {
      const values = allValuesOf(bindings, node);
      return values === undefined ? undefined : widest(values.map((value) => (isCounting(source, value) ? 'Int32' : follow(value))));
    }
    case 'MemberExpression':
      return node.getChild('PropertyName') !== null && /\.length$/.test(source.textOf(node)) ? 'Float64' : undefined;
    case 'CallExpression':
      return kindOfCall(source, node);
    default:
      return undefined;
  }
}

/** The narrowest kind that all fit in; undefined when one is no number. */
export function widest(kinds: readonly (NumberKind | undefined)[]): NumberKind | undefined {
  if (kinds.length === 0 || kinds.includes(undefined)) return undefined;
  return numberKinds[Math.max(...kinds.map((kind) => numberKinds.indexOf(kind as NumberKind)))];
}

/** All that a variable is ever given: expressions, and the nodes of `x++` and `x += y`; undefined for parameters, patterns and the like. */
function allValuesOf(bindings: Bindings, name: SyntaxNode): SyntaxNode[] | undefined {
  const binding = bindings.of(name);
  if (binding?.initializer === undefined) return undefined;
  const values = [binding.initializer];
  for (const { parent } of assignmentsOf(binding)) {
    const isPlain = parent?.name === 'AssignmentExpression';
    const value = isPlain && parent.getChild('Equals') !== null ? partsOf(parent)[1] : parent;
    if (!value || (!isPlain && !/^(?:Postfix|Unary)Expression$/.test(value.name))) return undefined;
    values.push(value);
  }
  return values;
}

/** `i++`, `i += 2`: of a number it makes one that is little larger. */
function isCounting(source: SourceFile, node: SyntaxNode): boolean {
  if (node.name === 'PostfixExpression' || node.name === 'UnaryExpression') return (node.getChild('ArithOp')?.to ?? 0) - node.from >= 2;
  if (node.name !== 'AssignmentExpression') return false;
  const [, step] = partsOf(node);
  return /^[+-]=$/.test(operatorOf(source, node) ?? '') && step?.name === 'Number' && kindOfLiteral(source.textOf(step)) === 'Uint8';
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
