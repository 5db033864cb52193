/**
 * Whether a JavaScript function gives the same result for the same arguments and does nothing else, by its syntax alone: a function for
 * which a cache changes nothing. What is not known to be harmless is taken as harmful. Its arguments are plain values, as they are of every
 * function in a profile's `repeatedCalls`, so that reading them runs nobody's code.
 */

import type { SyntaxNode } from '@lezer/common';
import type { SourceFile } from '../sourceFile.ts';
import { assignmentsOf, constructedName, isUpdate, type Binding, type Bindings } from './bindings.ts';
import { bare, contains, isSameNode, methodCallOf, partsOf } from './javascriptSyntax.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const functions: readonly string[] = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunction'];

/** Functions of the language without effects. */
const globalFunctions = words(
  'BigInt Boolean Number String decodeURI decodeURIComponent encodeURI encodeURIComponent isFinite isNaN parseFloat parseInt',
);
const globalValues = words('Infinity NaN undefined');

/** The objects of the language whose members have no effects and give the same again, but for those that are named. */
const namespaces: Readonly<Record<string, readonly string[]>> = {
  Array: ['fromAsync'],
  JSON: [],
  Math: ['random'],
  Number: [],
  Object: ['assign', 'defineProperty', 'defineProperties', 'setPrototypeOf'],
  String: [],
};

/** What makes something new of its arguments. */
const constructors = words(
  'Array Error Float32Array Float64Array Int8Array Int16Array Int32Array Map RangeError RegExp Set String SyntaxError TypeError Uint8Array Uint8ClampedArray Uint16Array Uint32Array',
);

/** Methods of texts, numbers, arrays, Maps, Sets and regular expressions that only look at what they are called on. */
const readingMethods = words(
  'at charAt charCodeAt codePointAt concat endsWith entries every exec filter find findIndex findLast findLastIndex flat flatMap forEach get has includes indexOf isWellFormed join keys lastIndexOf map match matchAll normalize padEnd padStart reduce reduceRight repeat replace replaceAll search slice some split startsWith subarray substr substring test toExponential toFixed toLowerCase toPrecision toReversed toSorted toSpliced toString toUpperCase toWellFormed trim trimEnd trimStart valueOf values with',
);

/** Methods that change what they are called on: harmless on what the function itself has made. */
const changingMethods = words('add clear copyWithin delete fill pop push reverse set shift sort splice unshift');

/** Methods that give an array of their own, and those that give back what they are called on. */
const makingMethods = words('concat filter flat flatMap map slice split toReversed toSorted toSpliced');
const returningMethods = words('copyWithin fill reverse sort');
const makingFunctions = words('entries from keys of values');

/** What has effects, hands control out of the function, or reaches beyond it. */
const impure: readonly string[] = [
  'async',
  'Star',
  'this',
  'super',
  'delete',
  'using',
  'NewTarget',
  'ClassDeclaration',
  'ClassExpression',
  'DynamicImport',
  'ImportMeta',
  'FunctionDeclaration',
  'TaggedTemplateExpression',
  'WithStatement',
  'JSXElement',
];

/** Whether the function, its parameters given plain values, has no effects and depends on nothing but them. */
export function isPure(source: SourceFile, bindings: Bindings, definition: SyntaxNode): boolean {
  return new PurityCheck(source, bindings).isPure(definition);
}

class PurityCheck {
  readonly #source: SourceFile;
  readonly #bindings: Bindings;
  /** Where the functions start that are judged already, or are being judged: a function may call itself. */
  readonly #answers = new Map<number, boolean>();

  constructor(source: SourceFile, bindings: Bindings) {
    this.#source = source;
    this.#bindings = bindings;
  }

  isPure(definition: SyntaxNode): boolean {
    const known = this.#answers.get(definition.from);
    if (known !== undefined) return known;
    this.#answers.set(definition.from, true);
    const answer = this.#judge(definition);
    this.#answers.set(definition.from, answer);
    return answer;
  }

  #judge(definition: SyntaxNode): boolean {
    const inside = this.#source.nodesOf(impure, definition).filter((node) => !isSameNode(node, definition));
    const every = (types: readonly string[], holds: (node: SyntaxNode) => boolean): boolean =>
      this.#source.nodesOf(types, definition).every(holds);
    return (
      inside.length === 0 &&
      every(['ArrowFunction', 'FunctionExpression'], (node) => isSameNode(node, definition) || isArgument(node)) &&
      every(['Property'], (node) => node.getChild('ParamList') === null) &&
      every(['AssignmentExpression', 'PostfixExpression', 'UnaryExpression', 'ForOfSpec', 'ForInSpec'], (node) =>
        this.#isHarmlessWrite(node, definition),
      ) &&
      every(['CallExpression'], (node) => this.#isHarmlessCall(node, definition)) &&
      every(['NewExpression'], (node) => this.#isGlobal(constructedName(this.#source, node), constructors)) &&
      every(['VariableName'], (node) => this.#isHarmlessName(node, definition)) &&
      every(['PropertyDefinition'], (node) => this.#isHarmlessShorthand(node, definition))
    );
  }

  /** Whether a part of what the function itself has made is written, or a variable of its own. */
  #isHarmlessWrite(node: SyntaxNode, definition: SyntaxNode): boolean {
    const isAssignment = node.name === 'AssignmentExpression';
    const isLoop = node.name === 'ForOfSpec' || node.name === 'ForInSpec';
    if (!isAssignment && !isLoop && !isUpdate(node)) return true;
    if (isLoop && ['const', 'let', 'var'].some((word) => node.getChild(word) !== null)) return true;
    const [first] = partsOf(node);
    const target = first === undefined ? undefined : bare(first);
    if (target?.name === 'VariableName') return this.#isOwn(this.#bindings.of(target), definition);
    // What a pattern assigns would have to be looked at one by one.
    return target?.name === 'MemberExpression' && this.#isMade(target.firstChild, definition);
  }

  #isHarmlessCall(call: SyntaxNode, definition: SyntaxNode): boolean {
    const called = call.firstChild === null ? undefined : bare(call.firstChild);
    // Which function a name means is judged where names are; one of the function's own variables may be any.
    if (called?.name === 'VariableName') return this.#functionOf(this.#bindings.of(called)) !== undefined || this.#isUnbound(called);
    const method = methodCallOf(this.#source, call);
    if (method === undefined) return this.#isSpreadIntoNamespace(called);
    if (this.#isNamespace(method.receiver)) return true;
    return readingMethods.has(method.name) || (changingMethods.has(method.name) && this.#isMade(method.receiver, definition));
  }

  /** `Math.max(...values)`. */
  #isSpreadIntoNamespace(called: SyntaxNode | undefined): boolean {
    return called?.name === 'MemberExpression' && called.firstChild !== null && this.#isNamespace(called.firstChild);
  }

  /** One of its own, a harmless function, or a name of the file that is given a number or text once. */
  #isHarmlessName(name: SyntaxNode, definition: SyntaxNode): boolean {
    const binding = this.#bindings.of(name);
    const text = this.#source.textOf(name);
    if (binding === undefined) {
      if (globalValues.has(text) || globalFunctions.has(text)) return true;
      return this.#isHarmlessMember(name) || (constructors.has(text) && isConstructed(name));
    }
    if (this.#isOwn(binding, definition)) return true;
    const called = this.#functionOf(binding);
    if (called !== undefined) return isCallee(name) && this.isPure(called);
    return binding.initializer !== undefined && isConstant(binding.initializer) && assignmentsOf(binding).length === 0;
  }

  /** `{ name }`, which reads the variable. */
  #isHarmlessShorthand(node: SyntaxNode, definition: SyntaxNode): boolean {
    if (node.nextSibling !== null || node.prevSibling !== null || node.parent?.parent?.name !== 'ObjectExpression') return true;
    return this.#isHarmlessName(node, definition);
  }

  /** `Math` of `Math.PI` or `Math.max(...)`, but not of `Math.random()`. */
  #isHarmlessMember(name: SyntaxNode): boolean {
    const members = Object.hasOwn(namespaces, this.#source.textOf(name)) ? namespaces[this.#source.textOf(name)] : undefined;
    const { parent } = name;
    if (members === undefined || parent?.name !== 'MemberExpression' || !isSameNode(parent.firstChild, name)) return false;
    const property = parent.getChild('PropertyName');
    return property !== null && !members.includes(this.#source.textOf(property));
  }

  /** Whether it is such an object of the language: which of its members is named is judged where names are. */
  #isNamespace(node: SyntaxNode): boolean {
    return node.name === 'VariableName' && this.#isUnbound(node) && Object.hasOwn(namespaces, this.#source.textOf(node));
  }

  #isUnbound(name: SyntaxNode): boolean {
    return this.#bindings.of(name) === undefined;
  }

  #isGlobal(name: string | undefined, known: ReadonlySet<string>): boolean {
    return name !== undefined && known.has(name) && this.#bindings.all.every((binding) => binding.name !== name);
  }

  /** Whether it is one of the function's parameters or variables. */
  #isOwn(binding: Binding | undefined, definition: SyntaxNode): boolean {
    return binding !== undefined && contains(definition, binding.scope) && !functions.includes(binding.definition.parent?.name ?? '');
  }

  /** The function that a name stands for wherever it is used. */
  #functionOf(binding: Binding | undefined): SyntaxNode | undefined {
    if (binding === undefined || assignmentsOf(binding).length > 0) return undefined;
    const { initializer, definition } = binding;
    const found = initializer ?? definition.parent;
    return found !== null && functions.includes(found.name) ? found : undefined;
  }

  /** Whether the value is surely an object that the function made, in this call. */
  #isMade(node: SyntaxNode | null, definition: SyntaxNode): boolean {
    if (node === null) return false;
    const value = bare(node);
    if (value.name === 'ArrayExpression' || value.name === 'ObjectExpression' || value.name === 'NewExpression') return true;
    const method = methodCallOf(this.#source, value);
    if (method !== undefined) {
      if (this.#isNamespace(method.receiver)) return makingFunctions.has(method.name);
      return makingMethods.has(method.name) || (returningMethods.has(method.name) && this.#isMade(method.receiver, definition));
    }
    if (value.name !== 'VariableName') return false;
    const binding = this.#bindings.of(value);
    if (!this.#isOwn(binding, definition) || binding?.initializer === undefined || assignmentsOf(binding).length > 0) return false;
    const made = binding.initializer;
    return made.name !== 'VariableName' && this.#isMade(made, definition);
  }
}

/** Whether a function is handed to a call where it is written, as `map` takes it. */
function isArgument({ parent }: SyntaxNode): boolean {
  return parent?.name === 'ArgList' && parent.parent?.name === 'CallExpression';
}

/** Whether it is called where it is named, rather than handed on. */
function isCallee(name: SyntaxNode): boolean {
  return name.parent?.name === 'CallExpression' && isSameNode(name.parent.firstChild, name);
}

/** Whether it is named to make something new, or to ask what a value is. */
function isConstructed({ parent }: SyntaxNode): boolean {
  return parent?.name === 'NewExpression' || parent?.parent?.name === 'NewExpression' || parent?.name === 'BinaryExpression';
}

function isConstant(node: SyntaxNode): boolean {
  if (node.name === 'UnaryExpression') return node.lastChild?.name === 'Number';
  return ['Number', 'String', 'BooleanLiteral', 'null'].includes(node.name);
}
