/**
 * growing-map: a Map of the module is looked up and added to by functions, and nothing is ever taken out.
 */

import { bytesOf, countOf } from '../evidence.ts';
import type { Rule, RuleContext, RuleFinding } from '../rule.ts';
import type { SourceFile } from '../sourceFile.ts';
import { findBindings, type Bindings } from './bindings.ts';
import { executionsOf } from './executions.ts';
import { enclosingFunction, linesOf } from './javascriptSyntax.ts';
import { makingLines, weighWithCalls } from './keptValues.ts';
import { isFilledOnDemand, isLookedUp, namedMaps, reportOf, type NamedMap } from './mapUses.ts';

/** The limit that the saving is reckoned with: enough for most caches to hit as often as before, and 1,000 entries are soon said. */
const boundedEntryCount = 1000;

export const growingMap: Rule = {
  id: 'growing-map',
  language: 'javascript',
  *check(context) {
    const { source, profile } = context;
    const bindings = findBindings(source);
    const maps = namedMaps(source, bindings);
    for (const map of maps) {
      const { calls, isAllSeen, binding } = map;
      const stores = (calls.get('set') ?? []).filter(({ call }) => enclosingFunction(call) !== undefined);
      if (!isAllSeen || stores.length === 0 || calls.has('delete') || calls.has('clear') || !isGrowing(context, bindings, map)) continue;
      const held = heldBy(context, bindings, map);
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

/** By a heap snapshot, else by what was left alive where the values are made that the program puts in: at most so many entries are there. */
function heldBy(context: RuleContext, bindings: Bindings, map: NamedMap): Held | undefined {
  const report = reportOf(context, map);
  if (report?.heldBytes !== undefined) return { bytes: report.heldBytes, entryCount: report.entryCount };
  const stores = map.calls.get('set') ?? [];
  const lines = storingLines(context.source, bindings, map);
  const counts = stores.map(({ call }) => executionsOf(context, call) ?? NaN);
  const entryCount = counts.reduce((sum, count) => sum + count, 0);
  const weight = weighWithCalls(context, 'live', lines);
  return Number.isNaN(entryCount) || weight === undefined ? undefined : { bytes: weight.bytes, entryCount };
}

/**
 * Whether entries go on being added: by those who look for them, as a cache does, or because the lines that make them were seen to leave
 * ever more alive. A table that is filled at the start and read later is neither.
 */
function isGrowing(context: RuleContext, bindings: Bindings, map: NamedMap): boolean {
  if (isFilledOnDemand(bindings, map)) return true;
  const lines = storingLines(context.source, bindings, map);
  return isLookedUp(map) && context.reportsHere(context.profile.leakSuspects).some(({ at }) => lines.includes(at.line));
}

function storingLines(source: SourceFile, bindings: Bindings, { calls }: NamedMap): number[] {
  const stores = calls.get('set') ?? [];
  return stores.flatMap(({ call, args }) => [...linesOf(source, call), ...makingLines(source, bindings, args)]);
}
