/**
 * What was found in the runs that the editor knows, without the rules that the person has turned off; where it stands in open documents.
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
  private readonly groupsOf = new WeakMap<MemoryProfile, readonly FindingGroup[]>();
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable[];

  /** Others were found, or other rules are turned off. */
  readonly onDidChange = this.changed.event;

  constructor(store: ProfileStore) {
    this.store = store;
    this.subscriptions = [
      store.onDidChange(() => this.changed.fire()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(rulesSetting)) this.changed.fire();
      }),
    ];
  }

  /** Of the run that was started last. */
  get latest(): readonly FindingGroup[] {
    const profile = this.store.latest?.profile;
    return profile === undefined ? [] : this.of(profile);
  }

  /** Groups without a finding are left out. */
  of(profile: MemoryProfile): readonly FindingGroup[] {
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

  /** Those at lines of a document, where they stand now; none where its text is not what was run. */
  inDocument({ profile, file, positionOf }: DocumentFigures): readonly PlacedFinding[] {
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
}
