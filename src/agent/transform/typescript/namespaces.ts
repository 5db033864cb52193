/**
 * TypeScript namespaces as tsc writes them: a function that fills one object. Babel's own transform refuses `export let`, and does not
 * see what an earlier block of a merged namespace exported; this one does both, since every exported variable lives on the object.
 */

import babel, { type NodePath, type types as t } from '@babel/core';
import type { Scope } from '@babel/traverse';
import { referenceOf } from './references.ts';

const { types } = babel;

/** What the references inside one block of a namespace need to know. */
interface Block {
  /** The parameter of the function that the block becomes. */
  readonly parameter: string;
  /** Names that live on the object: exported variables of this block, and whatever other blocks of the same namespace export. */
  readonly qualified: Set<string>;
}

/** By the body of the namespace's declaration. */
type Blocks = ReadonlyMap<t.Node, Block>;

/** The blocks of one name in one place; `own` is what a block declares and reaches without the object. */
interface MergedNamespace {
  readonly names: Set<string>;
  readonly parts: { readonly own: ReadonlySet<string>; readonly block: Block }[];
}

/**
 * Replaces every namespace that has a value by plain JavaScript and removes those that only hold types. The program's scope must be
 * crawled afterwards.
 */
export function lowerNamespaces(program: NodePath<t.Program>): void {
  const outermost: NodePath<t.TSModuleDeclaration>[] = [];
  program.traverse({
    TSModuleDeclaration(path) {
      if (path.findParent((each) => each.isTSModuleDeclaration()) === null) outermost.push(path);
      splitDottedName(path.node);
    },
  });
  if (outermost.length === 0) return;
  program.scope.crawl();
  const blocks = describeBlocks(outermost);
  for (const path of outermost) qualifyReferences(path, blocks);
  const byList = new Map<t.Program | t.BlockStatement, Set<t.Statement>>();
  for (const path of outermost) {
    const statementPath = path.parentPath.isExportNamedDeclaration() ? path.parentPath : path;
    const list = statementPath.parent as t.Program | t.BlockStatement;
    const statements = byList.get(list) ?? new Set();
    byList.set(list, statements.add(statementPath.node));
  }
  for (const [list, statements] of byList) list.body = lowerStatements(list.body, undefined, blocks, statements);
}

/** `only` names the statements that are namespaces of their own; in a namespace, every statement is looked at. */
function lowerStatements(
  statements: readonly t.Statement[],
  block: Block | undefined,
  blocks: Blocks,
  only?: ReadonlySet<t.Statement>,
): t.Statement[] {
  const declared = new Set<string>();
  return statements.flatMap((statement) => {
    const names = namesDeclaredBy(statement);
    const isDeclared = names.some((name) => declared.has(name));
    for (const name of names) declared.add(name);
    if (only && !only.has(statement)) return [statement];
    return lowerMember(statement, isDeclared, block, blocks);
  });
}

/** `namespace A.B {}` is `namespace A { export namespace B {} }`. */
function splitDottedName(node: t.TSModuleDeclaration): void {
  if (node.body.type !== 'TSModuleDeclaration') return;
  const inner = types.inherits(types.exportNamedDeclaration(node.body as unknown as t.Declaration), node.body);
  node.body = types.inherits(types.tsModuleBlock([inner]), node.body);
}

function describeBlocks(outermost: readonly NodePath<t.TSModuleDeclaration>[]): Blocks {
  const blocks = new Map<t.Node, Block>();
  const merged = new Map<t.Node, Map<string, MergedNamespace>>();
  const visit = (path: NodePath<t.TSModuleDeclaration>, container: t.Node, prefix: string): void => {
    const { id } = path.node;
    if (id.type !== 'Identifier') return;
    const dottedName = `${prefix}${id.name}`;
    const byName = merged.get(container) ?? new Map<string, MergedNamespace>();
    merged.set(container, byName);
    const namespace: MergedNamespace = byName.get(dottedName) ?? { names: new Set(), parts: [] };
    byName.set(dottedName, namespace);
    const statements = statementsOf(path.node);
    const local = new Set(statements.flatMap(namesDeclaredBy));
    const own = new Set(local);
    for (const { name, isVariable } of statements.flatMap(exportedNames)) {
      namespace.names.add(name);
      if (isVariable) own.delete(name);
    }
    const block: Block = { parameter: local.has(id.name) ? path.scope.generateUid(id.name) : id.name, qualified: new Set() };
    namespace.parts.push({ own, block });
    blocks.set(path.node.body, block);
    path.traverse({
      TSModuleDeclaration(inner) {
        visit(inner, container, `${dottedName}.`);
        inner.skip();
      },
    });
  };
  for (const path of outermost) visit(path, path.scope.block, '');
  for (const byName of merged.values()) {
    for (const { names, parts } of byName.values()) {
      for (const { own, block } of parts) for (const name of names) if (!own.has(name)) block.qualified.add(name);
    }
  }
  return blocks;
}

function qualifyReferences(namespace: NodePath<t.TSModuleDeclaration>, blocks: Blocks): void {
  const replacements: (() => void)[] = [];
  const visitIdentifier = (path: NodePath<t.Identifier | t.JSXIdentifier>): void => {
    const reference = referenceOf(path);
    if (!reference) return;
    const name = path.node.name;
    for (let scope: Scope | undefined = path.scope; scope; scope = scope.parent as Scope | undefined) {
      const block = blocks.get(scope.block);
      if (block?.qualified.has(name)) {
        replacements.push(() => reference.replaceWithMember(block.parameter));
        return;
      }
      if (scope.hasOwnBinding(name)) return;
    }
  };
  namespace.traverse({ Identifier: visitIdentifier, JSXIdentifier: visitIdentifier, TSType: (path) => path.skip() });
  for (const replace of replacements) replace();
}

/** `statement` is the namespace or its export; `around` the namespace that it stands in. */
function lowerNamespace(statement: t.Statement, isDeclared: boolean, around: Block | undefined, blocks: Blocks): t.Statement[] {
  const isExport = statement.type === 'ExportNamedDeclaration';
  const node = (isExport ? statement.declaration : statement) as t.TSModuleDeclaration;
  const block = blocks.get(node.body);
  if (!block || node.id.type !== 'Identifier' || !isInstantiated(node)) return [];
  const name = node.id.name;
  const id = (): t.Identifier => types.identifier(name);
  const initial =
    isExport && around
      ? types.assignmentExpression(
          '=',
          id(),
          orEmptyObject(() => memberOf(around, name)),
        )
      : orEmptyObject(id);
  const body = types.blockStatement(lowerStatements(statementsOf(node), block, blocks));
  const filler = types.functionExpression(null, [types.identifier(block.parameter)], body);
  const call = types.inherits(types.expressionStatement(types.callExpression(filler, [initial])), statement);
  if (isDeclared) return [call];
  const declaration = types.variableDeclaration(around ? 'let' : 'var', [types.variableDeclarator(id())]);
  return [isExport && !around ? types.exportNamedDeclaration(declaration) : declaration, call];
}

function orEmptyObject(reference: () => t.Identifier | t.MemberExpression): t.Expression {
  return types.logicalExpression('||', reference(), types.assignmentExpression('=', reference(), types.objectExpression([])));
}

function lowerMember(statement: t.Statement, isDeclared: boolean, block: Block | undefined, blocks: Blocks): t.Statement[] {
  const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
  if (declaration?.type === 'TSModuleDeclaration') return lowerNamespace(statement, isDeclared, block, blocks);
  if (!block) return [statement];
  if (statement.type === 'TSImportEqualsDeclaration' && statement.isExport) {
    const source = statement.moduleReference;
    if (source.type === 'TSExternalModuleReference') return [statement];
    return [assign(memberOf(block, statement.id.name), entityExpression(source), statement)];
  }
  if (statement.type !== 'ExportNamedDeclaration') return [statement];
  if (!declaration || isErased(declaration)) return [];
  if (declaration.type === 'VariableDeclaration') {
    return declaration.declarations.flatMap((each) => (each.init ? [assign(targetOf(each.id, block), each.init, each)] : []));
  }
  if (declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration' || declaration.type === 'TSEnumDeclaration') {
    const name = declaration.id?.name ?? '';
    return [declaration, assign(memberOf(block, name), types.identifier(name), declaration)];
  }
  return [declaration];
}

function assign(target: t.LVal, value: t.Expression, at: t.Node): t.Statement {
  const assignment = types.assignmentExpression('=', target, value);
  assignment.loc = at.loc;
  const statement = types.expressionStatement(assignment);
  statement.loc = at.loc;
  return statement;
}

function memberOf(block: Block, name: string): t.MemberExpression {
  return types.memberExpression(types.identifier(block.parameter), types.identifier(name));
}

/** The target of a declaration, each name of it turned into a property of the namespace's object. */
function targetOf(pattern: t.LVal | t.PatternLike, block: Block): t.LVal {
  switch (pattern.type) {
    case 'Identifier':
      return Object.assign(memberOf(block, pattern.name), { loc: pattern.loc });
    case 'AssignmentPattern':
      return { ...pattern, left: targetOf(pattern.left, block) as t.AssignmentPattern['left'] };
    case 'RestElement':
      return { ...pattern, argument: targetOf(pattern.argument, block) as t.RestElement['argument'] };
    case 'ArrayPattern':
      return { ...pattern, elements: pattern.elements.map((each) => each && (targetOf(each as t.LVal, block) as t.PatternLike)) };
    case 'ObjectPattern':
      return {
        ...pattern,
        properties: pattern.properties.map((each) =>
          each.type === 'RestElement'
            ? (targetOf(each, block) as t.RestElement)
            : { ...each, shorthand: false, value: targetOf(each.value as t.LVal, block) as t.PatternLike },
        ),
      };
    default:
      return pattern as t.LVal;
  }
}

function entityExpression(entity: t.TSEntityName): t.Expression {
  if (entity.type === 'Identifier') return types.identifier(entity.name);
  return types.memberExpression(entityExpression(entity.left), types.identifier(entity.right.name));
}

function statementsOf(node: t.TSModuleDeclaration): t.Statement[] {
  return node.body.type === 'TSModuleBlock' ? node.body.body : [];
}

function isErased(node: t.Node): boolean {
  if (node.type === 'TSInterfaceDeclaration' || node.type === 'TSTypeAliasDeclaration' || node.type === 'TSDeclareFunction') return true;
  if (node.type === 'TSModuleDeclaration') return !isInstantiated(node);
  return 'declare' in node && node.declare === true;
}

function isInstantiated(node: t.TSModuleDeclaration): boolean {
  if (node.declare || node.id.type !== 'Identifier') return false;
  return statementsOf(node).some((statement) => {
    if (statement.type === 'TSImportEqualsDeclaration') return statement.isExport;
    return !isErased(statement.type === 'ExportNamedDeclaration' && statement.declaration ? statement.declaration : statement);
  });
}

function exportedNames(statement: t.Statement): { name: string; isVariable: boolean }[] {
  if (statement.type === 'TSImportEqualsDeclaration' && statement.isExport) return [{ name: statement.id.name, isVariable: true }];
  if (statement.type !== 'ExportNamedDeclaration' || !statement.declaration || isErased(statement.declaration)) return [];
  const isVariable = statement.declaration.type === 'VariableDeclaration';
  return namesDeclaredBy(statement).map((name) => ({ name, isVariable }));
}

/** Names of values that a statement of a block declares. */
function namesDeclaredBy(statement: t.Statement): string[] {
  if (statement.type === 'TSImportEqualsDeclaration') return [statement.id.name];
  const declaration =
    statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration' ? statement.declaration : statement;
  if (!declaration || isErased(declaration)) return [];
  if (declaration.type === 'TSModuleDeclaration') return declaration.id.type === 'Identifier' ? [declaration.id.name] : [];
  if (declaration.type === 'TSEnumDeclaration') return [declaration.id.name];
  return Object.keys(types.getBindingIdentifiers(declaration, false, true));
}
