/**
 * Moves the places of what explains a profile's memory, as its figures are moved from generated files to their originals.
 */

import { fileTitle, placeText } from './filePaths.ts';
import type { Advice, HolderReport, HolderStep, LeakSuspect, MemoryProfile, SourceRef } from './profile.ts';

type MapPlace = (at: SourceRef) => SourceRef;
type Findings = Pick<
  MemoryProfile,
  'caches' | 'globals' | 'cycles' | 'leakSuspects' | 'holders' | 'repeatedValues' | 'repeatedCalls' | 'collectorChanges' | 'advice'
>;

/** Of the profile, the fields that explain its memory, each place replaced by what `place` gives for it. */
export function mapFindingPlaces(profile: MemoryProfile, place: MapPlace): Findings {
  const at = <Item extends { readonly at: SourceRef }>(item: Item): Item => ({ ...item, at: place(item.at) });
  const atIfAny = <Item extends { readonly at?: SourceRef }>(item: Item): Item =>
    item.at === undefined ? item : { ...item, at: place(item.at) };
  const held = (holder: HolderReport): HolderReport => ({ ...at(holder), path: holder.path.map((step) => mapStep(step, place)) });
  const moved = {
    caches: profile.caches?.map(at),
    globals: profile.globals?.map(at),
    cycles: profile.cycles?.map(atIfAny),
    leakSuspects: joinSuspects(profile.leakSuspects?.map(at)),
    holders: profile.holders?.map(held),
    repeatedValues: profile.repeatedValues?.map(at),
    repeatedCalls: profile.repeatedCalls?.map(at),
    collectorChanges: profile.collectorChanges?.map(atIfAny),
    advice: profile.advice?.map((advice) => mapAdvice(advice, place)),
  } satisfies { readonly [Name in keyof Findings]: Findings[Name] | undefined };
  // What the engine did not look for stays absent.
  return Object.fromEntries(Object.entries(moved).filter(([, reports]) => reports !== undefined));
}

/** Generated lines of one original line are one suspect: what the largest of them says, with the bytes of all. */
function joinSuspects(suspects: readonly LeakSuspect[] | undefined): readonly LeakSuspect[] | undefined {
  if (suspects === undefined) return undefined;
  const byLine = new Map<string, LeakSuspect>();
  for (const suspect of suspects) {
    const key = `${suspect.at.line}:${suspect.at.path}`;
    const first = byLine.get(key);
    byLine.set(key, first === undefined ? suspect : { ...first, liveBytes: first.liveBytes + suspect.liveBytes });
  }
  return [...byLine.values()].sort((a, b) => b.liveBytes - a.liveBytes);
}

/** What it says may name the file and the line, too. */
function mapStep(step: HolderStep, place: MapPlace): HolderStep {
  if (step.at === undefined) return step;
  const at = place(step.at);
  const [before, after] = [fileTitle(step.at.path), fileTitle(at.path)];
  const text = step.text.replace(placeText(step.at), placeText(at));
  return { at, text: text.startsWith(`${before}: `) ? after + text.slice(before.length) : text };
}

/** A fix that edits the generated text is none for the original. */
function mapAdvice({ endLine, fix, ...advice }: Advice, place: MapPlace): Advice {
  const at = place(advice.at);
  if (at.path === advice.at.path && at.line === advice.at.line) {
    return { ...advice, ...(endLine === undefined ? {} : { endLine }), ...(fix === undefined ? {} : { fix }) };
  }
  const end = endLine === undefined ? undefined : place({ path: advice.at.path, line: endLine });
  return { ...advice, at, ...(end?.path === at.path && end.line >= at.line ? { endLine: end.line } : {}) };
}
