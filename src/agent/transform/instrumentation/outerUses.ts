/**
 * Names of the file's top level and of the global scope in an expression that moves into a marker.
 *
 * What a marker reads there is read after all that is evaluated at the call. Where that could make a difference, the name is handed over
 * as well, like a local variable.
 */

import { stableGlobals, wrapperNames } from './allocationNames.ts';
import type { Scopes } from './scopes.ts';
import type { Node } from './syntax.ts';

export interface OuterUse {
  readonly node: Node & { readonly type: 'Identifier' };
  /** Whether it may be read at the call as well. */
  readonly isEarly: boolean;
  readonly isTypeofOperand: boolean;
}

/** Names that no parameter of a marker may have. */
export const reservedParameterNames: ReadonlySet<string> = new Set(
  'arguments await eval implements interface let package private protected public static yield'.split(' '),
);

/**
 * @param lastValueAt start of the last part that is evaluated at the call and may do anything.
 * @param names what is handed over under its name already, and whether it can be read again for the same value; what is added is added here.
 * @returns the uses that are to be handed over; undefined where the expression can't be moved.
 */
export function settleOuterUses(
  uses: readonly OuterUse[],
  lastValueAt: number,
  names: Map<string, boolean>,
  scopes: Scopes,
): { readonly name: string; readonly start: number }[] | undefined {
  const handedOver: { name: string; start: number }[] = [];
  for (const use of uses) {
    const { name, start } = use.node;
    if (start > lastValueAt) continue;
    const binding = scopes.bindingOf(use.node);
    const variable = binding.kind === 'outer' ? binding.variable : undefined;
    if (variable === undefined ? stableGlobals.has(name) || wrapperNames.has(name) : scopes.isHoistedConstant(variable)) continue;
    if (!use.isEarly || use.isTypeofOperand || reservedParameterNames.has(name)) return undefined;
    if (names.has(name)) {
      if (names.get(name) === true) continue;
      return undefined;
    }
    const isConstant = variable !== undefined && scopes.isConstant(variable);
    if (!isConstant && uses.some((other) => other !== use && other.node.name === name)) return undefined;
    names.set(name, isConstant);
    handedOver.push({ name, start });
  }
  return handedOver;
}
