/**
 * The two ways TypeScript makes class fields. Defined, as JavaScript has it: parameter properties are declared before the other fields.
 * Assigned, without useDefineForClassFields: in the constructor, after the parameter properties, in the order in which they stand; a
 * field without a value does not exist, and private names stay declared in the class, so that they stay native.
 */

import babel, { type NodePath, type types as t } from '@babel/core';
import classFeatures from '@babel/helper-create-class-features-plugin';

const { types } = babel;

/** Moves the fields of every class. Runs before Babel's TypeScript transform, which then puts parameter properties first. */
export function assignClassFields(program: NodePath<t.Program>): void {
  program.traverse({
    Class: {
      exit: assignFieldsOf,
    },
  });
}

/** Babel only assigns parameter properties, which then come after the other fields. */
export function declareParameterProperties(program: NodePath<t.Program>): void {
  program.traverse({
    ClassMethod(path) {
      if (path.node.kind !== 'constructor') return;
      const fields = path.node.params.flatMap((each) => {
        if (each.type !== 'TSParameterProperty') return [];
        const id = each.parameter.type === 'AssignmentPattern' ? each.parameter.left : each.parameter;
        return id.type === 'Identifier' ? [types.classProperty(types.identifier(id.name))] : [];
      });
      (path.parent as t.ClassBody).body.unshift(...fields);
    },
  });
}

function assignFieldsOf(path: NodePath<t.Class>): void {
  const assignments: t.Statement[] = [];
  const initializers: NodePath[] = [];
  for (const member of path.get('body').get('body')) {
    if (!member.isClassProperty() && !member.isClassPrivateProperty()) continue;
    const { node } = member;
    if (('declare' in node && node.declare) || ('abstract' in node && node.abstract)) continue;
    if (!node.value) {
      if (member.isClassProperty()) member.remove();
      continue;
    }
    const target = targetOf(node);
    if (!target) continue;
    const assignment = types.assignmentExpression('=', target, node.value);
    assignment.loc = node.loc;
    const statement = types.expressionStatement(assignment);
    statement.loc = node.loc;
    if (node.static) {
      if (member.isClassProperty()) member.replaceWith(types.staticBlock([statement]));
      continue;
    }
    initializers.push(member.get('value') as NodePath);
    assignments.push(statement);
  }
  if (assignments.length === 0) return;
  const constructor = (path.get('body.body') as NodePath[]).find((each): each is NodePath<t.ClassMethod> =>
    each.isClassMethod({ kind: 'constructor' }),
  );
  classFeatures.injectInitialization(path, constructor, assignments, (visitor, state) => {
    for (const initializer of initializers) {
      // The initializer itself may be the identifier to rename.
      if (initializer.isReferencedIdentifier() && state.scope.hasOwnBinding(initializer.node.name))
        state.scope.rename(initializer.node.name);
      else initializer.traverse(visitor, state);
    }
  });
  for (const initializer of initializers) {
    const member = initializer.parentPath as NodePath<t.ClassProperty | t.ClassPrivateProperty>;
    if (member.isClassPrivateProperty()) member.node.value = null;
    else member.remove();
  }
}

/** `this.name`, undefined for a computed key that must be evaluated once, which stays a field. */
function targetOf(node: t.ClassProperty | t.ClassPrivateProperty): t.MemberExpression | undefined {
  const self = types.thisExpression();
  if (node.type === 'ClassPrivateProperty') return types.memberExpression(self, types.cloneNode(node.key));
  const { key } = node;
  if (key.type === 'StringLiteral' || key.type === 'NumericLiteral') return types.memberExpression(self, types.cloneNode(key), true);
  if (key.type === 'Identifier' && !node.computed) return types.memberExpression(self, types.cloneNode(key));
  return undefined;
}
