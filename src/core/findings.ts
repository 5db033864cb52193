/**
 * What explains a run's memory as one list of findings in groups, whichever part of the profile they come from: the Findings view, the
 * Problems, the hovers, the text report and the command line show these.
 */

import { formatCacheUse } from './formatCache.ts';
import { formatCollectorChange, formatEvidence } from './formatEvidence.ts';
import { formatBytes, formatCounted, formatDuration, formatRatio } from './formatFigures.ts';
import { placeText } from './filePaths.ts';
import type { Advice, CycleReport, HolderReport, HolderStep, MemoryProfile, SourceRef } from './profile.ts';

export type FindingKind = 'leakSuspect' | 'cache' | 'global' | 'cycle' | 'holder' | 'collector' | 'advice';

/** One thing that was found, with the evidence that it rests on. */
export interface Finding {
  readonly kind: FindingKind;
  /** The page in docs/ that explains it, without `.md`; of advice the rule's id. What is turned off or suppressed is named by it. */
  readonly page: string;
  /** A name or a few words; where a finding has no other name, its place. */
  readonly title: string;
  /** What it is about, in bytes: alive, held, or (of advice) the expected saving. */
  readonly weightBytes?: number;
  /** How much of the run's memory it is about, from 0 to 1, as far as that was measured. */
  readonly shareRatio?: number;
  readonly at?: SourceRef;
  readonly details: readonly FindingDetail[];
  readonly advice?: Advice;
}

/** A piece of evidence, or a step of the path that holds something. */
export interface FindingDetail {
  readonly text: string;
  readonly at?: SourceRef;
  /** It is a step of the path that holds something. */
  readonly isHolder?: true;
  /** It only names the fix. */
  readonly isFix?: true;
}

export interface FindingGroup {
  readonly kind: FindingKind;
  readonly title: string;
  /** Never empty. Heaviest first; advice in its own order, which is that of the shares that its rules speak about. */
  readonly findings: readonly Finding[];
}

/** Collecting for less of the run than this is as it should be: a run pays that for its memory being managed. */
const notableCollectionRatio = 0.05;
const notableCollectionMs = 10;
/** Smaller cycles that the collector can free are everywhere: each class and each recursive function is one. */
const notableCycleBytes = 64 * 1024;
/** Less than this, freed by the cycle collector over a whole run, is not worth a line. */
const notableCollectorFreedBytes = 1024 * 1024;

/** All findings of a profile; a group without any is left out. */
export function buildFindings(profile: MemoryProfile): readonly FindingGroup[] {
  const groups: readonly FindingGroup[] = [
    { kind: 'leakSuspect', title: 'Leak suspects', findings: heaviestFirst(leakSuspects(profile)) },
    { kind: 'cache', title: 'Caches', findings: heaviestFirst(caches(profile)) },
    { kind: 'global', title: 'Globals', findings: heaviestFirst(globals(profile)) },
    { kind: 'cycle', title: 'Cycles', findings: heaviestFirst(cycles(profile)) },
    { kind: 'holder', title: 'Still held at the end', findings: heaviestFirst(holders(profile)) },
    { kind: 'collector', title: 'Collector', findings: collector(profile) },
    { kind: 'advice', title: 'Advice', findings: (profile.advice ?? []).map(advice) },
  ];
  return groups.filter(({ findings }) => findings.length > 0);
}

function heaviestFirst(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort((a, b) => (b.weightBytes ?? 0) - (a.weightBytes ?? 0));
}

function leakSuspects({ leakSuspects: suspects = [], holders = [], totals }: MemoryProfile): Finding[] {
  return suspects.map(({ at, liveBytes, reason, retainedBy }) => {
    const held = holders.find((report) => isSameLine(report.at, at));
    return {
      kind: 'leakSuspect',
      page: 'leak-suspects',
      title: placeText(at),
      weightBytes: liveBytes,
      ...(totals.liveBytes > 0 ? { shareRatio: Math.min(1, liveBytes / totals.liveBytes) } : {}),
      at,
      details: [{ text: reason }, ...heldBy(held?.path ?? retainedBy.map((text) => ({ text })))],
    };
  });
}

function caches({ caches: reports = [] }: MemoryProfile): Finding[] {
  return reports.map((report) => ({
    kind: 'cache',
    page: 'caches',
    title: report.name,
    ...(report.heldBytes === undefined ? {} : { weightBytes: report.heldBytes }),
    at: report.at,
    details: [
      { text: formatCacheUse(report) },
      ...(report.growing ? [{ text: 'Growing: entries were only ever added, and nothing bounds them.' }] : []),
    ],
  }));
}

function globals({ globals: reports = [] }: MemoryProfile): Finding[] {
  return reports.map(({ name, at, typeName, retainedBytes }) => ({
    kind: 'global',
    page: 'globals',
    title: name,
    weightBytes: retainedBytes,
    at,
    details: [{ text: `${typeName}: ${formatBytes(retainedBytes)} would be freed if only this name were gone.` }],
  }));
}

function cycles({ cycles: reports = [] }: MemoryProfile): Finding[] {
  return reports.filter(({ bytes, uncollectable }) => uncollectable || bytes >= notableCycleBytes).map(cycle);
}

function cycle({ typeNames, at, objectCount, bytes, uncollectable, path, finalizerCount }: CycleReport): Finding {
  const types = typeNames.join(', ');
  const details = [
    { text: `${formatCounted(objectCount, 'object')} in such cycles: ${types}` },
    ...(finalizerCount
      ? [{ text: `${formatCounted(finalizerCount, 'object')} with a finaliser, which keeps the others until it has run` }]
      : []),
    ...(uncollectable ? [{ text: 'The collector could not free it.' }] : []),
  ];
  return { kind: 'cycle', page: 'cycles', title: path ?? types, weightBytes: bytes, ...(at === undefined ? {} : { at }), details };
}

/** Those of suspected lines stand below the suspects. */
function holders({ holders: reports = [], leakSuspects: suspects = [] }: MemoryProfile): Finding[] {
  return reports.filter(({ at }) => !suspects.some((suspect) => isSameLine(suspect.at, at))).map(holder);
}

function isSameLine(one: SourceRef, other: SourceRef): boolean {
  return one.path === other.path && one.line === other.line;
}

function holder({ at, typeName, bytes, referenceCount, path }: HolderReport): Finding {
  const references = referenceCount === undefined ? [] : [{ text: `${formatCounted(referenceCount, 'reference')} to it` }];
  return { kind: 'holder', page: 'holders', title: typeName, weightBytes: bytes, at, details: [...references, ...heldBy(path)] };
}

/** The first step stands for the root; arrows lead on from it. */
function heldBy(path: readonly HolderStep[]): FindingDetail[] {
  return path.map(({ text, at }, index) => ({
    text: index === 0 ? `Held by ${text}` : `→ ${text}`,
    ...(at === undefined ? {} : { at }),
    isHolder: true,
  }));
}

function collector({ collections, collectorChanges = [], durationMs, totals }: MemoryProfile): Finding[] {
  const base = { kind: 'collector', page: 'collections' } as const;
  const findings: Finding[] = collectorChanges.map((change) => ({
    ...base,
    title: formatCollectorChange(change),
    ...(change.at === undefined ? {} : { at: change.at }),
    details: [],
  }));
  const { collectorFreedBytes = 0 } = totals;
  if (collectorFreedBytes >= notableCollectorFreedBytes) {
    const text = 'These objects were part of reference cycles or held by one: reference counts would never have freed them.';
    findings.push({ ...base, title: 'Freed by the cycle collector alone', weightBytes: collectorFreedBytes, details: [{ text }] });
  }
  const pausedMs = collections.reduce((sum, collection) => sum + collection.durationMs, 0);
  if (pausedMs >= Math.max(notableCollectionMs, notableCollectionRatio * durationMs)) {
    const text = `${formatCounted(collections.length, 'collection')}, ${formatDuration(pausedMs)} in all`;
    findings.push({ ...base, title: `Collecting took ${formatRatio(Math.min(1, pausedMs / durationMs))} of the run`, details: [{ text }] });
  }
  return findings;
}

function advice(given: Advice): Finding {
  const { rule, title, at, estimatedSavingBytes, evidence, fix } = given;
  const shareRatio = evidence.find(({ name, unit }) => unit === 'ratio' && name.startsWith('share of '))?.value;
  return {
    kind: 'advice',
    page: rule,
    title,
    ...(estimatedSavingBytes ? { weightBytes: estimatedSavingBytes } : {}),
    ...(shareRatio === undefined ? {} : { shareRatio }),
    at,
    details: [
      ...evidence.map((figure) => ({ text: formatEvidence(figure) })),
      ...(estimatedSavingBytes ? [{ text: `Expected saving: about ${formatBytes(estimatedSavingBytes)}` }] : []),
      ...(fix === undefined ? [] : [{ text: `Quick fix: ${fix.title}`, isFix: true } as const]),
    ],
    advice: given,
  };
}
