/**
 * The top-level variables of the main module that hold something. They are alive until its end for whoever reads it, but V8 drops
 * each as soon as its last use is past; so that the figures say what a reader expects, the agent holds them for a while.
 */

import type { Node, Program } from 'acorn';

/** Only these are held: a variable that a closure names is slower to use, which matters for the counters of hot loops. */
const heldInitialisers: ReadonlySet<Node['type']> = new Set([
  'ArrayExpression',
  'ObjectExpression',
  'NewExpression',
  'CallExpression',
  'TemplateLiteral',
  'BinaryExpression',
]);

/** Names, in the order of the text; `+` only where it may make a string. */
export function heldVariables(program: Program): string[] {
  const names: string[] = [];
  for (const statement of program.body) {
    if (statement.type !== 'VariableDeclaration' || statement.kind === 'using' || statement.kind === 'await using') continue;
    for (const { id, init } of statement.declarations) {
      if (id.type !== 'Identifier' || init === null || init === undefined || !heldInitialisers.has(init.type)) continue;
      if (init.type === 'BinaryExpression' && init.operator !== '+') continue;
      names.push(id.name);
    }
  }
  return [...new Set(names)];
}
