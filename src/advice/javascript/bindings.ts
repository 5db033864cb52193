/**
 * Which variable a name stands for: every binding of a file with its references, by JavaScript's rules of scope.
 *
 * `var` and functions are not looked for in `eval` and `with`; a file that declares one name twice in one scope has one binding for both.
 */

import type { SyntaxNode } from '@lezer/common';
import type { SourceFile } from '../sourceFile.ts';
import { ancestorOf, bare, isFunction, isSameNode, partsOf } from './javascriptSyntax.ts';

export interface Binding {
  readonly name: string;
  /** A VariableDefinition. */
  readonly definition: SyntaxNode;
  /** The whole file, a function, a block or a loop. */
  readonly scope: SyntaxNode;
  /** What it is declared with: `= value`, without parentheses and types around it; absent for parameters, patterns, loops and imports. */
  readonly initializer?: SyntaxNode;
  /** Every other place where it is named, in source order. */
  readonly references: readonly SyntaxNode[];
}

export interface Bindings {
  readonly all: readonly Binding[];
  /** The variable of a VariableName, a VariableDefinition or a shorthand property; undefined for globals and anything else. */
  of(name: SyntaxNode | null | undefined): Binding | undefined;
}

interface FoundBinding extends Binding {
  readonly references: SyntaxNode[];
}

const patterns: readonly string[] = ['ArrayPattern', 'ObjectPattern', 'PatternProperty'];
const blocks: readonly string[] = ['Block', 'ForStatement', 'SwitchBody', 'CatchClause', 'ClassBody', 'Script'];

export function findBindings(source: SourceFile): Bindings {
  return source.derived(buildBindings);
}

function buildBindings(source: SourceFile): Bindings {
  const bindings = new Map<string, FoundBinding>();
  const key = (scope: SyntaxNode, name: string): string => `${scope.from} ${scope.to} ${scope.name} ${name}`;

  for (const definition of source.nodesOf(['VariableDefinition']).filter(isDefinition)) {
    const name = source.textOf(definition);
    const scope = scopeOf(definition);
    const known = bindings.get(key(scope, name));
    if (known !== undefined) {
      known.references.push(definition);
      continue;
    }
    const initializer = initializerOf(definition);
    bindings.set(key(scope, name), { name, definition, scope, references: [], ...(initializer ? { initializer } : {}) });
  }

  function resolve(node: SyntaxNode): FoundBinding | undefined {
    const name = source.textOf(node);
    for (let scope = isDefinition(node) ? scopeOf(node) : node.parent; scope !== null; scope = scope.parent) {
      const found = bindings.get(key(scope, name));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  for (const node of source.nodesOf(['VariableName', 'VariableDefinition', 'PropertyDefinition'])) {
    if (isReference(node)) resolve(node)?.references.push(node);
  }
  return { all: [...bindings.values()], of: (name) => (name && (isReference(name) || isDefinition(name)) ? resolve(name) : undefined) };
}

/** Where the binding itself gets another value: by `=`, `+=`, `++`, destructuring or as a loop's variable; declared again as well. */
export function assignmentsOf({ references }: Binding): SyntaxNode[] {
  return references.filter((reference) => {
    const { parent } = reference;
    if (reference.name === 'VariableDefinition') return true;
    if (parent?.name === 'AssignmentExpression') return isSameNode(parent.firstChild, reference);
    if (parent?.name === 'ForOfSpec' || parent?.name === 'ForInSpec') return isSameNode(partsOf(parent)[0], reference);
    return parent !== null && isUpdate(parent);
  });
}

/** `new Name(...)` or `new Name<...>(...)`: the name; undefined for anything else. */
export function constructedName(source: SourceFile, node: SyntaxNode | undefined): string | undefined {
  if (node?.name !== 'NewExpression') return undefined;
  const [made] = partsOf(node);
  const name = made?.name === 'InstantiationExpression' ? made.firstChild : made;
  return name?.name === 'VariableName' ? source.textOf(name) : undefined;
}

/** Whether the node is `x++`, `--x` or the like. */
export function isUpdate(node: SyntaxNode): boolean {
  const operator = node.name === 'PostfixExpression' || node.name === 'UnaryExpression' ? node.getChild('ArithOp') : null;
  return operator !== null && operator.to - operator.from === 2;
}

/** A VariableDefinition that declares; in `({ name } = value)` it does not. */
function isDefinition(node: SyntaxNode): boolean {
  if (node.name !== 'VariableDefinition') return false;
  const owner = ownerOf(node);
  if (owner.name === 'ForOfSpec' || owner.name === 'ForInSpec')
    return ['let', 'const', 'var', 'using'].some((word) => owner.getChild(word));
  return owner.name !== 'AssignmentExpression';
}

/** A name that is read or assigned, or `name` in `{ name }`. */
function isReference(node: SyntaxNode): boolean {
  if (node.name === 'VariableDefinition') return !isDefinition(node);
  if (node.name === 'VariableName') return node.parent?.name !== 'ImportGroup';
  const isShorthand = node.name === 'PropertyDefinition' && node.nextSibling === null && node.prevSibling === null;
  return isShorthand && node.parent?.name === 'Property' && node.parent.parent?.name === 'ObjectExpression';
}

/** The declaration, parameters, loop or assignment that a definition belongs to, through patterns. */
function ownerOf(definition: SyntaxNode): SyntaxNode {
  const owner = ancestorOf(definition, ({ name }) => !patterns.includes(name));
  return owner ?? definition;
}

/** Where a definition holds. */
function scopeOf(definition: SyntaxNode): SyntaxNode {
  const owner = ownerOf(definition);
  if (owner.name === 'FunctionExpression' || owner.name === 'ClassExpression' || owner.name === 'CatchClause') return owner;
  const isFunctionWide = owner.name === 'ParamList' || owner.getChild('var') !== null;
  const scope = ancestorOf(owner, (node) => node.parent === null || isFunction(node) || (!isFunctionWide && blocks.includes(node.name)));
  return scope ?? owner;
}

/** What `name = value` of a declaration gives the name. */
function initializerOf(definition: SyntaxNode): SyntaxNode | undefined {
  if (definition.parent?.name !== 'VariableDeclaration') return undefined;
  let next = definition.nextSibling;
  if (next?.name === 'TypeAnnotation') next = next.nextSibling;
  const value = next?.name === 'Equals' ? next.nextSibling : null;
  return value === null ? undefined : bare(value);
}
