/**
 * What a source file says of its names: where they are declared, and what is done to the collections that they stand for. Read from the
 * text that the person wrote, TypeScript and JSX included, by Lezer (whose tree is described at
 * https://github.com/lezer-parser/javascript/blob/main/src/javascript.grammar).
 */

import type { SyntaxNode } from '@lezer/common';
import { javascriptParser } from '../../../core/parsers.ts';

export interface FileSyntax {
  /** Whether the name is declared outside of any function. */
  isTopLevel(name: string): boolean;
  /** Whether it comes from another module, by import or require. */
  isImported(name: string): boolean;
  /** Where it is declared outside of any function, or assigned to the module's exports; from 1. */
  topLevelLineOf(name: string): number | undefined;
  /** Of a variable that the code on the given line sees. */
  variableLineOf(name: string, line: number): number | undefined;
  /** Of a property: the class field, else the first assignment. */
  propertyLineOf(name: string): number | undefined;
  /** Where globalThis was first given it. */
  globalLineOf(name: string): number | undefined;
  /** What the module itself calls what it exports under that name. */
  localNameOf(exportedName: string): string;
  /** What the file does with the variable or property of that name. */
  usesOf(name: string): CollectionUses;
}

export interface CollectionUses {
  /** Methods that are called on it; reading and writing by index count as 'get' and 'set', `delete` as 'delete', a new value as 'clear'. */
  readonly methods: ReadonlySet<string>;
  /** First lines of the functions that add to it; 0 for the top level. */
  readonly addingFunctionLines: readonly number[];
  /** It is handed to functions, which may do anything to it. */
  readonly isHandedOver: boolean;
}

interface Declaration {
  readonly line: number;
  /** Lines of the function around; 0 and infinity outside of any. */
  readonly from: number;
  readonly to: number;
  readonly isImported: boolean;
}

interface OpenUses {
  readonly methods: Set<string>;
  readonly addingFunctionLines: number[];
  isHandedOver: boolean;
}

const functionNodes = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunction', 'MethodDeclaration', 'NamespaceDeclaration']);
const memberNames = new Set(['PropertyName', 'PrivatePropertyName']);
const fieldNames = new Set(['PropertyDefinition', 'PrivatePropertyDefinition']);
/** They look first, and add what is not there. */
const defaultOperators = new Set(['??=', '||=']);
const addingMethods = new Set(['set', 'add']);
const noUses: CollectionUses = { methods: new Set(), addingFunctionLines: [], isHandedOver: false };

export function readFileSyntax(path: string, text: string): FileSyntax {
  const dialect = [/\.([cm]?ts|tsx)$/.test(path) ? 'ts' : '', /\.([cm]?ts)$/.test(path) ? '' : 'jsx'].join(' ').trim();
  const tree = javascriptParser.configure({ dialect }).parse(text);
  const lineOf = lineFinder(text);
  const textOf = (node: SyntaxNode): string => text.slice(node.from, node.to);
  const declarations = new Map<string, Declaration[]>();
  const properties = new Map<string, number>();
  const globals = new Map<string, number>();
  const exported = new Map<string, number>();
  const localNames = new Map<string, string>();
  const uses = new Map<string, OpenUses>();
  const assigned = new Set<string>();

  tree.iterate({
    enter({ node, name }) {
      if (name === 'VariableDefinition' || (name === 'TypeDefinition' && node.parent?.name === 'EnumDeclaration')) declare(node);
      else if (fieldNames.has(name)) readField(node);
      else if (name === 'AssignmentExpression') readAssignment(node);
      else if (name === 'CallExpression') readCall(node);
      else if (name === 'ExportGroup') readExports(node);
      else if (name === 'BinaryExpression' && node.getChild('in') !== null) use(node.lastChild, 'get');
      else if (name === 'UnaryExpression' && node.getChild('delete') !== null) use(node.lastChild?.firstChild, 'delete');
      else if (name === 'MemberExpression' && isIndexed(node) && !isWritten(node)) use(node.firstChild, 'get');
    },
  });

  function declare(node: SyntaxNode): void {
    const around = functionAround(node);
    const declaration = {
      line: lineOf(node.from),
      from: around === undefined ? 0 : lineOf(around.from),
      to: around === undefined ? Infinity : lineOf(around.to),
      isImported: isImport(node),
    };
    declarations.set(textOf(node), [...(declarations.get(textOf(node)) ?? []), declaration]);
  }

  function isImport(node: SyntaxNode): boolean {
    for (let at: SyntaxNode | null = node; at !== null && !isFunction(at); at = at.parent) {
      if (at.name === 'ImportDeclaration') return true;
      if (at.name === 'VariableDeclaration') return initializerOf(at, node)?.includes('require(') === true;
    }
    return false;
  }

  /** The text behind the equals sign of the declarator that the name stands in. */
  function initializerOf(declaration: SyntaxNode, name: SyntaxNode): string | undefined {
    let equals: SyntaxNode | null = declaration.childAfter(name.to - 1);
    while (equals !== null && equals.name !== 'Equals' && equals.name !== ',') equals = equals.nextSibling;
    return equals?.name === 'Equals' && equals.nextSibling !== null ? textOf(equals.nextSibling) : undefined;
  }

  function readField(node: SyntaxNode): void {
    note(properties, textOf(node), node);
    if (node.parent?.name === 'PropertyDeclaration' && node.parent.getChild('Equals') !== null) assigned.add(textOf(node));
  }

  function readAssignment(node: SyntaxNode): void {
    const target = node.firstChild;
    const operator = node.getChild('Equals') ?? node.getChild('UpdateOp');
    const isDefault = operator !== null && defaultOperators.has(textOf(operator));
    if (target === null || (operator?.name !== 'Equals' && !isDefault)) return;
    if (isDefault && isIndexed(target)) use(target.firstChild, 'get');
    if (target.name === 'VariableName') {
      use(target, 'clear');
      note(globals, textOf(target), target);
      return;
    }
    if (target.name !== 'MemberExpression') return;
    if (isIndexed(target)) {
      use(target.firstChild, 'set');
      return;
    }
    const member = target.lastChild;
    const owner = target.firstChild === null ? '' : textOf(target.firstChild);
    if (member === null || !memberNames.has(member.name)) return;
    const name = textOf(member);
    if (/^(?:globalThis|global)$/.test(owner)) note(globals, name, target);
    if (/^(?:module\.)?exports$/.test(owner)) note(exported, name, target);
    // A second assignment puts something else in its place.
    if (assigned.has(name)) use(member, 'clear');
    assigned.add(name);
    note(properties, name, target);
    if (owner === 'module' && name === 'exports') {
      for (const property of node.lastChild?.getChildren('Property') ?? []) {
        if (property.firstChild !== null) note(exported, textOf(property.firstChild), property);
      }
    }
  }

  function readCall(node: SyntaxNode): void {
    const callee = node.firstChild;
    if (callee?.name === 'MemberExpression' && !isIndexed(callee) && callee.lastChild !== null) {
      use(callee.firstChild, textOf(callee.lastChild));
    }
    for (const argument of node.getChild('ArgList')?.getChildren('VariableName') ?? []) usesFor(textOf(argument)).isHandedOver = true;
  }

  function readExports(node: SyntaxNode): void {
    for (let at = node.firstChild; at !== null; at = at.nextSibling) {
      const renamed = at.name === 'as' ? at.nextSibling : null;
      if (renamed !== null && at.prevSibling !== null) localNames.set(textOf(renamed), textOf(at.prevSibling));
    }
  }

  /** `object`: the variable, or an expression that ends with a property's name. */
  function use(object: SyntaxNode | null | undefined, method: string): void {
    const last = object?.name === 'MemberExpression' ? object.lastChild : object;
    if (last === null || last === undefined || (last.name !== 'VariableName' && !memberNames.has(last.name))) return;
    // What is looked up to be put back changed is counted, not cached.
    if (method === 'get' && isPartOfAddition(last, textOf(last))) return;
    const found = usesFor(textOf(last));
    found.methods.add(method);
    if (!addingMethods.has(method)) return;
    const around = functionAround(last);
    found.addingFunctionLines.push(around === undefined ? 0 : lineOf(around.from));
  }

  /** `counts.set(key, counts.get(key) + 1)`, `counts[key] = counts[key] + 1` */
  function isPartOfAddition(node: SyntaxNode, name: string): boolean {
    for (let at = node.parent; at !== null && !isFunction(at); at = at.parent) {
      const target = at.firstChild;
      if (target?.name !== 'MemberExpression' || target.from === node.from) continue;
      const added = at.name === 'AssignmentExpression' && isIndexed(target);
      const adds = at.name === 'CallExpression' && target.lastChild !== null && addingMethods.has(textOf(target.lastChild));
      const owner = target.firstChild?.name === 'MemberExpression' ? target.firstChild.lastChild : target.firstChild;
      if ((added || adds) && owner && textOf(owner) === name && owner.from !== node.from) return true;
    }
    return false;
  }

  function usesFor(name: string): OpenUses {
    let found = uses.get(name);
    if (found === undefined) {
      found = { methods: new Set(), addingFunctionLines: [], isHandedOver: false };
      uses.set(name, found);
    }
    return found;
  }

  function note(table: Map<string, number>, name: string, node: SyntaxNode): void {
    if (!table.has(name)) table.set(name, lineOf(node.from));
  }

  const topLevel = (name: string): Declaration | undefined => declarations.get(name)?.find(({ from }) => from === 0);
  return {
    isTopLevel: (name) => topLevel(name) !== undefined,
    isImported: (name) => topLevel(name)?.isImported === true,
    topLevelLineOf: (name) => topLevel(name)?.line ?? exported.get(name),
    variableLineOf(name, line) {
      const visible = (declarations.get(name) ?? []).filter(({ from, to }) => from <= line && line <= to);
      return visible.sort((first, second) => second.from - first.from)[0]?.line;
    },
    propertyLineOf: (name) => properties.get(name),
    globalLineOf: (name) => globals.get(name),
    localNameOf: (name) => localNames.get(name) ?? name,
    usesOf: (name) => uses.get(name) ?? noUses,
  };
}

/** The innermost function that the name belongs to: a function's own name belongs to what is around it. */
function functionAround(node: SyntaxNode): SyntaxNode | undefined {
  const isOwnName = node.parent !== null && isFunction(node.parent) && node.name === 'VariableDefinition';
  // An arrow function's only parameter stands where another function has its name.
  let at = isOwnName && node.parent?.name !== 'ArrowFunction' ? (node.parent?.parent ?? null) : node.parent;
  while (at !== null && !isFunction(at)) at = at.parent;
  return at ?? undefined;
}

function isFunction(node: SyntaxNode): boolean {
  // A method of an object literal is a property with parameters.
  return functionNodes.has(node.name) || (node.name === 'Property' && node.getChild('ParamList') !== null);
}

/** Whether it is `a[b]` and not `a.b`. */
function isIndexed(member: SyntaxNode): boolean {
  return member.getChild('[') !== null;
}

function isWritten(member: SyntaxNode): boolean {
  const { parent } = member;
  if (parent?.name === 'UnaryExpression') return parent.getChild('delete') !== null;
  return parent?.name === 'AssignmentExpression' && parent.firstChild?.from === member.from;
}

function lineFinder(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] as number) <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
