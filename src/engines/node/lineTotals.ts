/**
 * Adds up sites and functions to lines: what each line allocated, what of it is alive at the end, and at the peak.
 */

import type { FileMessage } from '../../protocol/agentMessages.ts';
import type { LiveTable } from './liveTables.ts';
import type { Recording } from './recording.ts';
import type { SiteAllocation } from './siteFigures.ts';

/** Figures of one line, and of one function's own code. */
export interface Figures {
  allocatedBytes: number;
  externalAllocatedBytes: number;
  liveBytes: number;
  externalLiveBytes: number;
  peakBytes: number;
  /** Executions of expressions that allocate each time; undefined where others stand on the line, too. */
  allocatedCount: number | undefined;
  /** Sums of squares of standard errors, in bytes. */
  allocatedVariance: number;
  liveVariance: number;
  peakVariance: number;
}

export interface SiteTotals {
  readonly site: number;
  readonly fileIndex: number;
  readonly functionIndex: number;
  readonly line: number;
  readonly allocatedBytes: number;
  readonly liveBytes: number;
  readonly peakBytes: number;
}

export interface FileTotals {
  readonly message: FileMessage;
  readonly lines: Map<number, Figures>;
  readonly functions: Map<number, Figures>;
}

/** What a line has alive of what its function allocated outside of markers. */
export interface ResidualTotals {
  readonly fileIndex: number;
  readonly functionIndex: number;
  /** Of the block in which it stands. */
  readonly counter: number;
  readonly line: number;
  /** At least: what is not known beforehand and was freed is not in it. */
  readonly allocatedBytes: number;
  readonly liveBytes: number;
}

export interface RunTotals {
  readonly files: readonly FileTotals[];
  readonly sites: readonly SiteTotals[];
  readonly residuals: readonly ResidualTotals[];
  /** Executions by counter id. */
  readonly counters: ReadonlyMap<number, number>;
  readonly attributedAllocatedBytes: number;
  readonly attributedLiveBytes: number;
  readonly attributedPeakBytes: number;
}

export function totalLines(recording: Recording): RunTotals {
  const last = recording.live?.last;
  const peak = recording.live?.peak;
  const counters = new Map<number, number>();
  const counterList = recording.counts?.counters ?? [];
  for (let at = 0; at + 1 < counterList.length; at += 2) counters.set(counterList[at] as number, counterList[at + 1] as number);

  const sites: SiteTotals[] = [];
  const residuals: ResidualTotals[] = [];
  const files = recording.files.map((message, fileIndex): FileTotals => {
    const lines = new Map<number, Figures>();
    const functions = new Map<number, Figures>();
    for (const site of message.file.sites) {
      const allocation = recording.allocations.get(site.id);
      if (allocation === undefined) continue;
      const figures = siteFiguresOf(site.id, allocation, last, peak);
      if (site.kind === 'literal' || site.kind === 'new') figures.allocatedCount = allocation.executionCount;
      addTo(lines, site.line, figures);
      addTo(functions, site.functionIndex, figures);
      const { allocatedBytes, liveBytes, peakBytes } = figures;
      sites.push({ site: site.id, fileIndex, functionIndex: site.functionIndex, line: site.line, allocatedBytes, liveBytes, peakBytes });
    }
    for (const residual of splitResiduals(message, fileIndex, counters, last, peak)) {
      addTo(lines, residual.line, residual.figures);
      addTo(functions, residual.functionIndex, residual.figures);
      const { line, functionIndex, counter } = residual;
      const { allocatedBytes, liveBytes } = residual.figures;
      residuals.push({ fileIndex, functionIndex, counter, line, allocatedBytes, liveBytes });
    }
    return { message, lines, functions };
  });
  const all = files.flatMap((file) => [...file.lines.values()]);
  return {
    files,
    sites,
    residuals,
    counters,
    attributedAllocatedBytes: sumOf(all, 'allocatedBytes'),
    attributedLiveBytes: sumOf(all, 'liveBytes'),
    attributedPeakBytes: sumOf(all, 'peakBytes'),
  };
}

function siteFiguresOf(site: number, allocation: SiteAllocation, last: LiveTable | undefined, peak: LiveTable | undefined): Figures {
  const externalLive = last?.externalBySite.get(site) ?? 0;
  const externalPeak = peak?.externalBySite.get(site) ?? 0;
  const heapLive = last?.bySite.get(site) ?? 0;
  const heapPeak = peak?.bySite.get(site) ?? 0;
  return {
    // What could not be measured (off-heap memory that came by itself, a single execution that was disturbed) is known where it is alive.
    allocatedBytes:
      heapAllocated(allocation, Math.max(heapLive, heapPeak)) + Math.max(allocation.externalBytes, externalLive, externalPeak),
    externalAllocatedBytes: Math.max(allocation.externalBytes, externalLive, externalPeak),
    liveBytes: heapLive + externalLive,
    externalLiveBytes: externalLive,
    peakBytes: heapPeak + externalPeak,
    allocatedCount: undefined,
    allocatedVariance: allocation.errorBytes ** 2,
    liveVariance: (last?.errorBySite.get(site) ?? 0) ** 2,
    peakVariance: (peak?.errorBySite.get(site) ?? 0) ** 2,
  };
}

/** Where collections disturbed the measurement and about as much is alive, that is the better figure: V8's samples of large objects are exact. */
function heapAllocated(allocation: SiteAllocation, aliveBytes: number): number {
  if (allocation.isDisturbed && aliveBytes >= aliveRatio * allocation.heapBytes) return aliveBytes;
  return Math.max(allocation.heapBytes, aliveBytes);
}

const aliveRatio = 0.8;

interface ResidualShare {
  readonly line: number;
  readonly counter: number;
  readonly functionIndex: number;
  readonly figures: Figures;
}

/**
 * What a function allocated outside of its markers goes to the lines of it that are known to allocate without one (closures above all),
 * in proportion to how often they ran and what one takes. Where no such line ran, it stays with the function, unattributed.
 */
function splitResiduals(
  message: FileMessage,
  fileIndex: number,
  counters: ReadonlyMap<number, number>,
  last: LiveTable | undefined,
  peak: LiveTable | undefined,
): ResidualShare[] {
  const byFunction = new Map<number, { line: number; counter: number; weight: number; fixed: number }[]>();
  for (const residual of message.file.residuals) {
    const count = counters.get(residual.counter) ?? 0;
    if (count === 0) continue;
    const list = byFunction.get(residual.functionIndex) ?? [];
    const { line, counter } = residual;
    list.push({ line, counter, weight: count * (residual.fixedBytes ?? unknownBytes), fixed: count * (residual.fixedBytes ?? 0) });
    byFunction.set(residual.functionIndex, list);
  }
  const shares: ResidualShare[] = [];
  for (const [functionIndex, list] of byFunction) {
    const key = `${fileIndex}:${functionIndex}`;
    const live = last?.byFunction.get(key) ?? 0;
    const atPeak = peak?.byFunction.get(key) ?? 0;
    const weights = list.reduce((sum, entry) => sum + entry.weight, 0);
    for (const { line, counter, weight, fixed } of list) {
      const ratio = weight / weights;
      const figures = noFigures();
      figures.liveBytes = live * ratio;
      figures.peakBytes = atPeak * ratio;
      figures.allocatedBytes = Math.max(fixed, figures.liveBytes, figures.peakBytes);
      shares.push({ line, counter, functionIndex, figures });
    }
  }
  return shares;
}

/** What an expression of unknown size weighs against closures in the same function. */
const unknownBytes = 64;

export function noFigures(): Figures {
  return {
    allocatedBytes: 0,
    externalAllocatedBytes: 0,
    liveBytes: 0,
    externalLiveBytes: 0,
    peakBytes: 0,
    allocatedCount: undefined,
    allocatedVariance: 0,
    liveVariance: 0,
    peakVariance: 0,
  };
}

function addTo(table: Map<number, Figures>, key: number, added: Figures): void {
  const known = table.get(key);
  if (known === undefined) {
    table.set(key, { ...added });
    return;
  }
  known.allocatedCount =
    known.allocatedCount === undefined || added.allocatedCount === undefined ? undefined : known.allocatedCount + added.allocatedCount;
  for (const name of summed) known[name] += added[name];
}

const summed = [
  'allocatedBytes',
  'externalAllocatedBytes',
  'liveBytes',
  'externalLiveBytes',
  'peakBytes',
  'allocatedVariance',
  'liveVariance',
  'peakVariance',
] as const;

function sumOf(all: readonly Figures[], name: (typeof summed)[number]): number {
  return all.reduce((sum, figures) => sum + figures[name], 0);
}
