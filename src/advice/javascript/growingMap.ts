/**
 * growing-map: a Map of the module is looked up and added to by functions, and nothing is ever taken out.
 */

import { bytesOf, countOf } from '../evidence.ts';
import type { Rule, RuleContext, RuleFinding } from '../rule.ts';
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
    const { source, profile } = context;
    const maps = namedMaps(source, findBindings(source));
    for (const map of maps) {
      const { calls, isAllSeen, binding } = map;
      const stores = (calls.get('set') ?? []).filter(({ call }) => enclosingFunction(call) !== undefined);
      if (!isAllSeen || stores.length === 0 || calls.has('delete') || calls.has('clear') || !isLookedUp(map)) continue;
      const held = heldBy(context, map);
      if (held !== undefined) yield* say(context, binding.name, source.lineAt(binding.definition.from), held);
    }
    // A snapshot also sees what is kept otherwise: in a property, as a Set, as an object.
    for (const { kind, growing, name, at, heldBytes, entryCount } of context.reportsHere(profile.caches)) {
      const isSaid = maps.some(({ binding }) => binding.name === name && source.lineAt(binding.definition.from) === at.line);
      if (kind === 'map' && growing && heldBytes !== undefined && !isSaid)
        yield* say(context, name, at.line, { bytes: heldBytes, entryCount });
    }
  },
};

interface Held {
  readonly bytes: number;
  readonly entryCount: number;
}

function* say(context: RuleContext, name: string, line: number, { bytes, entryCount }: Held): Iterable<RuleFinding> {
  const weight = context.weighBytes('live', bytes);
  if (weight === undefined || entryCount < 2 * boundedEntryCount) return;
  yield {
    line,
    title: `Give ${name} a limit: entries are looked up and added, and none is ever taken out`,
    weight,
    evidence: [countOf('entries', entryCount), bytesOf('an entry', bytes / entryCount)],
    estimatedSavingBytes: bytes * (1 - boundedEntryCount / entryCount),
  };
}

/** By a heap snapshot, else by what the lines that add to it left alive: at most so many entries are there. */
function heldBy(context: RuleContext, map: NamedMap): Held | undefined {
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
