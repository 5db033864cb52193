/**
 * The one status bar item: progress while a program runs, else the peak of the last run.
 */

import * as vscode from 'vscode';
import { fileTitle } from '../core/filePaths.ts';
import { formatBytes, formatDuration } from '../core/formatFigures.ts';
import { formatExit, formatRunHeadline, formatRuntime } from '../core/formatProfileSummary.ts';
import type { ProfileStore } from './profileStore.ts';

/** Shows itself when there is something to say. Returns what ends it. */
export function createStatusBarItem(store: ProfileStore): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('memoryLens.status', vscode.StatusBarAlignment.Right, 90);
  item.name = 'Memory Lens';
  const subscription = store.onDidChange(() => showLatest(item, store));
  return vscode.Disposable.from(item, subscription);
}

function showLatest(item: vscode.StatusBarItem, store: ProfileStore): void {
  const run = store.running.at(-1) ?? store.latest;
  if (run === undefined) {
    item.hide();
    return;
  }
  const name = fileTitle(run.file);
  if (run.running) {
    const heapBytes = run.timeline.heapUsedBytes.at(-1);
    item.text = `$(loading~spin) ${name}: ${heapBytes === undefined ? 'starting' : formatBytes(heapBytes)}`;
    item.tooltip = `Memory Lens: ${name} has been running for ${formatDuration(run.elapsedMs)}. Click to stop it.`;
    item.command = 'memoryLens.stop';
  } else if (run.profile) {
    item.text = `$(pulse) ${formatBytes(run.profile.totals.peakBytes)} peak`;
    item.tooltip = `Memory Lens: ${name}: ${formatRunHeadline(run.profile)}, by ${formatRuntime(run.profile)}. ${formatExit(run.profile)}`;
    item.command = 'memoryLens.showSummary';
  }
  item.accessibilityInformation = { label: `Memory Lens, ${name}, ${item.text.replace(/\$\([^)]*\) /, '')}` };
  item.show();
}
