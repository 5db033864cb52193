/** What the engine asks the process that reads a heap snapshot, and what it answers: one JSON object each. */

import type { CacheReport, GlobalReport, HolderReport } from '../../../core/profile.ts';

export interface SnapshotQuestion {
  readonly snapshotFile: string;
  /** As V8 names the agent's script. */
  readonly agentFile: string;
  readonly files: readonly QuestionFile[];
  /** Lines of which to say what holds what they left alive. */
  readonly sites: readonly QuestionSite[];
}

export interface QuestionFile {
  /** Absolute, platform's own form. */
  readonly path: string;
  readonly contentSha256: string;
  readonly functions: readonly QuestionFunction[];
}

export interface QuestionFunction {
  readonly name: string;
  readonly line: number;
  readonly endLine: number;
  readonly callCount: number;
  /** Where V8 says that it stands, both from 0. */
  readonly rewrittenLine0: number;
  readonly rewrittenColumn0: number;
}

export interface QuestionSite {
  readonly site: number;
  /** Index into `files`. */
  readonly file: number;
  readonly line: number;
}

export interface SnapshotAnswer {
  readonly globals: readonly GlobalReport[];
  readonly caches: readonly CacheReport[];
  readonly holders: readonly HolderReport[];
  /** Whole sentences. */
  readonly notes: readonly string[];
  /** The most memory that the process took which read the snapshot. */
  readonly peakRssBytes: number;
}
