/** Which functions' arguments may be looked at, to see whether they are called with the same ones again and again. */

import type { FunctionNode } from './syntax.ts';

/** A function with more is hardly called with the same ones, and `$ml_q` takes so many. */
const mostParameters = 4;

/** The names of a plain function's parameters; none where its calls are not to be looked at. */
export function lookedAtParameters(node: FunctionNode, source: string): readonly string[] {
  if (node.async || node.generator || node.params.length > mostParameters) return [];
  // A method, getter or constructor is an expression that starts at its parameters.
  if (node.type === 'FunctionExpression' && !source.startsWith('function', node.start)) return [];
  const names = node.params.flatMap((parameter) => (parameter.type === 'Identifier' ? [parameter.name] : []));
  // Sloppy code may give two parameters one name; the first argument can't be seen then.
  return names.length === node.params.length && new Set(names).size === names.length ? names : [];
}
