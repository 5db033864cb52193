/**
 * The types that emitDecoratorMetadata hands to decorators, as far as one file tells them: what tsc writes with isolatedModules.
 */

import babel, { type NodePath, type types as t } from '@babel/core';

const { types } = babel;

type Entry = readonly [key: string, value: t.Expression];
type Parameter = t.ClassMethod['params'][number];

export interface MetadataContext {
  readonly path: NodePath<t.Class>;
  /** With it, `string | null` is no string. */
  readonly strictNullChecks: boolean;
}

/** For the class's own decorators: the types of the constructor's parameters. */
export function constructorMetadata(context: MetadataContext, constructor: t.ClassMethod): Entry[] {
  return [['design:paramtypes', parameterTypes(context, constructor)]];
}

/** For a decorated method, accessor or field. */
export function memberMetadata(context: MetadataContext, member: t.ClassMethod | t.ClassProperty | t.ClassAccessorProperty): Entry[] {
  if (member.type !== 'ClassMethod') return [['design:type', typeValue(context, annotationOf(member.typeAnnotation))]];
  if (member.kind === 'method') {
    const returned = annotationOf(member.returnType);
    return [
      ['design:type', types.identifier('Function')],
      ['design:paramtypes', parameterTypes(context, member)],
      ['design:returntype', returned || !member.async ? typeValue(context, returned, 'undefined') : types.identifier('Promise')],
    ];
  }
  const setter = member.kind === 'set' ? member : undefined;
  const annotation = setter
    ? annotationOf((setter.params[0] as t.Identifier | undefined)?.typeAnnotation)
    : annotationOf(member.returnType);
  return [
    ['design:type', typeValue(context, annotation)],
    ['design:paramtypes', parameterTypes(context, member)],
  ];
}

function parameterTypes(context: MetadataContext, method: t.ClassMethod): t.ArrayExpression {
  const parameters = method.params.filter((each) => !(each.type === 'Identifier' && each.name === 'this'));
  return types.arrayExpression(parameters.map((each) => typeValue(context, annotationOfParameter(each))));
}

function annotationOfParameter(parameter: Parameter | t.TSParameterProperty): t.TSType | undefined {
  switch (parameter.type) {
    case 'TSParameterProperty':
      return annotationOfParameter(parameter.parameter);
    case 'AssignmentPattern':
      return annotationOf((parameter.left as t.Identifier).typeAnnotation);
    case 'RestElement': {
      const annotation = annotationOf(parameter.typeAnnotation);
      return annotation?.type === 'TSArrayType' ? annotation.elementType : undefined;
    }
    default:
      return annotationOf((parameter as t.Identifier).typeAnnotation);
  }
}

function annotationOf(annotation: t.Node | null | undefined): t.TSType | undefined {
  return annotation?.type === 'TSTypeAnnotation' ? annotation.typeAnnotation : undefined;
}

function typeValue(context: MetadataContext, type: t.TSType | undefined, absent: 'Object' | 'undefined' = 'Object'): t.Expression {
  if (!type) return absent === 'Object' ? types.identifier('Object') : undefinedValue();
  const name = builtinName(context, type);
  if (name === 'undefined') return undefinedValue();
  if (name !== undefined) return types.identifier(name);
  if (type.type === 'TSParenthesizedType') return typeValue(context, type.typeAnnotation);
  if (type.type === 'TSOptionalType') return typeValue(context, type.typeAnnotation);
  if (type.type === 'TSTypeOperator' && type.operator === 'readonly') return typeValue(context, type.typeAnnotation);
  if (type.type === 'TSUnionType' || type.type === 'TSIntersectionType') return commonValue(context, type.types);
  if (type.type === 'TSTypeReference') return referenceValue(context, type.typeName);
  return types.identifier('Object');
}

function undefinedValue(): t.Expression {
  return types.unaryExpression('void', types.numericLiteral(0));
}

function builtinName(context: MetadataContext, type: t.TSType): string | undefined {
  switch (type.type) {
    case 'TSStringKeyword':
      return 'String';
    case 'TSNumberKeyword':
      return 'Number';
    case 'TSBooleanKeyword':
    case 'TSTypePredicate':
      return 'Boolean';
    case 'TSBigIntKeyword':
      return 'BigInt';
    case 'TSSymbolKeyword':
      return 'Symbol';
    case 'TSVoidKeyword':
    case 'TSUndefinedKeyword':
    case 'TSNullKeyword':
    case 'TSNeverKeyword':
      return 'undefined';
    case 'TSFunctionType':
    case 'TSConstructorType':
      return 'Function';
    case 'TSArrayType':
    case 'TSTupleType':
      return 'Array';
    case 'TSLiteralType':
      return literalName(type.literal);
    case 'TSTypeReference':
      return type.typeName.type === 'Identifier' ? declaredName(context, type.typeName.name) : undefined;
    default:
      return undefined;
  }
}

function literalName(literal: t.TSLiteralType['literal']): string {
  if (literal.type === 'NumericLiteral') return 'Number';
  if (literal.type === 'UnaryExpression') return literal.argument.type === 'BigIntLiteral' ? 'BigInt' : 'Number';
  if (literal.type === 'BooleanLiteral') return 'Boolean';
  if (literal.type === 'BigIntLiteral') return 'BigInt';
  return 'String';
}

/** What is known of a name that this file declares as something that is no class. */
function declaredName(context: MetadataContext, name: string): string | undefined {
  const inFile = context.path.findParent((each) => each.isProgram()) as NodePath<t.Program>;
  const declarations = inFile.node.body.map((each) =>
    each.type === 'ExportNamedDeclaration' && each.declaration ? each.declaration : each,
  );
  for (const each of declarations) {
    if ((each.type === 'TSInterfaceDeclaration' || each.type === 'TSTypeAliasDeclaration') && each.id.name === name) {
      return each.type === 'TSTypeAliasDeclaration' ? (builtinName(context, each.typeAnnotation) ?? 'Object') : 'Object';
    }
    if (each.type === 'TSEnumDeclaration' && each.id.name === name) return enumName(each);
    if (each.type === 'ImportDeclaration') {
      const specifier = each.specifiers.find((one) => one.local.name === name);
      const isType = each.importKind === 'type' || (specifier?.type === 'ImportSpecifier' && specifier.importKind === 'type');
      if (specifier && isType) return 'Object';
    }
  }
  return undefined;
}

function enumName(declaration: t.TSEnumDeclaration): string {
  const { members } = declaration;
  const texts = members.filter((each) => each.initializer && /^(String|Template)Literal$/.test(each.initializer.type)).length;
  if (texts === 0) return 'Number';
  return texts === members.length ? 'String' : 'Object';
}

function commonValue(context: MetadataContext, parts: readonly t.TSType[]): t.Expression {
  const left = context.strictNullChecks ? ['TSNeverKeyword'] : ['TSNullKeyword', 'TSUndefinedKeyword', 'TSNeverKeyword'];
  const relevant = parts.filter((each) => !left.includes(each.type));
  const [first, ...others] = relevant;
  if (!first) return undefinedValue();
  const value = typeValue(context, first);
  return others.every((each) => types.isNodesEquivalent(typeValue(context, each), value)) ? value : types.identifier('Object');
}

/** The class that a name stands for when the program runs; Object when it is none. */
function referenceValue(context: MetadataContext, entity: t.TSEntityName): t.Expression {
  const parts: string[] = [];
  let left: t.TSEntityName = entity;
  for (; left.type === 'TSQualifiedName'; left = left.left) parts.unshift(left.right.name);
  const root = left.name;
  if (parts.length === 0 && context.path.scope.getBinding(root)?.path.isClass()) return types.identifier(root);
  const isFunction = (value: t.Expression): t.Expression =>
    types.binaryExpression('===', types.unaryExpression('typeof', value), types.stringLiteral('function'));
  const reach = (): t.Expression =>
    parts.reduce<t.Expression>(
      (from, name) => types.optionalMemberExpression(from, types.identifier(name), false, true),
      types.identifier(root),
    );
  const isThere = types.binaryExpression('!==', types.unaryExpression('typeof', types.identifier(root)), types.stringLiteral('undefined'));
  const test = parts.length === 0 ? isFunction(reach()) : types.logicalExpression('&&', isThere, isFunction(reach()));
  return types.conditionalExpression(test, reach(), types.identifier('Object'));
}
