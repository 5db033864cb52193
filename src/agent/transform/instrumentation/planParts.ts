/** What a plan for a marker is put together from; what was added since a moment can be taken back. */

import type { Hole, MarkerArgument } from './edits.ts';
import type { OuterUse } from './outerUses.ts';
import type { Node } from './syntax.ts';

export class PlanParts {
  readonly arguments: (MarkerArgument & { readonly parameter: string })[] = [];
  readonly values: Node[] = [];
  readonly holes: Hole[] = [];
  readonly nested: Node[] = [];
  readonly outerUses: OuterUse[] = [];
  /** Where `this` stands in what is kept. */
  readonly thisUses: Node[] = [];

  /** @returns a function that takes back what was added since. */
  mark(): () => void {
    const lists: readonly unknown[][] = [this.arguments, this.values, this.holes, this.nested, this.outerUses, this.thisUses];
    const lengths = lists.map(({ length }) => length);
    return () => {
      for (const [index, list] of lists.entries()) list.length = lengths[index] ?? 0;
    };
  }
}

/** What is known so far; a part that turns out not to fit is forgotten again. */
export interface PlanState {
  /** Variables handed over under their names, and whether they can be read again for the same value. */
  readonly names: Map<string, boolean>;
  hasEffects: boolean;
  isConditional: boolean;
  usesThis: boolean;
  /** Whether a message of an error can show it. */
  isThisShown: boolean;
  runsCode: boolean;
  /** Start of the last part that is evaluated at the call and may do anything. */
  lastValueAt: number;
}

export function initialState(): PlanState {
  return {
    names: new Map(),
    hasEffects: false,
    isConditional: false,
    usesThis: false,
    isThisShown: false,
    runsCode: false,
    lastValueAt: -1,
  };
}
