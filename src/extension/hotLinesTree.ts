/**
 * The native tree 'Hottest Lines' of the side bar: the lines with the largest figures over all files of the last run.
 */

import * as vscode from 'vscode';
import { fileTitle } from '../core/filePaths.ts';
import { formatInlineAnnotation } from '../core/formatInlineAnnotation.ts';
import { formatRatio } from '../core/formatFigures.ts';
import { heatStep, hottestLines, type HotLine } from '../core/metrics.ts';
import type { MemoryProfile } from '../core/profile.ts';
import type { ProfileStore } from './profileStore.ts';
import { readAnnotationSettings, settingsSection } from './settings.ts';
import { Throttle } from './throttle.ts';

const shownLineCount = 30;
const refreshIntervalMs = 500;

interface HotLineNode {
  readonly hot: HotLine;
  readonly profile: MemoryProfile;
}

export class HotLinesTree implements vscode.TreeDataProvider<HotLineNode>, vscode.Disposable {
  private readonly store: ProfileStore;
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly refresh = new Throttle(refreshIntervalMs, () => this.changed.fire());
  private readonly subscriptions: vscode.Disposable[];

  readonly onDidChangeTreeData = this.changed.event;

  constructor(store: ProfileStore) {
    this.store = store;
    this.subscriptions = [
      store.onDidChange(() => this.refresh.request()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(settingsSection)) this.changed.fire();
      }),
    ];
  }

  getChildren(parent?: HotLineNode): HotLineNode[] {
    const profile = this.store.latest?.profile;
    if (parent !== undefined || profile === undefined) return [];
    const { metric, thresholdBytes } = readAnnotationSettings();
    return hottestLines(profile, metric, shownLineCount)
      .filter(({ bytes }) => bytes >= thresholdBytes)
      .map((hot) => ({ hot, profile }));
  }

  getTreeItem({ hot, profile }: HotLineNode): vscode.TreeItem {
    const fileName = fileTitle(hot.path);
    const figures = formatInlineAnnotation(hot.line, profile.totals, readAnnotationSettings().metric) ?? '';
    const share = `${formatRatio(hot.shareRatio)} of ${hot.metric}`;
    const item = new vscode.TreeItem(`${fileName}:${hot.line.line}`);
    item.description = figures;
    item.tooltip = `${hot.path}:${hot.line.line}\n${figures}\n${share}`;
    item.iconPath = new vscode.ThemeIcon('flame', new vscode.ThemeColor(`memoryLens.heat${heatStep(hot.shareRatio)}Foreground`));
    item.accessibilityInformation = { label: `${fileName}, line ${hot.line.line}, ${figures}, ${share}` };
    item.command = { command: 'memoryLens.openLine', title: 'Go to the line', arguments: [hot.path, hot.line.line] };
    return item;
  }

  dispose(): void {
    this.refresh.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }
}
