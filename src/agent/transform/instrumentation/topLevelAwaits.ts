/**
 * Node shows which top-level await a program that ends was still waiting for; the agent does so in its place, for Node would show the
 * rewritten line. So each await tells where it stands before it begins: a module waits for one at a time, the last that told.
 */

import type { AwaitExpression, BlockStatement, ForOfStatement, Program } from 'acorn';
import type { Recording } from './recording.ts';
import { childrenOf, isFunction } from './syntax.ts';
import type { Node } from './syntax.ts';

type Wait =
  | { readonly node: AwaitExpression; readonly shownAt: number }
  /** Told of before the loop and, where something else waits in its body, at the body's end. */
  | { readonly node: ForOfStatement; readonly shownAt: number; readonly body: BlockStatement | undefined };

/** To be called before any other change is made. Nothing is changed where the last that told may not be what is waited for. */
export function noteTopLevelAwaits(program: Program, source: string, recording: Recording): void {
  const last = program.body.at(-1);
  const waits = findWaits(program);
  if (last === undefined || waits === undefined || waits.length === 0) return;
  const call = `$ml_y(${recording.fileKey}`;
  const changes: (() => void)[] = [];
  const insert = (at: number, text: string): boolean => {
    changes.push(() => recording.insert(at, text));
    return !recording.frozen.holds(at);
  };
  const tell = (wait: Wait): boolean => {
    const position = recording.positionOf(wait.shownAt);
    if (position === undefined) return false;
    const place = `${call},${position.line},${position.column}`;
    if ('body' in wait)
      return insert(wait.node.start, `${place});`) && (wait.body === undefined || insert(wait.body.end - 1, `;${place});`));
    const { argument } = wait.node;
    const [open, close] = argument.type === 'SequenceExpression' ? ['(', '))'] : ['', ')'];
    changes.push(() => recording.wrap(argument.start, argument.end, `${place},${open}`, close));
    return recording.canWrap(argument);
  };
  if (!waits.every(tell) || !insert(last.end, `${source[last.end - 1] === ';' ? '' : ';'}${call});`)) return;
  for (const change of changes) change();
}

/** @returns undefined where something waits that can't tell each time. */
function findWaits(program: Program): Wait[] | undefined {
  const waits: Wait[] = [];
  const visit = (node: Node, parent: Node): boolean => {
    if (isFunction(node)) return true;
    if (node.type === 'VariableDeclaration' && node.kind === 'await using') return false;
    if (node.type === 'AwaitExpression') waits.push({ node, shownAt: node.start });
    if (node.type === 'ForOfStatement' && node.await) return visitLoop(node, parent);
    return childrenOf(node).every((child) => visit(child, node));
  };
  const visitLoop = (node: ForOfStatement, parent: Node): boolean => {
    const shownAt = placeOfLoop(node);
    if (shownAt === undefined || (parent.type !== 'Program' && parent.type !== 'BlockStatement')) return false;
    const index = waits.length;
    if (!visit(node.left, node) || !visit(node.right, node) || waits.length > index) return false;
    if (!visit(node.body, node)) return false;
    const waitsInside = waits.length > index;
    const body = waitsInside && node.body.type === 'BlockStatement' && !continues(node.body) ? node.body : undefined;
    waits.splice(index, 0, { node, shownAt, body });
    return !waitsInside || body !== undefined;
  };
  return visit(program, program) ? waits : undefined;
}

/** Where V8 says that the loop waits; undefined where that is not known. */
function placeOfLoop({ left }: ForOfStatement): number | undefined {
  if (left.type === 'VariableDeclaration') {
    const target = left.declarations[0]?.id;
    return target?.type === 'Identifier' ? target.start : target && target.end - 1;
  }
  return left.type === 'MemberExpression' ? undefined : left.start;
}

/** Whether its end may be left out. */
function continues(node: Node): boolean {
  return node.type === 'ContinueStatement' || (!isFunction(node) && childrenOf(node).some(continues));
}
