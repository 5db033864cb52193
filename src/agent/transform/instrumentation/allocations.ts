/** Says which expressions allocate, and how: from their form, the names in them, and where these names come from. */

import type { Variable } from 'eslint-scope';
import type { CallExpression, MemberExpression } from 'acorn';
import type { SiteKind } from '../../../protocol/instrumentation.ts';
import {
  allocatingFunctions,
  allocatingMethods,
  allocatingStatics,
  growingMethods,
  iterableClasses,
  iterableResults,
  objectResults,
  runtimeObjects,
  sourceReadingModules,
  stableGlobals,
} from './allocationNames.ts';
import type { Scopes } from './scopes.ts';
import type { Node } from './syntax.ts';
import { propertyName } from './syntax.ts';

/** Where a name comes from. */
type Origin = 'package' | 'sourceReading' | 'user' | 'other';

/** How far initialisers are followed. */
const maxDepth = 6;

export class Allocations {
  readonly #scopes: Scopes;
  readonly #isUserImport: (specifier: string) => boolean;
  readonly #marksRequire: boolean;
  readonly #containers: ReadonlySet<string>;
  readonly #origins = new Map<Variable, Origin>();
  readonly #strings = new Map<Variable, boolean>();
  /** A long chain of calls asks for each of its links again and again. */
  readonly #callKinds = new Map<Node, SiteKind | undefined>();

  /**
   * @param marksRequire whether `require` may be moved into a marker in this file.
   * @param containers private names (without #) whose fields start as an array, a map or a set.
   */
  constructor(scopes: Scopes, isUserImport: (specifier: string) => boolean, marksRequire: boolean, containers: ReadonlySet<string>) {
    this.#scopes = scopes;
    this.#isUserImport = isUserImport;
    this.#marksRequire = marksRequire;
    this.#containers = containers;
  }

  /** How the expression itself, at its outermost, allocates; undefined: it does not, or it is not known to. */
  kindOf(node: Node): SiteKind | undefined {
    switch (node.type) {
      case 'ArrayExpression':
      case 'ObjectExpression':
        return 'literal';
      case 'TemplateLiteral':
        return node.expressions.length > 0 ? 'literal' : undefined;
      case 'Literal':
        return node.regex === undefined ? undefined : 'literal';
      case 'NewExpression':
        return this.#originOf(node.callee) === 'package' ? 'packageCall' : 'new';
      case 'BinaryExpression':
        return node.operator === '+' && this.isString(node) && !isConstantText(node) ? 'literal' : undefined;
      case 'AssignmentExpression':
        return this.#kindOfAssignment(node);
      case 'ChainExpression':
        return this.kindOf(node.expression);
      case 'CallExpression': {
        if (this.#callKinds.has(node)) return this.#callKinds.get(node);
        const kind = this.#kindOfCall(node);
        this.#callKinds.set(node, kind);
        return kind;
      }
      default:
        return undefined;
    }
  }

  #kindOfAssignment(node: Node & { type: 'AssignmentExpression' }): SiteKind | undefined {
    if (node.operator !== '+=') return undefined;
    if (node.left.type === 'Identifier') return this.isString(node.left) || this.isString(node.right) ? 'literal' : undefined;
    return node.left.type === 'MemberExpression' && this.isString(node.right) ? 'literal' : undefined;
  }

  #kindOfCall(node: CallExpression): SiteKind | undefined {
    const { callee } = node;
    if (callee.type === 'Super') return undefined;
    if (callee.type === 'Identifier') {
      const binding = this.#scopes.bindingOf(callee);
      if (binding.kind === 'outer' && binding.variable === undefined) {
        if (callee.name === 'require') return this.#marksRequire && isConstantArgument(node) ? 'packageCall' : undefined;
        return allocatingFunctions.has(callee.name) ? 'call' : undefined;
      }
      return this.#originOf(callee) === 'package' ? 'packageCall' : undefined;
    }
    if (callee.type !== 'MemberExpression') return this.#originOf(callee) === 'package' ? 'packageCall' : undefined;
    return this.#kindOfMethodCall(callee);
  }

  #kindOfMethodCall(callee: MemberExpression): SiteKind | undefined {
    const { object } = callee;
    if (object.type === 'Super') return undefined;
    const name = propertyName(callee.property, callee.computed);
    const globalName = this.#globalName(object);
    if (globalName !== undefined) {
      if (runtimeObjects.has(globalName)) return 'packageCall';
      if (name !== undefined && allocatingStatics.has(`${globalName}.${name}`)) return 'call';
      if (globalName === 'Math' || globalName === 'Atomics') return undefined;
    }
    const origin = this.#originOf(callee);
    if (origin === 'package') return 'packageCall';
    if (origin === 'sourceReading') return undefined;
    if (this.startsWithAllocation(object)) return 'call';
    if (name === undefined || object.type === 'ThisExpression') return undefined;
    if (growingMethods.has(name)) return 'grow';
    return allocatingMethods.has(name) ? 'call' : undefined;
  }

  /** `Error.stackTraceLimit` */
  isTraceLimit(node: Node): boolean {
    if (node.type !== 'MemberExpression' || node.computed || node.optional || propertyName(node.property, false) !== 'stackTraceLimit')
      return false;
    return node.object.type === 'Identifier' && node.object.name === 'Error' && this.#globalName(node.object) === 'Error';
  }

  /** `assert(x)`, `assert.ok(x)`: node:assert reads the text of the call from the file. */
  showsSource(node: CallExpression): boolean {
    if (node.arguments.length > 1) return false;
    const { callee } = node;
    if (callee.type === 'MemberExpression') {
      const name = propertyName(callee.property, callee.computed);
      if (name !== 'ok' && name !== 'strict') return false;
    } else if (callee.type !== 'Identifier' && callee.type !== 'CallExpression') return false;
    return this.#originOf(callee) === 'sourceReading' || this.#isPartOfSourceReading(callee);
  }

  /** `ok` of `const { ok } = assert`. */
  #isPartOfSourceReading(callee: Node): boolean {
    if (callee.type !== 'Identifier') return false;
    const binding = this.#scopes.bindingOf(callee);
    const [definition] = binding.kind === 'unknown' ? [] : (binding.variable?.defs ?? []);
    if (definition?.type !== 'Variable') return false;
    const { init } = definition.node as unknown as Node & { type: 'VariableDeclarator' };
    return init?.type === 'Identifier' && this.#originOf(init) === 'sourceReading';
  }

  /** A receiver that is made on the spot goes with the call, for an error would name it: `[].x is not a function`. */
  startsWithAllocation(node: Node): boolean {
    let current: Node = node;
    for (;;) {
      if (current.type === 'MemberExpression') current = current.object;
      else if (current.type === 'CallExpression') {
        if (this.kindOf(current) !== undefined) return true;
        current = current.callee;
      } else return this.kindOf(current) !== undefined;
    }
  }

  /** The name of a global of the language or the runtime, where the node is one. */
  #globalName(node: Node): string | undefined {
    if (node.type !== 'Identifier') return undefined;
    const binding = this.#scopes.bindingOf(node);
    return binding.kind === 'outer' && binding.variable === undefined && (stableGlobals.has(node.name) || runtimeObjects.has(node.name))
      ? node.name
      : undefined;
  }

  /** Whether reading this member runs no code of the program and can't fail: a method of a global object. */
  isStableMember(node: MemberExpression): boolean {
    return (
      !node.computed &&
      node.object.type === 'Identifier' &&
      node.object.name !== 'undefined' &&
      stableGlobals.has(node.object.name) &&
      this.#globalName(node.object) !== undefined
    );
  }

  /** Whether what it gives can be iterated whatever it is given, so that no message can say that it can't. */
  isIterable(node: Node): boolean {
    switch (node.type) {
      case 'ArrayExpression':
      case 'TemplateLiteral':
        return true;
      case 'BinaryExpression':
      case 'AssignmentExpression':
        // Strings.
        return this.kindOf(node) !== undefined;
      case 'NewExpression':
        return node.callee.type === 'Identifier' && iterableClasses.has(node.callee.name) && this.#globalName(node.callee) !== undefined;
      case 'CallExpression':
        return iterableResults.has(this.#calledName(node));
      default:
        return false;
    }
  }

  /** Whether it never gives null or undefined. */
  isObject(node: Node): boolean {
    if (node.type !== 'CallExpression') return node.type !== 'ChainExpression';
    return this.requiredSpecifier(node) !== undefined || objectResults.has(this.#calledName(node));
  }

  /** 'split' for `x.split(…)`, 'Object.keys' for a method of a global object, else ''. */
  #calledName(node: CallExpression): string {
    const { callee } = node;
    if (callee.type !== 'MemberExpression' || callee.object.type === 'Super') return '';
    const name = propertyName(callee.property, callee.computed) ?? '';
    const globalName = this.#globalName(callee.object);
    return globalName === undefined ? name : `${globalName}.${name}`;
  }

  /** `this.#items` where the class starts the field as an array, a map or a set. */
  isPrivateContainer(node: Node): boolean {
    return (
      node.type === 'MemberExpression' &&
      node.object.type === 'ThisExpression' &&
      node.property.type === 'PrivateIdentifier' &&
      this.#containers.has(node.property.name)
    );
  }

  /** Whether the value is, as far as one can tell from the text, a string. */
  isString(node: Node, depth = 0): boolean {
    if (depth > maxDepth) return false;
    switch (node.type) {
      case 'Literal':
        return typeof node.value === 'string';
      case 'TemplateLiteral':
        return true;
      case 'BinaryExpression':
        return (
          node.operator === '+' &&
          node.left.type !== 'PrivateIdentifier' &&
          // The right one first: in a long chain the left one is as deep as the chain is long.
          (this.isString(node.right, depth + 1) || this.#isStringChain(node.left, depth + 1))
        );
      case 'ConditionalExpression':
        return this.isString(node.consequent, depth + 1) && this.isString(node.alternate, depth + 1);
      case 'Identifier': {
        const binding = this.#scopes.bindingOf(node);
        return binding.kind !== 'unknown' && binding.variable !== undefined && this.#isStringVariable(binding.variable, depth);
      }
      default:
        return false;
    }
  }

  #isStringChain(node: Node, depth: number): boolean {
    let current = node;
    while (current.type === 'BinaryExpression' && current.operator === '+') {
      if (this.isString(current.right, depth)) return true;
      current = current.left;
    }
    return this.isString(current, depth);
  }

  #isStringVariable(variable: Variable, depth: number): boolean {
    const known = this.#strings.get(variable);
    if (known !== undefined) return known;
    // Its own appearance in what is assigned to it says nothing.
    this.#strings.set(variable, false);
    const initialiser = initialiserOf(variable);
    const result =
      initialiser !== undefined &&
      this.isString(initialiser, depth + 1) &&
      variable.references.every((use) => {
        if (!use.isWrite() || use.init === true || use.isRead()) return true;
        return use.writeExpr !== null && use.writeExpr !== undefined && this.isString(use.writeExpr as unknown as Node, depth + 1);
      });
    this.#strings.set(variable, result);
    return result;
  }

  /** What a callee's leftmost name was imported from, also through what packages returned. */
  #originOf(node: Node, depth = 0): Origin {
    let current: Node = node;
    while (depth <= maxDepth) {
      switch (current.type) {
        case 'MemberExpression':
          current = current.object;
          break;
        case 'CallExpression': {
          const specifier = this.requiredSpecifier(current);
          if (specifier !== undefined) return this.#originOfSpecifier(specifier);
          current = current.callee;
          break;
        }
        case 'NewExpression':
          current = current.callee;
          break;
        case 'ChainExpression':
          current = current.expression;
          break;
        case 'AwaitExpression':
          current = current.argument;
          break;
        case 'ImportExpression':
          return current.source.type === 'Literal' ? this.#originOfSpecifier(String(current.source.value)) : 'other';
        case 'Identifier': {
          const binding = this.#scopes.bindingOf(current);
          if (binding.kind === 'unknown' || binding.variable === undefined) return 'other';
          return this.#originOfVariable(binding.variable, depth + 1);
        }
        default:
          return 'other';
      }
    }
    return 'other';
  }

  #originOfVariable(variable: Variable, depth: number): Origin {
    const known = this.#origins.get(variable);
    if (known !== undefined) return known;
    this.#origins.set(variable, 'other');
    const result = this.#findOrigin(variable, depth);
    this.#origins.set(variable, result);
    return result;
  }

  #findOrigin(variable: Variable, depth: number): Origin {
    const [definition] = variable.defs;
    if (variable.defs.length !== 1 || definition === undefined) return 'other';
    if (definition.type === 'ImportBinding') return this.#originOfSpecifier(String(definition.parent.source.value));
    if (definition.type !== 'Variable') return 'other';
    const declarator = definition.node as unknown as Node & { type: 'VariableDeclarator' };
    const { init } = declarator;
    if (init === null || init === undefined) return 'other';
    const usesModule = init.type === 'CallExpression' && this.requiredSpecifier(init) !== undefined;
    if (!usesModule && (definition.parent.kind !== 'const' || declarator.id.type !== 'Identifier')) return 'other';
    // What a call of a package returned is the package's own, what one of its properties holds may be anything.
    const made = init.type === 'AwaitExpression' ? init.argument : init;
    if (made.type !== 'CallExpression' && made.type !== 'NewExpression' && made.type !== 'ImportExpression' && !this.#isModuleMember(made))
      return 'other';
    return this.#originOf(init, depth);
  }

  /** `require('x').y`, `fs.promises`: a part of a module. */
  #isModuleMember(node: Node): boolean {
    return node.type === 'MemberExpression' && !node.computed;
  }

  #originOfSpecifier(specifier: string): Origin {
    if (sourceReadingModules.has(specifier)) return 'sourceReading';
    return this.#isUserImport(specifier) ? 'user' : 'package';
  }

  /** The module that a call of Node's `require` names; undefined for any other call. */
  requiredSpecifier(node: Node): string | undefined {
    if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier' || node.callee.name !== 'require') return undefined;
    const binding = this.#scopes.bindingOf(node.callee);
    const [argument] = node.arguments;
    if (binding.kind !== 'outer' || argument?.type !== 'Literal' || typeof argument.value !== 'string') return undefined;
    return argument.value;
  }

  /** `a` in `a[i] = v` where `a` starts as `[]` or `{}`: an array or a dictionary that grows by being assigned to. */
  isGrowingStore(target: MemberExpression): boolean {
    const { object } = target;
    if (!target.computed || object.type !== 'Identifier') return false;
    const binding = this.#scopes.bindingOf(object);
    if (binding.kind === 'unknown' || binding.variable === undefined) return false;
    const initialiser = initialiserOf(binding.variable);
    if (initialiser === undefined) return false;
    if (initialiser.type === 'ArrayExpression') return initialiser.elements.length === 0;
    if (initialiser.type === 'ObjectExpression') return initialiser.properties.length === 0;
    return initialiser.type === 'CallExpression' && initialiser.callee.type === 'MemberExpression' && isObjectCreate(initialiser.callee);
  }
}

function isObjectCreate(callee: MemberExpression): boolean {
  return (
    callee.object.type === 'Identifier' && callee.object.name === 'Object' && propertyName(callee.property, callee.computed) === 'create'
  );
}

function initialiserOf(variable: Variable): Node | undefined {
  const [definition] = variable.defs;
  if (variable.defs.length !== 1 || definition?.type !== 'Variable') return undefined;
  const declarator = definition.node as unknown as Node & { type: 'VariableDeclarator' };
  return declarator.id.type === 'Identifier' ? (declarator.init ?? undefined) : undefined;
}

/** V8 joins these when it compiles. */
function isConstantText(node: Node): boolean {
  let current = node;
  while (current.type === 'BinaryExpression' && current.operator === '+') {
    if (current.right.type !== 'Literal') return false;
    current = current.left;
  }
  return current.type === 'Literal';
}

function isConstantArgument(node: CallExpression): boolean {
  return node.arguments.length === 1 && node.arguments[0]?.type === 'Literal';
}
