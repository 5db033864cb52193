/** Moves what explains a profile's memory to other places, as its lines are moved: to the originals of files that were compiled. */

import { fileTitle, placeText } from './filePaths.ts';
import type { HolderStep, MemoryProfile, SourceRef } from './profile.ts';

type Explanations = Pick<
  MemoryProfile,
  'caches' | 'globals' | 'cycles' | 'leakSuspects' | 'holders' | 'repeatedValues' | 'repeatedCalls' | 'collectorChanges'
>;
type MoveRef = (at: SourceRef) => SourceRef;

/** Those that the profile has, at their new places. */
export function mapExplanations(profile: Explanations, move: MoveRef): Explanations {
  const { caches, globals, cycles, leakSuspects, holders, repeatedValues, repeatedCalls, collectorChanges } = profile;
  return {
    ...(caches ? { caches: caches.map((cache) => moved(cache, move)) } : {}),
    ...(globals ? { globals: globals.map((global) => moved(global, move)) } : {}),
    ...(cycles ? { cycles: cycles.map((cycle) => moved(cycle, move)) } : {}),
    ...(leakSuspects ? { leakSuspects: leakSuspects.map((suspect) => moved(suspect, move)) } : {}),
    ...(holders
      ? { holders: holders.map((holder) => ({ ...moved(holder, move), path: holder.path.map((step) => moveStep(step, move)) })) }
      : {}),
    ...(repeatedValues ? { repeatedValues: repeatedValues.map((values) => moved(values, move)) } : {}),
    ...(repeatedCalls ? { repeatedCalls: repeatedCalls.map((calls) => moved(calls, move)) } : {}),
    ...(collectorChanges ? { collectorChanges: collectorChanges.map((change) => moved(change, move)) } : {}),
  };
}

function moved<T extends { readonly at?: SourceRef }>(item: T, move: MoveRef): T {
  return item.at === undefined ? item : { ...item, at: move(item.at) };
}

/** Its text may name the file and the line, too. */
function moveStep(step: HolderStep, move: MoveRef): HolderStep {
  if (step.at === undefined) return step;
  const at = move(step.at);
  const [before, after] = [fileTitle(step.at.path), fileTitle(at.path)];
  const place = step.text.replace(placeText(step.at), placeText(at));
  return { at, text: place.startsWith(`${before}: `) ? after + place.slice(before.length) : place };
}
