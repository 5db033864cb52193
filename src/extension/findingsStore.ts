/**
 * What was found in the runs that have ended, without the rules that the person has turned off; where it stands in open documents.
 */

import * as vscode from 'vscode';
import { buildFindings, type Finding, type FindingGroup } from '../core/findings.ts';
import type { MemoryProfile } from '../core/profile.ts';
import type { DocumentFigures } from './documentFigures.ts';
import type { ProfileStore } from './profileStore.ts';
import { readFindingSettings, rulesSetting } from './settings.ts';

/** A finding at the line of a document where it stands now. */
export interface PlacedFinding {
  readonly finding: Finding;
  /** From 0. */
  readonly line0: number;
  /** The line was edited since the run. */
  readonly stale: boolean;
}

export class FindingsStore implements vscode.Disposable {
  private readonly store: ProfileStore;
  /** What is shown depends on these; compared one by one. */
  private seen: readonly unknown[] = [];
  private readonly groupsOf = new WeakMap<MemoryProfile, readonly FindingGroup[]>();
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable[];

  /** Others were found, or other rules are turned off. */
  readonly onDidChange = this.changed.event;

  constructor(store: ProfileStore) {
    this.store = store;
    this.subscriptions = [
      store.onDidChange(() => this.followRuns()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(rulesSetting)) this.changed.fire();
      }),
    ];
  }

  /** Of the run that was started last. */
  get latest(): readonly FindingGroup[] {
    const run = this.store.latest;
    return run?.profile === undefined || run.running ? [] : this.of(run.profile);
  }

  /** The files that something was found in, in any run that has ended; as profiles write them. */
  get paths(): ReadonlySet<string> {
    const findings = this.store.endedProfiles.flatMap((profile) => this.of(profile)).flatMap((group) => group.findings);
    return new Set(findings.flatMap(({ at }) => (at === undefined ? [] : [at.path])));
  }

  /** Those at lines of a document, where they stand now; none where its text is not what was run. */
  inDocument({ run, profile, file, positionOf }: DocumentFigures): readonly PlacedFinding[] {
    if (run.running) return [];
    return this.atFile(profile, file.path).flatMap((finding) => {
      const position = finding.at && positionOf?.(finding.at.line);
      return position === undefined ? [] : [{ finding, ...position }];
    });
  }

  /** Those of a profile that are at lines of a file. */
  atFile(profile: MemoryProfile, path: string): readonly Finding[] {
    return this.of(profile)
      .flatMap(({ findings }) => findings)
      .filter(({ at }) => at?.path === path);
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }

  /** A program that runs tells of itself several times a second, and nothing is found in it before its end. */
  private followRuns(): void {
    const seen = [this.store.latest?.running, ...this.store.endedProfiles];
    if (seen.length === this.seen.length && seen.every((each, index) => each === this.seen[index])) return;
    this.seen = seen;
    this.changed.fire();
  }

  /** Groups without a finding are left out. */
  private of(profile: MemoryProfile): readonly FindingGroup[] {
    let groups = this.groupsOf.get(profile);
    if (groups === undefined) {
      groups = buildFindings(profile);
      this.groupsOf.set(profile, groups);
    }
    const { disabledRules } = readFindingSettings();
    if (disabledRules.size === 0) return groups;
    return groups
      .map((group) => ({ ...group, findings: group.findings.filter(({ page }) => !disabledRules.has(page)) }))
      .filter(({ findings }) => findings.length > 0);
  }
}
