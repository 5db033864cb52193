/**
 * What each rule is given for a file, and the thresholds under which no rule speaks.
 *
 * The thresholds: at least 5 % of the run's figure, where the heat of a line begins to be more than a trace (core/metrics.ts), so that no
 * advice is about what a person would never look for; and at least 1 MiB, below which no change of the source pays for its reading. The
 * interpreters themselves vary by more from run to run.
 */

import { lineBytes, totalBytes, type Metric } from '../core/metrics.ts';
import type { FileProfile, LineProfile, MemoryProfile, SourceRef } from '../core/profile.ts';
import type { RuleContext, Weight } from './rule.ts';
import type { SourceFile } from './sourceFile.ts';

const minShareRatio = 0.05;
const minBytes = 1024 * 1024;

export function createRuleContext(profile: MemoryProfile, file: FileProfile, source: SourceFile): RuleContext {
  const lines = new Map<number, LineProfile>(file.lines.map((line) => [line.line, line]));

  function weighBytes(metric: Metric, bytes: number): Weight | undefined {
    const wholeBytes = totalBytes(profile.totals, metric);
    if (wholeBytes === undefined || bytes < minBytes || bytes < minShareRatio * wholeBytes) return undefined;
    return { metric, bytes, shareRatio: Math.min(1, bytes / wholeBytes) };
  }

  return {
    profile,
    file,
    source,
    lineProfile: (line) => lines.get(line),
    weighBytes,
    weighLines(metric, wanted) {
      let bytes = 0;
      for (const line of new Set(wanted)) {
        const profiled = lines.get(line);
        if (profiled !== undefined) bytes += lineBytes(profiled, metric) ?? 0;
      }
      return weighBytes(metric, bytes);
    },
    reportsHere<Report extends { readonly at?: SourceRef }>(reports: readonly Report[] = []) {
      return reports.filter((report): report is Report & { at: SourceRef } => report.at?.path === file.path);
    },
  };
}
