/**
 * Calls that are chained over several lines: each runs in a marker of its own, so that each line gets what its call allocates.
 *
 *     items                                       $ml$2($ml$s41($ml$1(items,f)),g)
 *       .map(f)
 *       .filter(g)                                where $ml$2 is (items,g) => items.map(0).filter(g)
 *
 * If the result of `map` has no `filter`, the message of the error shows the text that was called: `items.map(...).filter is not a
 * function`. So the text stays, and what the leftmost name in it stands for is a stand-in that gives what the inner call gave.
 */

import type { CallExpression } from 'acorn';
import type { Hole } from './edits.ts';
import { propertyName } from './syntax.ts';
import type { Node } from './syntax.ts';

/** Each call repeats the text of those before it. */
const maxChainLength = 24;

export interface StandIn {
  readonly inner: CallExpression;
  /** The name at the left end of the chain, or `this`. */
  readonly leftmost: string;
  /** The function that takes the inner call's value and gives the stand-in; it is made once. */
  readonly functionName: string;
  readonly functionText: string;
  /** The arguments of the inner calls, which messages leave out. */
  readonly holes: readonly Hole[];
}

/**
 * @param splits whether the first of two calls, to which the other one is chained, is to have a marker of its own.
 * @returns undefined where there is no such call, or its text can't be kept.
 */
export function standInFor(root: Node, splits: (inner: CallExpression, outer: CallExpression) => boolean): StandIn | undefined {
  if (root.type !== 'CallExpression') return undefined;
  let current: Node = root.callee;
  for (;;) {
    if (current.type === 'MemberExpression') current = current.object;
    else if (current.type !== 'CallExpression') return undefined;
    else if (splits(current, root)) return buildStandIn(current);
    else current = current.callee;
  }
}

function buildStandIn(inner: CallExpression): StandIn | undefined {
  // No two calls end at one place.
  const functionName = `$ml$s${inner.end}`;
  const holes: Hole[] = [];
  let text = `()=>{const v=${functionName}.v;${functionName}.v=undefined;return v}`;
  let length = 0;
  let current: Node = inner;
  for (;;) {
    switch (current.type) {
      case 'CallExpression': {
        length += 1;
        if (current.optional || length > maxChainLength) return undefined;
        if (current !== inner) text = `(v=>()=>v)(${text})`;
        holes.unshift(...current.arguments.map(({ start, end }) => ({ start, end, text: '0' })));
        current = current.callee;
        break;
      }
      case 'MemberExpression': {
        const name = current.property.type === 'PrivateIdentifier' ? undefined : propertyName(current.property, current.computed);
        if (name === undefined || name === '__proto__' || current.optional) return undefined;
        text = `({${JSON.stringify(name)}:${text}})`;
        current = current.object;
        break;
      }
      case 'Identifier':
      case 'ThisExpression': {
        const functionText = `function ${functionName}(v){${functionName}.v=v;return ${functionName}.s??(${functionName}.s=${text})}`;
        return { inner, leftmost: current.type === 'Identifier' ? current.name : 'this', functionName, functionText, holes };
      }
      default:
        return undefined;
    }
  }
}

/** Where a call says what it does: at the name of the called property. */
export function startOfCall(node: Node): number {
  return node.type === 'CallExpression' && node.callee.type === 'MemberExpression' ? node.callee.property.start : node.start;
}
