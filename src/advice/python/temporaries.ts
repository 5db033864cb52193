/**
 * Names that hold a value longer than it is used: where one gets its value, where it is last used, and what follows in the same block while
 * it is still held.
 */

import type { SyntaxNode } from '@lezer/common';
import type { AdviceFix } from '../../core/profile.ts';
import type { RuleContext } from '../rule.ts';
import type { SourceFile } from '../sourceFile.ts';
import { keepsItems, mayKeep } from './keptItems.ts';
import {
  childrenOf,
  endLine,
  enclosingFunction,
  enclosingLoop,
  isBinding,
  isGenerator,
  isInClassBody,
  nameAssignment,
  usesOf,
} from './pythonSyntax.ts';

/** What they return refers to the same items. */
const sharesItems = /^(?:sorted|list|tuple|set|frozenset|dict|filter|zip|map|reversed|enumerate|iter)$/;

/** They go through a generator before they return. */
const consumers = /^(?:sum|min|max|any|all|sorted|list|tuple|set|frozenset|dict)$|\.(?:join|extend|update|writelines)$/;

/** A name with a large value: where it gets it, where it is last used, and what follows while it is still held. */
export interface Temporary {
  readonly name: string;
  readonly assignment: SyntaxNode;
  readonly lastUse: SyntaxNode;
  readonly following: readonly SyntaxNode[];
}

/** Where names are looked up by what is only known when the program runs. */
const namesAtRun = /\b(?:locals|globals|vars|exec|eval)\s*\(/;

/** Where the name is held on after its last use: only for plain names whose object nothing else gets to keep. */
export function temporaryOf(source: SourceFile, assignment: SyntaxNode): Temporary | undefined {
  if (namesAtRun.test(source.text) || isInClassBody(assignment)) return undefined;
  const target = nameAssignment(assignment)?.name;
  const block = assignment.parent;
  if (target === undefined || block === null || !['Body', 'Script'].includes(block.name) || enclosingLoop(assignment) !== undefined)
    return undefined;
  const name = source.textOf(target);
  // Python and tools read such names of a module.
  if (name.startsWith('__')) return undefined;
  const scope = enclosingFunction(assignment);
  const uses = usesOf(source, name, scope);
  if (uses.some((use) => enclosingFunction(use)?.from !== scope?.from || use.parent?.name === 'ScopeStatement')) return undefined;
  const later = uses.filter((use) => use.from >= assignment.to);
  const rebound = later.find((use) => !isRead(use));
  const end = rebound === undefined ? undefined : inBlock(rebound, block);
  // Bound anew in a branch or a loop, it may still be the old value that is used behind it.
  if (rebound !== undefined && (end === undefined || !['AssignStatement', 'DeleteStatement'].includes(end.name))) return undefined;
  const reads = later.filter((use) => isRead(use) && (end === undefined || use.from < end.to));
  const statements = reads.map((use) => inBlock(use, block));
  if (statements.some((statement) => statement === undefined || statement.from === end?.from)) return undefined;
  if (reads.some((use) => isKept(source, use))) return undefined;
  const lastUse = statements.at(-1) ?? assignment;
  const following = childrenOf(block).filter(({ from }) => from >= lastUse.to && (end === undefined || from <= end.from));
  return { name, assignment, lastUse, following };
}

/** Whether the use needs the value that the name has: also `name += ...` does. */
function isRead(use: SyntaxNode): boolean {
  return !isBinding(use) || use.parent?.name === 'UpdateStatement';
}

/** The statement of this block that the node is in; undefined where it lies outside. */
function inBlock(node: SyntaxNode, block: SyntaxNode): SyntaxNode | undefined {
  let statement: SyntaxNode | null = node;
  while (statement !== null && !(statement.parent?.from === block.from && statement.parent.name === block.name))
    statement = statement.parent;
  return statement ?? undefined;
}

/** Whether something else may hold the object, or its items, from this use on. */
function isKept(source: SourceFile, use: SyntaxNode): boolean {
  const { parent } = use;
  if (parent === null || mayKeep(source, use) || isForLater(source, use)) return true;
  if (use.prevSibling?.name === 'in' && parent.getChild('for') !== null) return keepsItems(source, parent);
  if (parent.name === 'MemberExpression') return parent.parent?.name === 'AssignStatement' && parent.getChild(':') !== null;
  return parent.name === 'ArgList' && parent.prevSibling !== null && sharesItems.test(source.textOf(parent.prevSibling));
}

/** Whether it stands in a generator that may be gone through after its statement: only what the first `for` goes through is asked for now. */
function isForLater(source: SourceFile, use: SyntaxNode): boolean {
  let inner = use;
  for (let node = use.parent; node !== null && node.name !== 'Body'; inner = node, node = node.parent) {
    if (!isGenerator(node) || (inner.prevSibling && inner.prevSibling.from === node.getChild('in')?.from)) continue;
    const callee = (node.name === 'ArgList' ? node : node.parent)?.prevSibling;
    if (!callee || !consumers.test(source.textOf(callee))) return true;
  }
  return false;
}

/** A name of a module that others may import. */
export function isImportable({ profile, file }: RuleContext, assignment: SyntaxNode): boolean {
  return enclosingFunction(assignment) === undefined && profile.program.file !== file.path;
}

/** Deletes the name right after its last use. */
export function deletionOf(source: SourceFile, name: string, lastUse: SyntaxNode): AdviceFix | undefined {
  const line = source.lineAt(lastUse.from);
  const before = source.text.slice(source.lineStart(line), lastUse.from);
  // A block on the line of its `if` or `def` has no room for another statement.
  if (before.trim() !== '') return undefined;
  return {
    title: `Delete ${name} after its last use`,
    edits: [source.insertLinesBefore(endLine(source, lastUse) + 1, `${before}del ${name}`)],
  };
}
