/** What it takes to move an expression into a marker. */

import type { Allocations } from './allocations.ts';
import type { StandIn } from './chains.ts';
import type { Hole, MarkerArgument } from './edits.ts';
import type { FunctionFrame, Scopes } from './scopes.ts';
import type { CallExpression } from 'acorn';
import type { Node } from './syntax.ts';

export interface HoistEnvironment {
  readonly scopes: Scopes;
  readonly allocations: Allocations;
  readonly frame: FunctionFrame;
  /** Whether `this` has a value by then, as it has not before `super()`. */
  readonly allowsThis: boolean;
  /** Whether `this` may be handed over under another name. */
  readonly passesThis: boolean;
  /** Whether allocations inside, where they can't be handed over, are to have markers of their own, called by this one. */
  readonly nestsInner: boolean;
  /** Whether the two start on one line. */
  readonly isOnLineOf: (inner: Node, outer: Node) => boolean;
  /** Whether a call is to have a marker of its own, apart from the one that is chained to it. */
  readonly splitsChain: (inner: CallExpression, outer: CallExpression) => boolean;
}

export interface HoistPlan {
  /** In the order of the text. */
  readonly arguments: readonly MarkerArgument[];
  /** Names of the marker's parameters, in the same order. */
  readonly parameters: readonly string[];
  /** The parts that are handed over as values. */
  readonly values: readonly Node[];
  readonly holes: readonly Hole[];
  /** Allocations inside that are kept in the marker and can have a marker of their own there. */
  readonly nested: readonly Node[];
  readonly usesThis: boolean;
  /** Whether `this` is handed over like a variable: that is cheaper than calling the marker as a method of it. */
  readonly passesThis: boolean;
  /** What the first of the arguments is to be put behind, where the plan is for a chained call. */
  readonly standIn: StandIn | undefined;
  /** Whether code of the program, or of anybody, may run in the marker. */
  readonly runsCode: boolean;
}
