/**
 * Whether a Python function gives the same result for the same arguments and does nothing else, by its syntax alone: a function for which
 * a cache changes nothing. What is not known to be harmless is taken as harmful.
 */

import type { SyntaxNode } from '@lezer/common';
import type { SourceFile } from '../sourceFile.ts';
import {
  calleeName,
  childrenOf,
  definedName,
  enclosingFunction,
  isAssigned,
  isBinding,
  isBuiltin,
  methodCallOf,
  nameAssignment,
  usesOf,
} from './pythonSyntax.ts';

/** Builtins without side effects whose result, given numbers, texts and the like, can't be changed afterwards. */
const immutableBuiltins: ReadonlySet<string> = new Set(
  'abs all any ascii bin bool bytes chr complex divmod float format frozenset hash hex int isinstance len oct ord pow range repr round str sum tuple'.split(
    ' ',
  ),
);

/** Builtins without side effects whose result may be changed, or that hand on what they are given. */
const otherBuiltins: ReadonlySet<string> = new Set('dict enumerate list map max min filter reversed set sorted zip'.split(' '));

/** Methods of str and bytes that give str, bytes, numbers or tuples. */
const textMethods: ReadonlySet<string> = new Set(
  'capitalize casefold center count decode encode endswith expandtabs find format index isalnum isalpha isdigit islower isspace isupper join ljust lower lstrip partition removeprefix removesuffix replace rfind rindex rjust rpartition rstrip startswith strip swapcase title translate upper zfill bit_length hex'.split(
    ' ',
  ),
);

/** Methods that only look at what they are called on, or make something new of it. */
const readingMethods: ReadonlySet<string> = new Set('copy get items keys values split splitlines rsplit'.split(' '));

/** Methods that change what they are called on: harmless on what the function itself has made. */
const changingMethods: ReadonlySet<string> = new Set(
  'add append clear discard extend insert pop popleft remove reverse setdefault sort update'.split(' '),
);

/** Builtin exceptions, unless the file means something else by the name. */
const exceptionName = /^[A-Z]\w*(?:Error|Exception)$/;

/** What has effects, hands control out of the function, or reaches beyond it. */
const impure: readonly string[] = [
  'YieldStatement',
  'YieldExpression',
  'yield',
  'await',
  'async',
  'ScopeStatement',
  'ImportStatement',
  'LambdaExpression',
  'ClassDefinition',
  'DeleteStatement',
  'WithStatement',
  'TryStatement',
  'PrintStatement',
  'MatchStatement',
];

const mutableDisplays: readonly string[] = [
  'ArrayExpression',
  'ArrayComprehensionExpression',
  'DictionaryExpression',
  'DictionaryComprehensionExpression',
  'SetExpression',
  'SetComprehensionExpression',
  'ComprehensionExpression',
];

/** Whether the function has no effects and depends on nothing but its arguments. */
export function isPure(source: SourceFile, definition: SyntaxNode, assumed: ReadonlySet<string> = new Set()): boolean {
  const name = definedName(source, definition);
  const body = definition.getChild('Body');
  if (body === null || definition.getChild('async') !== null) return false;
  if (source.nodesOf(impure, body).length > 0 || source.nodesOf(['FunctionDefinition'], body).length > 0) return false;
  const known = new Set([...assumed, name]);
  const locals = localNames(source, definition);
  return (
    source.nodesOf(['CallExpression'], body).every((call) => isHarmlessCall(source, call, locals, known)) &&
    source.nodesOf(['MemberExpression'], body).every((member) => isHarmlessMember(source, member, locals)) &&
    source.nodesOf(['VariableName'], body).every((variable) => isHarmlessName(source, variable, locals, known))
  );
}

/** Whether everything that it returns is a number, a text or the like, so that callers can't change what a cache hands out again. */
export function returnsImmutable(source: SourceFile, definition: SyntaxNode): boolean {
  const returns = source.nodesOf(['ReturnStatement'], definition);
  return returns.every((statement) => {
    const value = statement.firstChild?.nextSibling;
    return value === null || value === undefined || isImmutable(source, value, definition, new Set());
  });
}

interface LocalNames {
  readonly all: ReadonlySet<string>;
  /** Bound to lists, dictionaries and the like that the function makes, and to nothing else. */
  readonly made: ReadonlySet<string>;
}

function localNames(source: SourceFile, definition: SyntaxNode): LocalNames {
  const all = new Set<string>();
  const other = new Set<string>();
  for (const variable of source.nodesOf(['VariableName'], definition)) {
    if (!isBinding(variable) || variable.parent?.from === definition.from) continue;
    const name = source.textOf(variable);
    all.add(name);
    const value = variable.parent === null ? undefined : nameAssignment(variable.parent)?.value;
    if (value === undefined || !(mutableDisplays.includes(value.name) || isCallOf(source, value, otherBuiltins))) other.add(name);
  }
  return { all, made: new Set([...all].filter((name) => !other.has(name))) };
}

function isHarmlessCall(source: SourceFile, call: SyntaxNode, locals: LocalNames, known: ReadonlySet<string>): boolean {
  const name = calleeName(source, call);
  if (name !== undefined && !name.includes('.')) {
    if (known.has(name)) return true;
    if (immutableBuiltins.has(name) || otherBuiltins.has(name) || exceptionName.test(name)) return isBuiltin(source, name);
    const definition = functionOf(source, name);
    return definition !== undefined && isPure(source, definition, known);
  }
  const method = methodCallOf(source, call);
  if (method === undefined) return false;
  if (isMath(source, method.receiver)) return true;
  if (textMethods.has(method.method) || readingMethods.has(method.method)) return true;
  return changingMethods.has(method.method) && locals.made.has(source.textOf(method.receiver));
}

/** A method that is called, a constant of math, or an item; assigned to only where the function made the object. */
function isHarmlessMember(source: SourceFile, member: SyntaxNode, locals: LocalNames): boolean {
  const { firstChild: receiver, parent } = member;
  if (receiver === null) return false;
  if (isAssigned(member)) return locals.made.has(source.textOf(receiver)) && member.getChild('PropertyName') === null;
  if (member.getChild('PropertyName') === null) return true;
  return isMath(source, receiver) || (parent?.name === 'CallExpression' && parent.firstChild?.from === member.from);
}

/** Its own, a harmless function, or a name of the module that is assigned a number or text once. */
function isHarmlessName(source: SourceFile, variable: SyntaxNode, locals: LocalNames, known: ReadonlySet<string>): boolean {
  const name = source.textOf(variable);
  if (locals.all.has(name) || known.has(name) || isKeyword(variable)) return true;
  if (isMath(source, variable)) return true;
  if (functionOf(source, name) !== undefined) return true; // Judged where it is called.
  if (immutableBuiltins.has(name) || otherBuiltins.has(name)) return isBuiltin(source, name);
  const bindings = usesOf(source, name).filter(isBinding);
  const value =
    bindings.length === 1 && bindings[0]?.parent?.parent?.name === 'Script' ? nameAssignment(bindings[0].parent)?.value : undefined;
  return (value !== undefined && isConstant(value)) || (bindings.length === 0 && exceptionName.test(name));
}

/** @param names variables whose values are being looked at: what they refer to themselves decides nothing */
function isImmutable(source: SourceFile, node: SyntaxNode, definition: SyntaxNode, names: ReadonlySet<string>): boolean {
  const inner = (child: SyntaxNode | null | undefined): boolean =>
    child !== null && child !== undefined && isImmutable(source, child, definition, names);
  if (isConstant(node)) return true;
  switch (node.name) {
    case 'ParenthesizedExpression':
      return inner(node.firstChild?.nextSibling);
    case 'TupleExpression':
      return childrenOf(node).every((child) => /^[(),]$/.test(child.name) || inner(child));
    case 'ConditionalExpression':
      return inner(node.firstChild) && inner(node.lastChild);
    case 'UnaryExpression':
      return node.getChild('not') !== null || inner(node.lastChild);
    case 'BinaryExpression':
      return node.getChild('CompareOp') !== null || (inner(node.firstChild) && inner(node.lastChild));
    case 'CallExpression': {
      const name = calleeName(source, node);
      if (name !== undefined && (immutableBuiltins.has(name) || name === definedName(source, definition))) return true;
      const method = methodCallOf(source, node);
      return method !== undefined && (isMath(source, method.receiver) || textMethods.has(method.method));
    }
    case 'VariableName': {
      const name = source.textOf(node);
      if (names.has(name)) return true;
      const bindings = usesOf(source, name, definition).filter(isBinding);
      const known = new Set([...names, name]);
      return bindings.length > 0 && bindings.every((binding) => isImmutableBinding(source, binding, definition, known));
    }
    default:
      return false;
  }
}

/** A parameter, as a cached function's arguments are hashable; what is assigned, added, or an item of what is immutable. */
function isImmutableBinding(source: SourceFile, binding: SyntaxNode, definition: SyntaxNode, names: ReadonlySet<string>): boolean {
  const { parent } = binding;
  if (parent?.name === 'ParamList') return true;
  const value =
    parent?.name === 'UpdateStatement'
      ? parent.lastChild
      : parent?.name === 'ForStatement'
        ? parent.getChild('in')?.nextSibling
        : parent === null
          ? null
          : nameAssignment(parent)?.value;
  return value !== null && value !== undefined && isImmutable(source, value, definition, names);
}

function isConstant(node: SyntaxNode): boolean {
  if (node.name === 'UnaryExpression') return node.lastChild?.name === 'Number';
  return ['Number', 'String', 'FormatString', 'ContinuedString', 'Boolean', 'None'].includes(node.name);
}

/** The one function of this name at the file's top level, if the name is bound to nothing else. */
function functionOf(source: SourceFile, name: string): SyntaxNode | undefined {
  const bindings = usesOf(source, name).filter(isBinding);
  const definition = bindings.length === 1 ? bindings[0]?.parent : null;
  return definition?.name === 'FunctionDefinition' && enclosingFunction(definition) === undefined ? definition : undefined;
}

function isCallOf(source: SourceFile, node: SyntaxNode, names: ReadonlySet<string>): boolean {
  return node.name === 'CallExpression' && names.has(calleeName(source, node) ?? '');
}

/** The module `math`, imported by its name. */
function isMath(source: SourceFile, node: SyntaxNode): boolean {
  return source.textOf(node) === 'math' && /^import math$/m.test(source.text) && usesOf(source, 'math').filter(isBinding).length === 1;
}

function isKeyword(variable: SyntaxNode): boolean {
  return variable.parent?.name === 'ArgList' && variable.nextSibling?.name === 'AssignOp';
}
