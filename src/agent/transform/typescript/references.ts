/**
 * Which identifiers of a syntax tree read or write a variable, and how to make one of them a property of an object instead.
 */

import babel, { type NodePath, type types as t } from '@babel/core';

const { types } = babel;

export interface Reference {
  /** Makes `x` into `object.x`, shorthand properties and JSX tags included. */
  replaceWithMember(object: string): void;
  /** Makes `x` into another variable. */
  replaceWithName(name: string): void;
}

/** The identifier as a use of a variable; undefined for names of properties, declarations, labels and types. */
export function referenceOf(path: NodePath<t.Identifier | t.JSXIdentifier>): Reference | undefined {
  if (isInTypeScriptSyntax(path) || (!path.isReferencedIdentifier() && !isAssigned(path))) return undefined;
  const name = path.node.name;
  if (path.node.type === 'JSXIdentifier') {
    if (/^[a-z]/.test(name) && !path.parentPath.isJSXMemberExpression()) return undefined;
    return {
      replaceWithMember: (object) => {
        path.replaceWith(types.jsxMemberExpression(types.jsxIdentifier(object), types.jsxIdentifier(name)));
        path.skip();
      },
      replaceWithName: (other) => void path.replaceWith(types.jsxIdentifier(other)),
    };
  }
  const loc = path.node.loc;
  const replace = (replacement: t.Expression): void => {
    if (path.parent.type === 'ObjectProperty' && path.parent.shorthand) path.parent.shorthand = false;
    replacement.loc = loc;
    path.replaceWith(replacement);
    path.skip();
  };
  return {
    replaceWithMember: (object) => replace(types.memberExpression(types.identifier(object), types.identifier(name))),
    replaceWithName: (other) => replace(types.identifier(other)),
  };
}

/** Names of enums, namespaces, import aliases and types: Babel's own check takes some of them for references. */
function isInTypeScriptSyntax(path: NodePath): boolean {
  const { type } = path.parent;
  if (!type.startsWith('TS')) return false;
  return !(path.key === 'expression' || path.key === 'initializer');
}

/** `x = 1`, `[x] = y`, `({ x } = y)`, `for (x of y)`; not where a pattern declares. */
function isAssigned(path: NodePath): boolean {
  let child: NodePath = path;
  for (let parent = path.parentPath; parent; child = parent, parent = parent.parentPath) {
    if (parent.isAssignmentExpression() || parent.isForXStatement()) return child.key === 'left';
    const isPattern =
      parent.isArrayPattern() ||
      parent.isObjectPattern() ||
      parent.isRestElement() ||
      (parent.isAssignmentPattern() && child.key === 'left') ||
      (parent.isObjectProperty() && child.key === 'value') ||
      parent.isTSNonNullExpression() ||
      parent.isTSAsExpression();
    if (!isPattern) return false;
  }
  return false;
}
