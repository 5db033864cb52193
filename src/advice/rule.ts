/**
 * What a rule is, and what it is given.
 *
 * A rule reads a file's figures and its syntax and yields what it has to say. It never guesses: every figure comes from the profile, an
 * estimate is worked out of measured figures and the known sizes of objects. A rule whose evidence the profile does not have is silent.
 */

import type { Metric } from '../core/metrics.ts';
import type { AdviceFix, FileProfile, LineProfile, MemoryProfile, SourceRef } from '../core/profile.ts';
import type { Evidence } from './evidence.ts';
import type { RuleId } from './ruleInfo.ts';
import type { Language, SourceFile } from './sourceFile.ts';

export interface Rule {
  readonly id: RuleId;
  readonly language: Language;
  /** What it has to say about one file, in any order. Called once for each file of the language whose text is at hand. */
  readonly check: (context: RuleContext) => Iterable<RuleFinding>;
}

/** What a rule says; the framework makes the `Advice` of it: adds the rule's id and the path, puts the weight first in the evidence. */
export interface RuleFinding {
  /** From 1. */
  readonly line: number;
  readonly endLine?: number;
  /** A whole sentence without its full stop, with the names of the source: what to do and where. Figures belong in the evidence. */
  readonly title: string;
  /** From the context's `weigh...`: only what weighs enough is spoken of. */
  readonly weight: Weight;
  readonly evidence?: readonly Evidence[];
  readonly estimatedSavingBytes?: number;
  /** Only where the program is sure to do the same afterwards. Dropped by the framework where the file could not be parsed whole. */
  readonly fix?: AdviceFix;
}

/** How much of the run a finding is about; at least the thresholds (see weight.ts). */
export interface Weight {
  readonly metric: Metric;
  readonly bytes: number;
  /** Of the run's figure of that metric, from 0 to 1. */
  readonly shareRatio: number;
}

export interface RuleContext {
  readonly profile: MemoryProfile;
  readonly file: FileProfile;
  readonly source: SourceFile;
  /** The line's figures; lines from 1. */
  readonly lineProfile: (line: number) => LineProfile | undefined;
  /** The sum of these lines' figures, where it reaches the thresholds; else undefined: then there is nothing to say. */
  readonly weighLines: (metric: Metric, lines: Iterable<number>) => Weight | undefined;
  /** The same with what the functions called from these lines allocated, by the call tree; without one, of the lines alone. */
  readonly weighCalls: (metric: Metric, lines: Iterable<number>) => Weight | undefined;
  /** Bytes that something other than a line's figure says (a cache's, a global's), where they reach the thresholds. */
  readonly weighBytes: (metric: Metric, bytes: number) => Weight | undefined;
  /** The reports (caches, globals, ...) that are at a line of this file; none where the profile has no such reports. */
  readonly reportsHere: <Report extends { readonly at?: SourceRef }>(
    reports: readonly Report[] | undefined,
  ) => readonly (Report & { readonly at: SourceRef })[];
}
