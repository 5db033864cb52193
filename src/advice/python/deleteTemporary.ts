/**
 * delete-temporary: a large value is not used any more, but its name still holds it when memory peaks.
 *
 * Measured: what the assignment (with the functions it calls) allocated is alive at the peak, and so is what statements behind the name's
 * last use allocated, in the same block, which ran once. So the peak was reached after the last use. The saving is what the assignment
 * held at the peak; it is what `del` frees unless something else holds it too, which "Try fix" shows.
 */

import type { SyntaxNode } from '@lezer/common';
import type { AdviceFix } from '../../core/profile.ts';
import { bytesOf } from '../evidence.ts';
import type { Rule, RuleContext, RuleFinding } from '../rule.ts';
import type { SourceFile } from '../sourceFile.ts';
import { keepsItems, mayKeep } from './keptItems.ts';
import { childrenOf, enclosingFunction, enclosingLoop, isBinding, nameAssignment, usesOf } from './pythonSyntax.ts';

/** Of what was held at the peak, at most so much may be alive after the function's end: else something besides the name holds it. */
const maxSurvivingRatio = 0.1;

/** What they return refers to the same items. */
const sharesItems = /^(?:sorted|list|tuple|set|frozenset|dict|filter|zip|map|reversed|enumerate|iter)$/;

/** A name with a large value: where it gets it, where it is last used, and what follows while it is still held. */
interface Temporary {
  readonly name: string;
  readonly assignment: SyntaxNode;
  readonly lastUse: SyntaxNode;
  readonly following: readonly SyntaxNode[];
}

export const deleteTemporary: Rule = {
  id: 'delete-temporary',
  language: 'python',
  *check(context) {
    const { source } = context;
    if (/\b(?:locals|exec|eval)\s*\(/.test(source.text)) return;
    for (const assignment of source.nodesOf(['AssignStatement'])) {
      const weight = context.weighCalls('peak', linesOf(source, assignment));
      // Before the syntax is looked at: hardly any line weighs enough.
      if (weight === undefined || !ranOnce(context, assignment) || isImportable(context, assignment)) continue;
      const temporary = temporaryOf(source, assignment);
      if (temporary !== undefined) yield* checkTemporary(context, temporary);
    }
  },
};

function* checkTemporary(context: RuleContext, { name, assignment, lastUse, following }: Temporary): Iterable<RuleFinding> {
  const { source } = context;
  const lines = linesOf(source, assignment);
  const weight = context.weighCalls('peak', lines);
  const later = context.weighCalls(
    'peak',
    following.flatMap((statement) => linesOf(source, statement)),
  );
  if (weight === undefined || later === undefined) return;
  const surviving = context.weighCalls('live', lines);
  if (enclosingFunction(assignment) !== undefined && (surviving?.bytes ?? 0) > maxSurvivingRatio * weight.bytes) return;
  const [line, lastLine] = [source.lineAt(assignment.from), endLine(source, lastUse)];
  const fix = fixOf(source, name, lastUse);
  yield {
    line,
    title: `Delete ${name} after line ${lastLine}, where it is last used: it is still held when memory peaks`,
    weight,
    evidence: [bytesOf('allocated later, at the peak', later.bytes)],
    estimatedSavingBytes: weight.bytes,
    ...(fix === undefined ? {} : { fix }),
  };
}

/** Where the name is held on after its last use: only for plain names whose object nothing else gets to keep. */
function temporaryOf(source: SourceFile, assignment: SyntaxNode): Temporary | undefined {
  const target = nameAssignment(assignment)?.name;
  const block = assignment.parent;
  if (target === undefined || block === null || !['Body', 'Script'].includes(block.name) || enclosingLoop(assignment) !== undefined)
    return undefined;
  const name = source.textOf(target);
  const scope = enclosingFunction(assignment);
  const uses = usesOf(source, name, scope);
  if (uses.some((use) => enclosingFunction(use)?.from !== scope?.from || use.parent?.name === 'ScopeStatement')) return undefined;
  const later = uses.filter((use) => use.from >= assignment.to);
  const rebound = later.find(isBinding);
  const end = rebound === undefined ? undefined : inBlock(rebound, block);
  if (rebound !== undefined && end === undefined) return undefined;
  const reads = later.filter((use) => !isBinding(use) && (end === undefined || use.from < end.to));
  const statements = reads.map((use) => inBlock(use, block));
  if (statements.some((statement) => statement === undefined || statement.from === end?.from) || reads.some((use) => isKept(source, use)))
    return undefined;
  const lastUse = statements.at(-1) ?? assignment;
  const following = childrenOf(block).filter(({ from }) => from >= lastUse.to && (end === undefined || from <= end.from));
  return { name, assignment, lastUse, following };
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
  if (parent === null || mayKeep(source, use)) return true;
  if (use.prevSibling?.name === 'in' && parent.getChild('for') !== null) return keepsItems(source, parent);
  if (parent.name === 'MemberExpression') return parent.parent?.name === 'AssignStatement' && parent.getChild(':') !== null;
  return parent.name === 'ArgList' && parent.prevSibling !== null && sharesItems.test(source.textOf(parent.prevSibling));
}

/** The block ran once, so what stands further down in it ran later. */
function ranOnce({ source, lineProfile }: RuleContext, statement: SyntaxNode): boolean {
  return lineProfile(source.lineAt(statement.from))?.executionCount === 1;
}

/** A name of a module that others may import. */
function isImportable({ profile, file }: RuleContext, assignment: SyntaxNode): boolean {
  return enclosingFunction(assignment) === undefined && profile.program.file !== file.path;
}

function fixOf(source: SourceFile, name: string, lastUse: SyntaxNode): AdviceFix | undefined {
  const line = source.lineAt(lastUse.from);
  const before = source.text.slice(source.lineStart(line), lastUse.from);
  // A block on the line of its `if` or `def` has no room for another statement.
  if (before.trim() !== '') return undefined;
  return {
    title: `Delete ${name} after its last use`,
    edits: [source.insertLinesBefore(endLine(source, lastUse) + 1, `${before}del ${name}`)],
  };
}

function linesOf(source: SourceFile, node: SyntaxNode): number[] {
  const from = source.lineAt(node.from);
  return Array.from({ length: endLine(source, node) - from + 1 }, (_, index) => from + index);
}

/** A compound statement's node reaches to the next statement; its last line is that of its last text. */
function endLine(source: SourceFile, node: SyntaxNode): number {
  return source.lineAt(node.from + source.textOf(node).trimEnd().length);
}
