/**
 * slots: a class of which very many small instances are alive has no `__slots__`.
 *
 * How many are alive is measured: at the end by the types of what the constructing lines left; at the peak it is what these lines and
 * `__init__` held there divided by what one instance takes, at most as many as were made. The saving is the difference between an
 * instance without and with slots (objectSizes.ts) times that count.
 */

import type { SyntaxNode } from '@lezer/common';
import type { AdviceFix } from '../../core/profile.ts';
import { countOf } from '../evidence.ts';
import type { Rule, RuleContext, RuleFinding, Weight } from '../rule.ts';
import type { SourceFile } from '../sourceFile.ts';
import { classShape, constructingLines, firstStatement, isClosed, type ClassShape } from './classShape.ts';
import { minorVersion, plainInstanceBytes, slottedInstanceBytes } from './objectSizes.ts';

export const slots: Rule = {
  id: 'slots',
  language: 'python',
  *check(context) {
    for (const definition of context.source.nodesOf(['ClassDefinition'])) {
      const shape = classShape(context.source, definition);
      if (shape !== undefined && shape.attributes.length > 0) yield* checkClass(context, shape);
    }
  },
};

function* checkClass(context: RuleContext, shape: ClassShape): Iterable<RuleFinding> {
  const { source, profile } = context;
  const plain = plainInstanceBytes(minorVersion(profile.runtime.version), shape.attributes.length);
  const plainBytes = plain.object + plain.attributes;
  const savedBytes = plainBytes - slottedInstanceBytes(shape.attributes.length);
  const madeCount = madeInstanceCount(context, shape);
  const liveCount = Math.min(madeCount, liveInstanceCount(context, shape.name));
  // Where no `__init__` was counted, what the constructing lines held may be anything else.
  const peakCount = shape.initLines.length === 0 ? 0 : Math.min(madeCount, peakInstanceCount(context, shape, plain));
  // By types they are counted; at the peak it is as many as can have been.
  const metric = liveCount >= 0.9 * peakCount ? 'live' : 'peak';
  const count = metric === 'live' ? liveCount : peakCount;
  const weight: Weight | undefined = context.weighBytes(metric, count * plainBytes);
  if (weight === undefined) return;
  const line = source.lineAt(shape.definition.from);
  yield {
    line,
    title: `Give ${shape.name} __slots__: each of its many instances has room for attributes that it will never get`,
    weight,
    evidence: [countOf(metric === 'live' ? 'instances alive at the end' : 'instances at the peak, at most', count)],
    estimatedSavingBytes: count * savedBytes,
    ...fixOf(context, shape),
  };
}

/** How often `__init__` ran; Infinity where that was not counted to the end. */
function madeInstanceCount({ lineProfile }: RuleContext, { initLines }: ClassShape): number {
  const first = initLines.map((line) => lineProfile(line)).find((line) => line?.executionCount !== undefined);
  return first?.executionCount === undefined || first.executionCountIsMinimum ? Infinity : first.executionCount;
}

function liveInstanceCount({ profile }: RuleContext, className: string): number {
  let count = 0;
  for (const { lines } of profile.files) {
    for (const { types = [] } of lines) for (const type of types) if (type.name === className) count += type.liveCount;
  }
  return Math.round(count);
}

function peakInstanceCount(
  { source, lineProfile }: RuleContext,
  shape: ClassShape,
  plain: { readonly object: number; readonly attributes: number },
): number {
  const peakBytes = (lines: readonly number[]): number => lines.reduce((sum, line) => sum + (lineProfile(line)?.peakBytes ?? 0), 0);
  const byObjects = peakBytes(constructingLines(source, shape)) / plain.object;
  const byAttributes = plain.attributes > 0 ? peakBytes(shape.initLines) / plain.attributes : Infinity;
  return Math.floor(Math.min(byObjects, byAttributes));
}

/** Slots for exactly the known attributes, where these are all and no other file of the program could add one. */
function fixOf({ profile, source }: RuleContext, shape: ClassShape): { readonly fix?: AdviceFix } {
  if (profile.files.length > 1 || !isClosed(source, shape)) return {};
  if (shape.dataclass !== undefined) return dataclassFix(source, shape.dataclass, minorVersion(profile.runtime.version));
  const before = firstStatement(shape.definition);
  if (before === undefined) return {};
  const statementLine = source.lineAt(before.from);
  if (statementLine === source.lineAt(shape.definition.from)) return {};
  let line = statementLine;
  // A comment above it is about it.
  while (/^\s*#/.test(source.lines[line - 2] ?? '')) line--;
  const edit = source.insertLinesBefore(line, slotsLines(source, shape, source.indentOf(statementLine)));
  return { fix: { title: `Add __slots__ to ${shape.name}`, edits: [edit] } };
}

/** `@dataclass(slots=True)`, which Python knows from 3.10 on. */
function dataclassFix(source: SourceFile, decorator: SyntaxNode, minor: number): { readonly fix?: AdviceFix } {
  if (minor < 10) return {};
  const list = decorator.getChild('ArgList');
  const end = decorator.from + source.textOf(decorator).trimEnd().length;
  const isEmpty = list !== null && /^\(\s*\)$/.test(source.textOf(list));
  const edit =
    list === null
      ? source.replace(end, end, '(slots=True)')
      : source.replace(list.to - 1, list.to - 1, isEmpty ? 'slots=True' : ', slots=True');
  return { fix: { title: 'Add slots=True to the data class', edits: [edit] } };
}

function slotsLines(source: SourceFile, { attributes }: ClassShape, indent: string): string {
  const names = attributes.map((attribute) => `'${attribute}'`).join(', ');
  return `${indent}__slots__ = (${names}${attributes.length === 1 ? ',' : ''})${source.lineEnd}`;
}
