/**
 * The hover over a line, as Markdown: every figure that is known of it, each with its precision, and why others are missing.
 */

import { escapeMarkdown } from './escapeMarkdown.ts';
import { formatBytes, formatCount, formatCounted, formatDuration, formatRatio } from './formatFigures.ts';
import { isFallback } from './formatProfileSummary.ts';
import type { LineProfile, MemoryProfile } from './profile.ts';

/**
 * A line's figures as Markdown for VS Code's hover: a heading, a table of figures with their shares, their precision, what the objects are.
 * @param found what was found at the line: it stands above the table, for a hover shows its first lines only until it is scrolled
 */
export function formatHoverMarkdown(line: LineProfile, profile: MemoryProfile, found: readonly string[] = []): string {
  const parts = [heading(line), ...found, figureTable(line, profile)];
  const types = typeTable(line);
  if (types) parts.push(types);
  if (line.collectionCount) {
    parts.push(collectionSentence(line.collectionCount, line.collectionMs, profile));
  }
  if (line.collectorFreedBytes) {
    parts.push(`Only the cycle collector could free ${formatBytes(line.collectorFreedBytes)} of what it allocated.`);
  }
  if (line.growth) {
    const rate = formatBytes(line.growth.liveBytesPerSecond, { sign: true });
    parts.push(`Live bytes change by ${rate} a second (leak suspect with likelihood ${formatRatio(line.growth.leakLikelihoodRatio)}).`);
  }
  return parts.join('\n\n');
}

function collectionSentence(count: number, durationMs: number | undefined, { collections, runtime }: MemoryProfile): string {
  const pauses = durationMs === undefined ? '' : `, ${formatDuration(durationMs)} in all`;
  // Python's are known to have run while the line did.
  if (runtime.name === 'python') return `Garbage collections while it ran: ${formatCount(count)}${pauses}.`;
  return `Garbage collections it caused: about ${formatCount(count)} of ${formatCount(collections.length)}${pauses}, by what it allocated before them.`;
}

/** One sentence for all of the line's bytes. */
function precisionSentence({ relativeErrorRatio }: LineProfile, profile: MemoryProfile): string {
  // It takes no samples, but tells only roughly what libraries hold.
  if (isFallback(profile)) return 'These bytes are measured by the fallback recorder, roughly where libraries allocate.';
  if (profile.engine.precision === 'exact') return 'These bytes are exact.';
  const error = relativeErrorRatio === undefined ? '' : `, with a standard error of ${formatRatio(relativeErrorRatio)}`;
  return `These bytes are sampled${error}.`;
}

function heading(line: LineProfile): string {
  if (line.executionCount === undefined) return `**Memory Lens** · line ${line.line}`;
  const atLeast = line.executionCountIsMinimum === true ? 'at least ' : '';
  return `**Memory Lens** · line ${line.line} ran ${atLeast}${formatCounted(line.executionCount, 'time')}`;
}

function figureTable(line: LineProfile, profile: MemoryProfile): string {
  const { totals } = profile;
  const rows: string[] = [];
  const add = (name: string, bytes: number | undefined, wholeBytes?: number, count?: number, sign = false): void => {
    if (bytes === undefined) return;
    const share = wholeBytes !== undefined && wholeBytes > 0 ? formatRatio(bytes / wholeBytes) : '';
    const blocks = count === undefined || bytes === 0 ? '' : formatCount(count);
    rows.push(`| ${name} | ${formatBytes(bytes, { sign })} | ${blocks} | ${share} |`);
  };
  // These two are of one execution, the increment is of all.
  const last = line.executionCount === 1 ? '' : ' last';
  add(`In use before it ran${last}`, line.inUseBeforeBytes);
  add(`In use after it ran${last}`, line.inUseBytes);
  add('Increment (allocated minus freed)', line.netBytes, undefined, undefined, true);
  add('Allocated by the line itself', line.allocatedBytes, totals.allocatedBytes, line.allocatedCount);
  add('…outside the heap', line.externalAllocatedBytes);
  if (line.totalAllocatedBytes !== line.allocatedBytes) {
    add('Allocated with what it called', line.totalAllocatedBytes, totals.allocatedBytes);
  }
  add('Live at the end', line.liveBytes, totals.liveBytes, line.liveCount);
  add('…outside the heap', line.externalLiveBytes);
  add('Live at the peak', line.peakBytes, totals.peakBytes);
  const countIsWhole = line.executionCountIsMinimum !== true;
  if (line.allocatedBytes !== undefined && line.executionCount !== undefined && line.executionCount > 1 && countIsWhole) {
    add('Allocated each time, on average', line.allocatedBytes / line.executionCount);
  }
  if (rows.length === 0) return 'No memory was counted on this line.';
  // VS Code sets the columns of a table close to one another; the spaces keep their headings apart.
  const table = ['| Figure | Bytes | &emsp;Blocks | &emsp;Of the run |', '|:--|--:|--:|--:|', ...rows].join('\n');
  return `${table}\n\n${precisionSentence(line, profile)}`;
}

function typeTable(line: LineProfile): string | undefined {
  if (!line.types || line.types.length === 0) return undefined;
  const rows = line.types.map(
    (type) => `| ${escapeMarkdown(type.name)} | ${formatBytes(type.liveBytes)} | ${formatCount(type.liveCount)} |`,
  );
  return ['| Alive | Bytes | &emsp;Objects |', '|:--|--:|--:|', ...rows].join('\n');
}
