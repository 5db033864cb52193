/**
 * TypeScript namespaces as tsc writes them: a function that fills one object. Babel's own transform refuses `export let`, and does not
 * see what an earlier block of a merged namespace exported; this one does both, since every exported variable lives on the object.
 */

import babel, { type NodePath, type types as t } from '@babel/core';
import { referenceOf } from './references.ts';

const { types } = babel;

/** What the references inside one block of a namespace need to know. */
interface Block {
  /** The parameter of the function that the block becomes. */
  readonly parameter: string;
  /** Names that live on the object: exported variables of this block, and whatever other blocks of the same namespace export. */
  readonly qualified: Set<string>;
}

/** Replaces every namespace that has a value by plain JavaScript and removes those that only hold types. */
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
  for (const path of outermost) {
    const statementPath: NodePath<t.Node> = path.parentPath.isExportNamedDeclaration() ? path.parentPath : path;
    const siblings = (statementPath.parent as t.Program | t.BlockStatement).body;
    const statement = statementPath.node as t.Statement;
    const lowered = lowerNamespace(statement, siblings, undefined, blocks);
    siblings.splice(siblings.indexOf(statement), 1, ...lowered);
  }
}

/** `namespace A.B {}` is `namespace A { export namespace B {} }`. */
function splitDottedName(node: t.TSModuleDeclaration): void {
  if (node.body.type !== 'TSModuleDeclaration') return;
  const inner = types.inherits(types.exportNamedDeclaration(node.body as unknown as t.Declaration), node.body);
  node.body = types.inherits(types.tsModuleBlock([inner]), node.body);
}

function describeBlocks(outermost: readonly NodePath<t.TSModuleDeclaration>[]): Map<t.Node, Block> {
  const blocks = new Map<t.Node, Block>();
  const merged = new Map<t.Node, Map<string, { readonly names: Set<string>; readonly parts: { own: Set<string>; block: Block }[] }>>();
  const visit = (path: NodePath<t.TSModuleDeclaration>, container: t.Node, prefix: string): void => {
    const { id } = path.node;
    if (id.type !== 'Identifier') return;
    const dottedName = `${prefix}${id.name}`;
    const byName = merged.get(container) ?? new Map();
    merged.set(container, byName);
    const namespace = byName.get(dottedName) ?? { names: new Set<string>(), parts: [] };
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
  for (const path of outermost) visit(path, path.findParent((each) => each.isProgram() || each.isBlockStatement())!.node, '');
  for (const byName of merged.values()) {
    for (const { names, parts } of byName.values()) {
      for (const { own, block } of parts) for (const name of names) if (!own.has(name)) block.qualified.add(name);
    }
  }
  return blocks;
}

function qualifyReferences(namespace: NodePath<t.TSModuleDeclaration>, blocks: ReadonlyMap<t.Node, Block>): void {
  const replacements: (() => void)[] = [];
  const visitIdentifier = (path: NodePath<t.Identifier | t.JSXIdentifier>): void => {
    const reference = referenceOf(path);
    if (!reference) return;
    const name = path.node.name;
    for (let scope = path.scope; scope; scope = scope.parent) {
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

/** `statement` is the namespace or its export; `into` the parameter of the namespace around it. */
function lowerNamespace(
  statement: t.Statement,
  siblings: readonly t.Statement[],
  into: string | undefined,
  blocks: ReadonlyMap<t.Node, Block>,
): t.Statement[] {
  const isExport = statement.type === 'ExportNamedDeclaration';
  const node = (isExport ? statement.declaration : statement) as t.TSModuleDeclaration;
  const block = blocks.get(node.body);
  if (!block || node.id.type !== 'Identifier' || !isInstantiated(node)) return [];
  const name = node.id.name;
  const id = (): t.Identifier => types.identifier(name);
  const inner = statementsOf(node);
  const body = inner.flatMap((each) => lowerMember(each, inner, block, blocks));
  const initial =
    isExport && into !== undefined
      ? types.assignmentExpression('=', id(), orEmptyObject(() => types.memberExpression(types.identifier(into), id())))
      : orEmptyObject(id);
  const filler = types.functionExpression(null, [types.identifier(block.parameter)], types.blockStatement(body));
  const call = types.inherits(types.expressionStatement(types.callExpression(filler, [initial])), statement);
  if (siblings.slice(0, siblings.indexOf(statement)).some((each) => namesDeclaredBy(each).includes(name))) return [call];
  const declaration = types.variableDeclaration(into === undefined ? 'var' : 'let', [types.variableDeclarator(id())]);
  return [isExport && into === undefined ? types.exportNamedDeclaration(declaration) : declaration, call];
}

function orEmptyObject(reference: () => t.Identifier | t.MemberExpression): t.Expression {
  return types.logicalExpression('||', reference(), types.assignmentExpression('=', reference(), types.objectExpression([])));
}

function lowerMember(
  statement: t.Statement,
  siblings: readonly t.Statement[],
  block: Block,
  blocks: ReadonlyMap<t.Node, Block>,
): t.Statement[] {
  const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
  if (declaration?.type === 'TSModuleDeclaration') return lowerNamespace(statement, siblings, block.parameter, blocks);
  if (statement.type === 'TSImportEqualsDeclaration' && statement.isExport) {
    const source = statement.moduleReference;
    if (source.type === 'TSExternalModuleReference') return [statement];
    return [assign(memberOf(block, statement.id.name), entityExpression(source), statement)];
  }
  if (statement.type !== 'ExportNamedDeclaration') return [statement];
  if (!declaration || isErased(declaration)) return [];
  if (declaration.type === 'VariableDeclaration') {
    return declaration.declarations.flatMap((each) =>
      each.init ? [assign(targetOf(each.id as t.LVal, block), each.init, each)] : [],
    );
  }
  if (declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration' || declaration.type === 'TSEnumDeclaration') {
    const name = declaration.id!.name;
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
      return { ...pattern, left: targetOf(pattern.left as t.LVal, block) as t.AssignmentPattern['left'] };
    case 'RestElement':
      return { ...pattern, argument: targetOf(pattern.argument as t.LVal, block) as t.RestElement['argument'] };
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
  if (entity.type === 'TSQualifiedName') return types.memberExpression(entityExpression(entity.left), types.identifier(entity.right.name));
  return types.thisExpression();
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
