/**
 * delete-temporary: a large value is not used any more, but its name still holds it when memory peaks.
 *
 * Measured: what the assignment (with the functions it calls) allocated is alive at the peak, and so is what statements behind the name's
 * last use allocated, in the same block, which ran once. So the peak was reached after the last use. The saving is what the assignment
 * held at the peak; it is what `del` frees unless something else holds it too, which "Try fix" shows.
 */

import type { SyntaxNode } from '@lezer/common';
import { bytesOf } from '../evidence.ts';
import type { Rule, RuleContext, RuleFinding } from '../rule.ts';
import { enclosingFunction, endLine, linesOf } from './pythonSyntax.ts';
import { deletionOf, isImportable, temporaryOf, type Temporary } from './temporaries.ts';

/** Of what was held at the peak, at most so much may be alive after the function's end: else something besides the name holds it. */
const maxSurvivingRatio = 0.1;

export const deleteTemporary: Rule = {
  id: 'delete-temporary',
  language: 'python',
  *check(context) {
    const { source } = context;
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
  const fix = deletionOf(source, name, lastUse);
  yield {
    line,
    title: `Delete ${name} after line ${lastLine}, where it is last used: it is still held when memory peaks`,
    weight,
    evidence: [bytesOf('allocated later, at the peak', later.bytes)],
    estimatedSavingBytes: weight.bytes,
    ...(fix === undefined ? {} : { fix }),
  };
}

/** The block ran once, so what stands further down in it ran later. */
function ranOnce({ source, lineProfile }: RuleContext, statement: SyntaxNode): boolean {
  return lineProfile(source.lineAt(statement.from))?.executionCount === 1;
}
