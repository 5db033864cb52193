/**
 * growing-map: a Map of the module is looked up and added to by functions, and nothing is ever taken out.
 */

import { bytesOf, countOf } from '../evidence.ts';
import type { Rule, RuleContext } from '../rule.ts';
import { findBindings } from './bindings.ts';
import { executionsOf } from './executions.ts';
import { enclosingFunction, linesOf } from './javascriptSyntax.ts';
import { isLookedUp, namedMaps, reportOf, type NamedMap } from './mapUses.ts';

/** The limit that the saving is reckoned with: enough for most caches to hit as often as before, and 1,000 entries are soon said. */
const boundedEntryCount = 1000;

export const growingMap: Rule = {
  id: 'growing-map',
  language: 'javascript',
  *check(context) {
    const { source } = context;
    for (const map of namedMaps(source, findBindings(source))) {
      const { calls, isAllSeen, binding } = map;
      const stores = (calls.get('set') ?? []).filter(({ call }) => enclosingFunction(call) !== undefined);
      if (!isAllSeen || stores.length === 0 || calls.has('delete') || calls.has('clear') || !isLookedUp(map)) continue;
      const held = heldBy(context, map);
      if (held === undefined || held.entryCount < 2 * boundedEntryCount) continue;
      const weight = context.weighBytes('live', held.bytes);
      if (weight === undefined) continue;
      yield {
        line: source.lineAt(binding.definition.from),
        title: `Give ${binding.name} a limit: entries are looked up and added, and none is ever taken out`,
        weight,
        evidence: [countOf('entries', held.entryCount), bytesOf('an entry', held.bytes / held.entryCount)],
        estimatedSavingBytes: held.bytes * (1 - boundedEntryCount / held.entryCount),
      };
    }
  },
};

/** By a heap snapshot, else by what the lines that add to it left alive: at most so many entries are there. */
function heldBy(context: RuleContext, map: NamedMap): { readonly bytes: number; readonly entryCount: number } | undefined {
  const report = reportOf(context, map);
  if (report?.heldBytes !== undefined) return { bytes: report.heldBytes, entryCount: report.entryCount };
  const stores = map.calls.get('set') ?? [];
  let entryCount = 0;
  for (const { call } of stores) entryCount += executionsOf(context, call) ?? NaN;
  let bytes = 0;
  for (const line of new Set(stores.flatMap(({ call }) => linesOf(context.source, call))))
    bytes += context.lineProfile(line)?.liveBytes ?? 0;
  return Number.isNaN(entryCount) ? undefined : { bytes, entryCount };
}
