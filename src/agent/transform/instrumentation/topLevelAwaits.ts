/**
 * Node shows which top-level await a program that ends was still waiting for; the agent does so in its place, for Node would show the
 * rewritten line. So each await tells where it stands before it begins: a module waits for one at a time, the last that told.
 */

import type { AwaitExpression, ForOfStatement, Program } from 'acorn';
import type { Recording } from './recording.ts';
import { childrenOf, isFunction } from './syntax.ts';
import type { Node } from './syntax.ts';

/** `shownAt`: where Node shows it. */
type Wait =
  | { readonly node: AwaitExpression; readonly shownAt: number }
  /** It waits before each turn: `turnEnds`, where something else waits in its body, are the statements that may be a turn's last. */
  | { readonly node: ForOfStatement; readonly shownAt: number; readonly turnEnds: readonly Node[] };

/** To be called before any other change is made. Nothing is changed where the last that told may not be what is waited for. */
export function noteTopLevelAwaits(program: Program, source: string, recording: Recording): void {
  const last = program.body.at(-1);
  const waits = findWaits(program);
  if (last === undefined || waits === undefined || waits.length === 0 || recording.frozen.holds(last.end)) return;
  const call = `$ml_y(${recording.fileKey}`;
  const changes: { readonly node: Node; readonly before: string; readonly after: string }[] = [];
  for (const wait of waits) {
    const position = recording.positionOf(wait.shownAt);
    if (position === undefined) return;
    const place = `${call},${position.line},${position.column}`;
    if ('turnEnds' in wait) {
      changes.push({ node: wait.node, before: `{${place});`, after: '}' });
      for (const node of wait.turnEnds) {
        const jumps = node.type === 'ContinueStatement';
        changes.push({ node, before: jumps ? `{${place});` : '{', after: jumps ? '}' : `;${place});}` });
      }
    } else {
      const { argument } = wait.node;
      const [open, close] = argument.type === 'SequenceExpression' ? ['(', '))'] : ['', ')'];
      changes.push({ node: argument, before: `${place},${open}`, after: close });
    }
  }
  if (!changes.every(({ node }) => recording.canWrap(node))) return;
  for (const { node, before, after } of changes) recording.wrap(node.start, node.end, before, after);
  recording.insert(last.end, `${source[last.end - 1] === ';' ? '' : ';'}${call});`);
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
    if (shownAt === undefined || parent.type === 'LabeledStatement') return false;
    const index = waits.length;
    if (!visit(node.left, node) || !visit(node.right, node) || waits.length > index) return false;
    if (!visit(node.body, node)) return false;
    const turnEnds = waits.length > index ? turnEndsOf(node.body) : [];
    if (turnEnds !== undefined) waits.splice(index, 0, { node, shownAt, turnEnds });
    return turnEnds !== undefined;
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

/** A loop's body and what goes on with the next turn; undefined where something may wait between that and the turn's end. */
function turnEndsOf(body: Node): Node[] | undefined {
  const ends: Node[] = [body];
  const visit = (node: Node, isInLoop: boolean): boolean => {
    if (isFunction(node)) return true;
    if (node.type === 'TryStatement' && node.finalizer !== null && node.finalizer !== undefined) return false;
    if (node.type === 'ContinueStatement' && !isInLoop) ends.push(node);
    const loops = isInLoop || /^(?:For|While|DoWhile)/.test(node.type);
    return childrenOf(node).every((child) => visit(child, loops));
  };
  return visit(body, false) ? ends : undefined;
}
