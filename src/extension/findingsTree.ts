/**
 * The native tree 'Findings' of the side bar: why memory is still held and what to do about it, in groups; below each finding the
 * evidence and the path that holds it. Every place opens its line.
 */

import * as vscode from 'vscode';
import { ruleInfo } from '../advice/ruleInfo.ts';
import { placeText } from '../core/filePaths.ts';
import type { Finding, FindingDetail, FindingGroup, FindingKind } from '../core/findings.ts';
import { formatBytes, formatCounted } from '../core/formatFigures.ts';
import type { Advice, SourceRef } from '../core/profile.ts';
import type { FindingsStore } from './findingsStore.ts';
import { Throttle } from './throttle.ts';

const refreshIntervalMs = 500;

const icons: Readonly<Record<FindingKind, string>> = {
  leakSuspect: 'warning',
  cache: 'database',
  global: 'globe',
  cycle: 'sync',
  holder: 'lock',
  collector: 'trash',
  advice: 'lightbulb',
};

/** A row. A finding's row is also what the commands of its menu get: `path` and `advice` are those of a fix. */
export type FindingNode =
  | { readonly type: 'group'; readonly group: FindingGroup }
  | { readonly type: 'finding'; readonly finding: Finding; readonly page: string; readonly path?: string; readonly advice?: Advice }
  | { readonly type: 'detail'; readonly detail: FindingDetail };

export class FindingsTree implements vscode.TreeDataProvider<FindingNode>, vscode.Disposable {
  private readonly findings: FindingsStore;
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly refresh = new Throttle(refreshIntervalMs, () => this.changed.fire());
  private readonly subscription: vscode.Disposable;

  readonly onDidChangeTreeData = this.changed.event;

  constructor(findings: FindingsStore) {
    this.findings = findings;
    this.subscription = findings.onDidChange(() => this.refresh.request());
  }

  getChildren(parent?: FindingNode): FindingNode[] {
    switch (parent?.type) {
      case undefined:
        return this.findings.latest.map((group) => ({ type: 'group', group }));
      case 'group':
        return parent.group.findings.map(findingNode);
      case 'finding':
        return detailsOf(parent.finding).map((detail) => ({ type: 'detail', detail }));
      case 'detail':
        return [];
    }
  }

  getTreeItem(node: FindingNode): vscode.TreeItem {
    switch (node.type) {
      case 'group':
        return groupItem(node.group);
      case 'finding':
        return findingItem(node.finding);
      case 'detail':
        return detailItem(node.detail);
    }
  }

  dispose(): void {
    this.refresh.dispose();
    this.subscription.dispose();
    this.changed.dispose();
  }
}

function findingNode(finding: Finding): FindingNode {
  const { page, advice, at } = finding;
  return { type: 'finding', finding, page, ...(advice === undefined || at === undefined ? {} : { advice, path: at.path }) };
}

function groupItem({ kind, title, findings }: FindingGroup): vscode.TreeItem {
  const item = new vscode.TreeItem(title, vscode.TreeItemCollapsibleState.Expanded);
  item.id = kind;
  item.description = String(findings.length);
  item.iconPath = new vscode.ThemeIcon(icons[kind]);
  item.accessibilityInformation = { label: `${title}, ${formatCounted(findings.length, 'finding')}` };
  return item;
}

function findingItem(finding: Finding): vscode.TreeItem {
  const { kind, title, weightBytes, at, advice } = finding;
  const details = detailsOf(finding);
  const foldable = details.length > 0 ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None;
  const item = new vscode.TreeItem(nameOf(finding), foldable);
  const place = at === undefined ? '' : placeText(at);
  const weight = weightBytes === undefined ? '' : `${kind === 'advice' ? 'saves ' : ''}${formatBytes(weightBytes)}`;
  const parts = [weight, place === title ? '' : place].filter((part) => part !== '');
  item.description = parts.join(' · ');
  item.tooltip = [nameOf(finding), ...parts, '', ...details.map(({ text }) => text)].join('\n');
  item.contextValue = advice?.fix === undefined ? 'finding' : 'finding fixable';
  item.accessibilityInformation = { label: [title, ...parts].join(', ') };
  if (at !== undefined) item.command = openLine(at);
  return item;
}

/** A side bar is narrow: of advice the few words that its rule goes by. The whole sentence stands below. */
function nameOf({ kind, page, title }: Finding): string {
  return (kind === 'advice' ? ruleInfo(page)?.title : undefined) ?? title;
}

function detailsOf({ kind, title, details }: Finding): readonly FindingDetail[] {
  return kind === 'advice' ? [{ text: title }, ...details] : details;
}

function detailItem({ text, at }: FindingDetail): vscode.TreeItem {
  const item = new vscode.TreeItem(text);
  item.tooltip = at === undefined ? text : `${text}\n${at.path}:${at.line}`;
  if (at === undefined) return item;
  item.description = placeText(at);
  item.accessibilityInformation = { label: `${text}, ${placeText(at)}` };
  item.command = openLine(at);
  return item;
}

function openLine({ path, line }: SourceRef): vscode.Command {
  return { command: 'memoryLens.openLine', title: 'Go to the line', arguments: [path, line] };
}
