/**
 * What a reader of the figures should know of how they came about: whole sentences for the profile's notes.
 */

import * as path from 'node:path';
import { formatBytes, formatCounted, formatDuration } from '../../core/formatFigures.ts';
import type { Collection, CollectorChange, FileProfile, ProfileTotals } from '../../core/profile.ts';
import type { Section } from '../../protocol/allocationTables.ts';
import { collectingNotes } from '../collectingNotes.ts';
import type { ProfileRequest } from '../engine.ts';
import { startupMs } from './ownCost.ts';
import type { LineRange } from './places.ts';
import type { PythonRecording } from './recording.ts';
import type { Tables } from './tablesFile.ts';

export interface RunToDescribe {
  readonly recording: PythonRecording;
  readonly tables: Tables | undefined;
  readonly totals: ProfileTotals;
  readonly files: readonly FileProfile[];
  readonly collections: readonly Collection[];
  readonly collectorLeftOff: CollectorChange | undefined;
  readonly durationMs: number;
  readonly limits: readonly LineRange[];
  /** As it was asked for. */
  readonly precision: ProfileRequest['precision'];
}

/** Less resident memory than this, absolutely and as a share of the peak, is the allocator's everyday slack. */
const leastUnexplainedRssBytes = 8 * 1_048_576;
const leastUnexplainedRatio = 0.1;
const endedByItself = 2;
/** What is missing where a table of the recorder had no room left; that of stacks says so by its cut stacks. */
const fullNotes: Readonly<Partial<Record<Section, string>>> = {
  lines: 'There are very many lines: some were not counted.',
  collections: 'There were very many collections: the later ones are not shown.',
  types: 'There are very many types of objects: of some lines they are not shown.',
  codes: 'There are very many functions: what some allocated is on the lines that called them.',
};

export function describeRun(run: RunToDescribe): string[] {
  const { recording, tables } = run;
  const { measuring } = recording;
  const notes = [
    ...(measuring?.recorder === 'fallback' ? [fallbackNote(measuring.reason)] : []),
    ...recording.notes,
    ...limitNotes(run),
    ...(tables === undefined ? [] : tableNotes(tables, run)),
    ...countingNotes(run),
    ...collectingNotes(run.collections, run.durationMs),
    ...steeringNotes(run),
    ...residentNotes(run.totals),
    ...costNotes(run),
  ];
  return [...new Set(notes)];
}

function fallbackNote(reason: string | undefined): string {
  return `The figures come from the fallback recorder in pure Python, which is slower and knows less${reason === undefined ? '.' : `: ${reason}`}`;
}

function limitNotes({ recording, limits }: RunToDescribe): string[] {
  if (limits.length === 0) return [];
  const names = [...new Set(recording.profiledFunctions.map(({ name }) => name))].join(', ');
  return [`Only functions with @profile have figures (${names}); what all other code allocated is on no line.`];
}

function tableNotes({ header, fullSections }: Tables, { recording: { start }, precision }: RunToDescribe): string[] {
  const notes: string[] = [];
  const baseline = start?.baselineRssBytes;
  if (baseline !== undefined) {
    notes.push(`Figures leave out what Python itself had resident when the program started (${formatBytes(baseline)}).`);
  }
  notes.push('Objects that Python makes of freed ones that it had kept (numbers, tuples, frames) cost no memory and show none.');
  if (header.state !== endedByItself) {
    notes.push('The program did not end by itself: what is alive was not taken after a collection and may hold garbage.');
  }
  if (header.exact !== 1 && precision !== 'sampled') {
    notes.push(
      'Every allocation was recorded at first; as there were very many, they are sampled since, and figures have a standard error.',
    );
  }
  for (const section of fullSections) {
    const lost = fullNotes[section];
    if (lost !== undefined) notes.push(lost);
  }
  if (header.cutStackCount > 0) {
    notes.push(`${formatCounted(header.cutStackCount, 'allocation')} found no room for their callers: figures with callees may lack them.`);
  }
  return notes;
}

/** Why lines are not counted at all, the probe says itself. */
function countingNotes({ files }: RunToDescribe): string[] {
  const stopped = files.flatMap(({ lines }) => lines).filter((line) => line.executionCountIsMinimum === true);
  if (stopped.length === 0) return [];
  const lines = formatCounted(stopped.length, 'line');
  return [`Counting stopped at ${lines} that ran very often, to cost little: they ran at least so often (--count counts all executions).`];
}

function steeringNotes({ collectorLeftOff }: RunToDescribe): string[] {
  if (collectorLeftOff === undefined) return [];
  const { at } = collectorLeftOff;
  const where = at === undefined ? '' : ` at ${path.posix.basename(at.path)}:${at.line}`;
  return [
    `The cycle collector was switched off${where} (gc.disable) and not switched on again: garbage in reference cycles counts as alive, ` +
      'also at the end.',
  ];
}

function residentNotes({ unattributedRssBytes = 0, peakRssBytes }: ProfileTotals): string[] {
  if (unattributedRssBytes < leastUnexplainedRssBytes || unattributedRssBytes < peakRssBytes * leastUnexplainedRatio) return [];
  return [
    `At least ${formatBytes(unattributedRssBytes)} of the resident memory are explained by no line: memory of C libraries, of loaded code, ` +
      'and what the allocators keep for later.',
  ];
}

/** What the profiler cost the program, as far as it can be told apart. */
function costNotes({ recording, tables }: RunToDescribe): string[] {
  const readyMs = startupMs(recording);
  if (readyMs === undefined) return [];
  const ready = `Getting ready to measure took ${formatDuration(readyMs)} before the program began`;
  if (tables === undefined) return [`${ready}.`];
  const memory = formatBytes(tables.header.ownBytes + tables.usedBytes);
  return [
    `${ready}, and the recorder holds up to ${memory} in its process. What profiling took in all is reckoned from how much was recorded and counted.`,
  ];
}
