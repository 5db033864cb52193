/**
 * global-to-local: a name of the module keeps much alive to the program's end, though only one call, or only the start, needs it.
 *
 * What only the name keeps alive is measured at the end. A local variable of the one function that uses it, which was called once, would
 * have let go of it when that function returned; a name that only the module's own statements use can be deleted after the last of them.
 */

import type { SyntaxNode } from '@lezer/common';
import type { GlobalReport } from '../../core/profile.ts';
import { countOf, type Evidence } from '../evidence.ts';
import type { Rule, RuleContext, RuleFinding, Weight } from '../rule.ts';
import type { SourceFile } from '../sourceFile.ts';
import { definedName, enclosingFunction, endLine, isBinding, linesOf, nameAssignment, usesOf } from './pythonSyntax.ts';
import { deletionOf, isImportable, temporaryOf } from './temporaries.ts';

export const globalToLocal: Rule = {
  id: 'global-to-local',
  language: 'python',
  *check(context) {
    for (const report of context.reportsHere(context.profile.globals)) {
      const weight = context.weighBytes('live', report.retainedBytes);
      if (weight !== undefined) yield* checkGlobal(context, report, weight);
    }
  },
};

function* checkGlobal(context: RuleContext, { name, at }: GlobalReport, weight: Weight): Iterable<RuleFinding> {
  const { source } = context;
  const assignment = source.nodesStartingOn(at.line, ['AssignStatement']).find((statement) => isAssignmentOf(source, statement, name));
  if (assignment === undefined || isImportable(context, assignment)) return;
  const finding = { line: at.line, weight, estimatedSavingBytes: weight.bytes };
  const user = onlyUser(context, name, assignment);
  if (user !== undefined) {
    yield { ...finding, title: `Make ${name} a local variable of ${user.name}(), the only function that uses it`, evidence: user.evidence };
    return;
  }
  const temporary = temporaryOf(source, assignment);
  if (temporary === undefined || !goesOn(context, temporary.following)) return;
  const fix = deletionOf(source, name, temporary.lastUse);
  yield {
    ...finding,
    title: `Delete ${name} after line ${endLine(source, temporary.lastUse)}, where it is last used: it stays alive to the program's end`,
    ...(fix === undefined ? {} : { fix }),
  };
}

function isAssignmentOf(source: SourceFile, statement: SyntaxNode, name: string): boolean {
  const target = nameAssignment(statement)?.name;
  return target !== undefined && source.textOf(target) === name;
}

/** The function that was called once and holds all uses of the name; undefined where there are others. */
function onlyUser(
  { source, file }: RuleContext,
  name: string,
  assignment: SyntaxNode,
): { readonly name: string; readonly evidence: Evidence[] } | undefined {
  const uses = usesOf(source, name).filter((use) => use.from >= assignment.to || use.to <= assignment.from);
  const functions = new Map(uses.map((use) => [enclosingFunction(use)?.from, enclosingFunction(use)]));
  const [only] = functions.values();
  if (only?.name !== 'FunctionDefinition' || functions.size !== 1 || uses.some(isBinding)) return undefined;
  const calls = file.functions.find(({ line }) => line === source.lineAt(only.from))?.callCount;
  return calls === 1 ? { name: definedName(source, only), evidence: [countOf('calls', calls)] } : undefined;
}

/** Whether the program does much after the last use, and it is not at the peak already (then delete-temporary speaks). */
function goesOn({ source, weighCalls }: RuleContext, following: readonly SyntaxNode[]): boolean {
  const lines = following.flatMap((statement) => linesOf(source, statement));
  return weighCalls('allocated', lines) !== undefined && weighCalls('peak', lines) === undefined;
}
