/**
 * What the names of a file mean, and which of them may be handed to a marker by value.
 *
 * The scope analysis is eslint-scope's. What it leaves out is added here: functions that sloppy code declares in blocks (Annex B of the
 * language), direct eval and `with`, which make a name's meaning unknown before the program runs.
 */

import { analyze } from 'eslint-scope';
import type { Reference, Scope, Variable } from 'eslint-scope';
import type { ClassDeclaration } from 'acorn';
import type { Node, Program, Range } from './syntax.ts';
import { isInside } from './syntax.ts';

/** The function (or class field, or static block) around an expression. */
export interface FunctionFrame {
  readonly node: Node;
  readonly parent: FunctionFrame | undefined;
  /** From this offset on the function can be called at the earliest: where it is written, or where a declaration is hoisted to. */
  readonly callableFrom: number;
}

export type Binding =
  /** Means the same at the end of the file: of the file's top level, of the global scope, or passed in by Node's wrapper. */
  | { readonly kind: 'outer'; readonly variable: Variable | undefined }
  | { readonly kind: 'local'; readonly variable: Variable }
  /** A local one of which nothing more is known. */
  | { readonly kind: 'unknown' };

const unknownBinding: Binding = { kind: 'unknown' };

export class Scopes {
  readonly #references = new Map<unknown, Reference>();
  readonly #blockFunctionNames = new Set<string>();
  readonly #dynamicRanges: Range[] = [];
  readonly #top: Scope | null;
  readonly #global: Scope | null;

  constructor(program: Program, format: 'commonjs' | 'module') {
    // Optimistic: names are resolved as if there were no eval; where there is, isDynamic and isMovable say so.
    const manager = analyze(program as never, { ecmaVersion: 2025, sourceType: format, optimistic: true });
    this.#global = manager.globalScope;
    this.#top = manager.globalScope?.childScopes[0] ?? null;
    for (const scope of manager.scopes) this.#index(scope);
  }

  #index(scope: Scope): void {
    for (const reference of scope.references) {
      this.#references.set(reference.identifier, reference);
      if (reference.identifier.name === 'eval') this.#addDynamic(scope.variableScope.block);
    }
    if (scope.type === 'with') this.#addDynamic(scope.block);
    // Sloppy code sees a block's functions in the function around it as well.
    if (scope.isStrict || (scope.type !== 'block' && scope.type !== 'switch')) return;
    for (const variable of scope.variables) {
      if (variable.defs.some((definition) => definition.type === 'FunctionName')) this.#blockFunctionNames.add(variable.name);
    }
  }

  #addDynamic(block: unknown): void {
    this.#dynamicRanges.push(rangeOf(block));
  }

  /** Whether direct eval or `with` can change what names mean here. */
  isDynamic(range: Range): boolean {
    return this.#dynamicRanges.some((dynamic) => isInside(range, dynamic));
  }

  /** Whether the whole file is so. */
  get isFullyDynamic(): boolean {
    const top = this.#top;
    return top !== null && this.isDynamic(rangeOf(top.block));
  }

  bindingOf(identifier: Node & { readonly type: 'Identifier' }): Binding {
    if (this.#blockFunctionNames.has(identifier.name)) return unknownBinding;
    const reference = this.#references.get(identifier);
    if (reference === undefined) return unknownBinding;
    const variable = reference.resolved;
    if (variable === null) return { kind: 'outer', variable: undefined };
    const outer = this.#outsideOfClass(variable);
    if (outer.scope === this.#top || outer.scope === this.#global) return { kind: 'outer', variable: outer };
    return { kind: 'local', variable };
  }

  /** In its own body, a class has a name of its own, which means what the one outside does unless either can be read while the other is not set. */
  #outsideOfClass(variable: Variable): Variable {
    const [definition] = variable.defs;
    if (variable.scope.type !== 'class' || definition?.type !== 'ClassName') return variable;
    const { body } = definition.node as unknown as ClassDeclaration;
    const runsBefore = body.body.some((part) => part.type === 'StaticBlock' || (part.type === 'PropertyDefinition' && part.static));
    const outer = variable.scope.upper?.set.get(variable.name);
    return !runsBefore && outer?.defs[0]?.node === definition.node && this.isConstant(outer) ? outer : variable;
  }

  /** Where a name stands for the global of that name, in the order of the text. */
  globalReferences(name: string): Range[] {
    const ranges: Range[] = [];
    for (const { identifier, resolved } of this.#references.values()) {
      if (resolved === null && identifier.name === name) ranges.push(rangeOf(identifier));
    }
    return ranges.sort((first, second) => first.start - second.start);
  }

  /** Never assigned after its declaration, which is hoisted: reading it gives the same always. */
  isHoistedConstant(variable: Variable): boolean {
    return variable.defs.length === 1 && variable.defs[0]?.type === 'FunctionName' && !variable.references.some((use) => use.isWrite());
  }

  /** Whether it gives the same whenever it is read once it is initialised. */
  isConstant(variable: Variable): boolean {
    const [definition] = variable.defs;
    if (variable.defs.length !== 1 || definition === undefined) return false;
    if (variable.references.some((use) => use.isWrite() && use.init !== true)) return false;
    if (definition.type === 'FunctionName') return true;
    if (definition.type === 'ClassName') return true;
    return definition.type === 'Variable' && definition.parent.kind === 'const';
  }

  /**
   * Whether reading a local variable before `expression` runs gives what reading it at any moment within gives: it is initialised by
   * then, and nothing that can run within assigns it.
   */
  isMovable(variable: Variable, expression: Range, frame: FunctionFrame): boolean {
    if (variable.name === 'arguments' && variable.defs.length === 0) return variable.references.every((use) => !use.isWrite());
    if (!isInitialised(variable, expression, frame)) return false;
    const home = variable.scope.variableScope;
    const homeRange = rangeOf(variable.scope.block);
    if (this.#dynamicRanges.some((dynamic) => isInside(dynamic, homeRange))) return false;
    const isGenerator = (home.block as { generator?: boolean }).generator === true;
    const inHome = frame.node === (home.block as unknown);
    for (const use of variable.references) {
      if (!use.isWrite()) continue;
      if (use.from.variableScope !== home) return false;
      if (isGenerator && !inHome && use.init !== true) return false;
      const at = (use.identifier as unknown as Node).start;
      if (at >= expression.start && at < expression.end) return false;
    }
    return !isAliasedByArguments(variable, home);
  }
}

function rangeOf(node: unknown): Range {
  return node as Range;
}

/** In sloppy functions, `arguments[0] = x` assigns the first parameter. */
function isAliasedByArguments(variable: Variable, home: Scope): boolean {
  if (home.isStrict || !variable.defs.some((definition) => definition.type === 'Parameter')) return false;
  const special = home.set.get('arguments');
  return special !== undefined && special.references.length > 0;
}

function isInitialised(variable: Variable, expression: Range, frame: FunctionFrame): boolean {
  const [definition] = variable.defs;
  if (definition === undefined) return false;
  switch (definition.type) {
    case 'FunctionName':
      return true;
    case 'Parameter': {
      const body = (definition.node as unknown as { body: Range }).body;
      return expression.start >= body.start;
    }
    case 'CatchClause': {
      const body = (definition.node as unknown as { body: Range }).body;
      return expression.start >= body.start;
    }
    case 'ClassName':
      if (variable.scope.type === 'class') return expression.start >= (definition.node as unknown as { body: Range }).body.start;
      return isDeclaredBefore(variable, rangeOf(definition.node).end, expression, frame);
    case 'Variable': {
      if (definition.parent.kind === 'var') return true;
      const loop = variable.scope.block as unknown as Node;
      if (variable.scope.type === 'for' && (loop.type === 'ForOfStatement' || loop.type === 'ForInStatement')) {
        return isDeclaredBefore(variable, loop.body.start, expression, frame);
      }
      return isDeclaredBefore(variable, rangeOf(definition.node).end, expression, frame);
    }
    default:
      return false;
  }
}

/** Code that stands behind a declaration runs after it, unless a switch jumps over it or a hoisted function is called before. */
function isDeclaredBefore(variable: Variable, declarationEnd: number, expression: Range, frame: FunctionFrame): boolean {
  if (variable.scope.type === 'switch') return false;
  const home: unknown = variable.scope.variableScope.block;
  let inner: FunctionFrame | undefined;
  let current: FunctionFrame | undefined = frame;
  while (current !== undefined && current.node !== home) {
    inner = current;
    current = current.parent;
  }
  if (current === undefined) return false;
  return (inner === undefined ? expression.start : inner.callableFrom) >= declarationEnd;
}
