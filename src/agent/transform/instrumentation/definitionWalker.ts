/** How the walk over expressions hands functions and classes to the walk over statements. */

import type { Context } from './recording.ts';
import type { FunctionNode, Node } from './syntax.ts';

export interface FunctionFacts {
  /** Where `this` gets its value. */
  readonly thisFrom?: number;
  /** Default: true. */
  readonly isCounted?: boolean;
}

/** What the walk over statements does with the functions and classes that stand in expressions. */
export interface DefinitionWalker {
  walkFunction(node: FunctionNode, context: Context, name: string, facts?: FunctionFacts): void;
  /** @returns whether code runs in it that may throw. */
  walkClass(node: Node & { readonly type: 'ClassExpression' | 'ClassDeclaration' }, context: Context, name: string): boolean;
}
