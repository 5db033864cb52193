/**
 * What each rule is given for a file, and the thresholds under which no rule speaks.
 *
 * The thresholds: at least 5 % of the run's figure, where the heat of a line begins to be more than a trace (core/metrics.ts), so that no
 * advice is about what a person would never look for; and at least 1 MiB, below which no change of the source pays for its reading. The
 * interpreters themselves vary by more from run to run.
 */

import { lineBytes, totalBytes, type Metric } from '../core/metrics.ts';
import type { CallTree, FileProfile, LineProfile, MemoryProfile, SourceRef } from '../core/profile.ts';
import type { RuleContext, Weight } from './rule.ts';
import type { SourceFile } from './sourceFile.ts';

const minShareRatio = 0.05;
const minBytes = 1024 * 1024;

export function createRuleContext(profile: MemoryProfile, file: FileProfile, source: SourceFile): RuleContext {
  const lines = new Map<number, LineProfile>(file.lines.map((line) => [line.line, line]));

  function weighBytes(metric: Metric, bytes: number): Weight | undefined {
    const wholeBytes = totalBytes(profile.totals, metric);
    if (wholeBytes === undefined || !(bytes >= minBytes && bytes >= minShareRatio * wholeBytes)) return undefined;
    return { metric, bytes, shareRatio: Math.min(1, bytes / wholeBytes) };
  }

  function weighLines(metric: Metric, wanted: Iterable<number>): Weight | undefined {
    let bytes = 0;
    for (const line of new Set(wanted)) {
      const profiled = lines.get(line);
      if (profiled !== undefined) bytes += lineBytes(profiled, metric) ?? 0;
    }
    return weighBytes(metric, bytes);
  }

  return {
    profile,
    file,
    source,
    lineProfile: (line) => lines.get(line),
    weighBytes,
    weighLines,
    weighCalls(metric, wanted) {
      if (profile.callTree === undefined) return weighLines(metric, wanted);
      return weighBytes(metric, bytesWithCallees(profile.callTree, metric, file.path, new Set(wanted)));
    },
    reportsHere<Report extends { readonly at?: SourceRef }>(reports: readonly Report[] = []) {
      return reports.filter((report): report is Report & { at: SourceRef } => report.at?.path === file.path);
    },
  };
}

/** What was allocated on these lines of the file or, at any depth, in functions called from them. */
function bytesWithCallees({ frames, nodes }: CallTree, metric: Metric, path: string, lines: ReadonlySet<number>): number {
  const isInside: boolean[] = [];
  let bytes = 0;
  // A parent stands before its children.
  for (const [index, node] of nodes.entries()) {
    const frame = frames[node.frame];
    isInside[index] = isInside[node.parent] === true || (frame?.path === path && lines.has(frame.line));
    if (isInside[index]) bytes += node[`${metric}Bytes` as const] ?? 0;
  }
  return bytes;
}
