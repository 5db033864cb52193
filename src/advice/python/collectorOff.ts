/**
 * collector-off: the program turns the cycle collector off, never on again, and leaves garbage in cycles.
 *
 * What was found in cycles at the end is measured; with the collector on, most of it would have been freed while the program ran.
 */

import type { AdviceFix } from '../../core/profile.ts';
import { countOf } from '../evidence.ts';
import type { Rule } from '../rule.ts';
import type { SourceFile } from '../sourceFile.ts';
import { calleeName } from './pythonSyntax.ts';

export const collectorOff: Rule = {
  id: 'collector-off',
  language: 'python',
  *check({ profile, source, reportsHere, weighBytes }) {
    if (profile.collectorChanges?.some(({ change }) => change === 'enabled' || change === 'collected')) return;
    const cycles = profile.cycles ?? [];
    const bytes = cycles.reduce((sum, cycle) => sum + cycle.bytes, 0);
    const weight = weighBytes('live', bytes);
    const off = reportsHere(profile.collectorChanges).find(({ change }) => change === 'disabled');
    if (weight === undefined || off === undefined) return;
    const fix = fixOf(source, off.at.line);
    yield {
      line: off.at.line,
      title: 'Leave the cycle collector on: what refers to itself is never freed without it',
      weight,
      evidence: [
        countOf(
          'objects in cycles',
          cycles.reduce((sum, cycle) => sum + cycle.objectCount, 0),
        ),
      ],
      estimatedSavingBytes: bytes,
      ...(fix === undefined ? {} : { fix }),
    };
  },
};

/** Without the call; `pass` keeps the block that it stood in. */
function fixOf(source: SourceFile, line: number): AdviceFix | undefined {
  const calls = source.nodesStartingOn(line, ['CallExpression']).filter((call) => /(?:^|\.)disable$/.test(calleeName(source, call) ?? ''));
  const [call, ...more] = calls;
  if (call?.parent?.name !== 'ExpressionStatement' || more.length > 0) return undefined;
  return { title: 'Do not turn the collector off', edits: [source.replace(call.from, call.to, 'pass')] };
}
