/**
 * Decorators as TypeScript runs them with experimentalDecorators: after the class, each called with the target and the key. Babel's
 * legacy decorators hand fields a descriptor with an initializer and then define them anew, which breaks the accessors that
 * TypeScript's decorators commonly put on the prototype, and know no parameter decorators.
 */

import babel, { type NodePath, type types as t } from '@babel/core';
import { constructorMetadata, memberMetadata, type MetadataContext } from './decoratorMetadata.ts';
import { referenceOf } from './references.ts';

const { template, types } = babel;

type Member = t.ClassMethod | t.ClassProperty | t.ClassAccessorProperty;
type Parameter = t.Function['params'][number] | t.TSParameterProperty;

const helperTexts = {
  decorate: `function NAME(decorators, target, key, descriptor) {
    const isClass = key === undefined;
    if (descriptor === null) descriptor = Object.getOwnPropertyDescriptor(target, key);
    let result = isClass ? target : descriptor;
    if (typeof Reflect.decorate === 'function') {
      result = isClass ? Reflect.decorate(decorators, target) : Reflect.decorate(decorators, target, key, descriptor);
    } else {
      for (let i = decorators.length - 1; i >= 0; i--) {
        if (decorators[i]) result = (isClass ? decorators[i](result) : decorators[i](target, key, result)) || result;
      }
    }
    if (!isClass && result) Object.defineProperty(target, key, result);
    return result;
  }`,
  parameter: `function NAME(index, decorator) { return (target, key) => { decorator(target, key, index); }; }`,
  metadata: `function NAME(key, value) { return typeof Reflect.metadata === 'function' ? Reflect.metadata(key, value) : undefined; }`,
};

/** Calls a helper, which stands once at the end of the program, where its lines are in nobody's way. */
type CallHelper = (name: keyof typeof helperTexts, args: t.Expression[]) => t.CallExpression;

/** How emitDecoratorMetadata tells types. */
export type MetadataOptions = Omit<MetadataContext, 'path'>;

/** Runs after namespaces are lowered and before class fields are assigned. */
export function lowerLegacyDecorators(program: NodePath<t.Program>, metadata: MetadataOptions | undefined): void {
  const names = new Map<string, string>();
  const callHelper: CallHelper = (name, args) => {
    const known = names.get(name) ?? program.scope.generateUid(name);
    names.set(name, known);
    return types.callExpression(types.identifier(known), args);
  };
  program.traverse({ Class: { exit: (path) => lowerClass(path, metadata, callHelper) } });
  for (const [name, known] of names) {
    const text = helperTexts[name as keyof typeof helperTexts].replace('NAME', known);
    program.node.body.push(template.statement(text, { placeholderPattern: false })());
  }
}

function lowerClass(path: NodePath<t.Class>, metadata: MetadataOptions | undefined, callHelper: CallHelper): void {
  const context = metadata && { path, ...metadata };
  const calls = { instance: [] as t.Statement[], static: [] as t.Statement[] };
  const classDecorators = (path.node.decorators ?? []).map((each) => each.expression);
  path.node.decorators = null;
  const members = path.node.body.body;
  const classId = (): t.Identifier => types.identifier(ensureName(path));
  for (const member of [...members]) {
    if (!isDecoratable(member)) continue;
    const own = (member.decorators ?? []).map((each) => each.expression);
    const onParameters = 'params' in member ? takeParameterDecorators(member, callHelper) : [];
    member.decorators = null;
    if (member.type === 'ClassMethod' && member.kind === 'constructor') {
      const isDecorated = classDecorators.length > 0 || onParameters.length > 0;
      classDecorators.push(...onParameters);
      if (context && isDecorated) classDecorators.push(...metadataCalls(constructorMetadata(context, member), callHelper));
      continue;
    }
    if (own.length + onParameters.length === 0) continue;
    const typesOfMember = context ? metadataCalls(memberMetadata(context, member), callHelper) : [];
    const isField = member.type === 'ClassProperty';
    const owner = member.static ? classId() : types.memberExpression(classId(), types.identifier('prototype'));
    const call = callHelper('decorate', [
      types.arrayExpression([...own, ...onParameters, ...typesOfMember]),
      owner,
      keyOf(path, member),
      isField ? types.unaryExpression('void', types.numericLiteral(0)) : types.nullLiteral(),
    ]);
    calls[member.static ? 'static' : 'instance'].push(at(types.expressionStatement(call), member));
    if (isField && member.declare) members.splice(members.indexOf(member), 1);
  }
  const statements = [...calls.instance, ...calls.static];
  if (classDecorators.length > 0) replaceDecoratedClass(path, classDecorators, statements, callHelper);
  else if (statements.length > 0) insertAfterClass(path, statements);
}

function isDecoratable(member: t.ClassBody['body'][number]): member is Member {
  return member.type === 'ClassMethod' || member.type === 'ClassProperty' || member.type === 'ClassAccessorProperty';
}

function takeParameterDecorators(member: t.ClassMethod, callHelper: CallHelper): t.Expression[] {
  return (member.params as Parameter[]).flatMap((parameter, index) => {
    const holders = [parameter] as { decorators?: t.Decorator[] | null }[];
    if (parameter.type === 'TSParameterProperty') holders.push(parameter.parameter);
    if (parameter.type === 'AssignmentPattern') holders.push(parameter.left as t.Identifier);
    return holders.flatMap((holder) => {
      const taken = holder.decorators ?? [];
      holder.decorators = null;
      return taken.map((each) => callHelper('parameter', [types.numericLiteral(index), each.expression]));
    });
  });
}

function metadataCalls(entries: readonly (readonly [string, t.Expression])[], callHelper: CallHelper): t.Expression[] {
  return entries.map(([key, value]) => callHelper('metadata', [types.stringLiteral(key), value]));
}

/** The member's name as an expression; a computed one is kept in a variable, for it is evaluated once. */
function keyOf(path: NodePath<t.Class>, member: Member): t.Expression {
  const key = member.key as t.Expression;
  if (!member.computed && key.type === 'Identifier') return types.stringLiteral(key.name);
  if (types.isStringLiteral(key) || types.isNumericLiteral(key)) return types.cloneNode(key);
  const kept = path.scope.getBlockParent() === path.scope ? path.scope.parent : path.scope;
  const id = kept.generateUidIdentifier('key');
  kept.push({ id, kind: 'let' });
  member.key = types.assignmentExpression('=', types.cloneNode(id), key);
  return types.cloneNode(id);
}

function ensureName(path: NodePath<t.Class>): string {
  path.node.id ??= path.scope.parent.generateUidIdentifier(path.parentPath.isExportDefaultDeclaration() ? 'default' : 'class');
  return path.node.id.name;
}

function insertAfterClass(path: NodePath<t.Class>, statements: t.Statement[]): void {
  if (path.isClassDeclaration()) {
    statementOf(path).insertAfter(statements);
    return;
  }
  // tsc rejects decorators in class expressions; run them as soon as the class is there.
  const name = ensureName(path);
  const self = types.arrowFunctionExpression(
    [types.identifier(name)],
    types.blockStatement([...statements, types.returnStatement(types.identifier(name))]),
  );
  path.replaceWith(types.callExpression(self, [path.node as t.ClassExpression]));
  path.skip();
}

function statementOf(path: NodePath<t.Class>): NodePath {
  return path.parentPath.isExportDeclaration() ? path.parentPath : path;
}

/** `let C = class C { … }; C = decorate([…], C);`, with what the class says of itself going to the decorated one. */
function replaceDecoratedClass(path: NodePath<t.Class>, decorators: t.Expression[], members: t.Statement[], callHelper: CallHelper): void {
  const name = ensureName(path);
  const node = path.node;
  const alias = renameSelfReferences(path, name);
  const expression = types.toExpression(types.cloneNode(node, false) as t.ClassDeclaration);
  const decorated = callHelper('decorate', [types.arrayExpression(decorators), types.identifier(name)]);
  const value = alias === undefined ? decorated : types.assignmentExpression('=', types.identifier(alias), decorated);
  const statements: t.Statement[] = [
    at(types.variableDeclaration('let', [types.variableDeclarator(types.identifier(name), expression)]), node),
    ...members,
    at(types.expressionStatement(types.assignmentExpression('=', types.identifier(name), value)), node),
  ];
  if (alias !== undefined) statements.unshift(types.variableDeclaration('let', [types.variableDeclarator(types.identifier(alias))]));
  const statement = statementOf(path);
  if (statement !== path) {
    const exportedName = statement.isExportDefaultDeclaration() ? 'default' : name;
    statements.push(types.exportNamedDeclaration(null, [types.exportSpecifier(types.identifier(name), types.identifier(exportedName))]));
  }
  statement.replaceWithMultiple(statements);
}

function renameSelfReferences(path: NodePath<t.Class>, name: string): string | undefined {
  const found: NonNullable<ReturnType<typeof referenceOf>>[] = [];
  const visit = (each: NodePath<t.Identifier | t.JSXIdentifier>): void => {
    if (each.node.name !== name || each.scope.getBinding(name)?.identifier !== path.node.id) return;
    const reference = referenceOf(each);
    if (reference) found.push(reference);
  };
  path.get('body').traverse({ Identifier: visit, JSXIdentifier: visit, TSType: (each) => each.skip() });
  if (found.length === 0) return undefined;
  const alias = path.scope.parent.generateUid(name);
  for (const reference of found) reference.replaceWithName(alias);
  const assign = types.assignmentExpression('=', types.identifier(alias), types.thisExpression());
  path.node.body.body.unshift(types.staticBlock([types.expressionStatement(assign)]));
  return alias;
}

function at<T extends t.Node>(node: T, original: t.Node): T {
  node.loc = original.loc;
  return node;
}
