/**
 * The context keys that package.json's menus, buttons and welcome texts ask for.
 */

import * as vscode from 'vscode';
import type { ProfileStore } from './profileStore.ts';

/** Keeps the keys in step with the store. Returns what ends it. */
export function registerContextKeys(store: ProfileStore): vscode.Disposable {
  const last = new Map<string, string>();
  const set = (key: string, value: unknown): void => {
    const text = JSON.stringify(value);
    if (last.get(key) === text) return;
    last.set(key, text);
    void vscode.commands.executeCommand('setContext', key, value);
  };
  const update = (): void => {
    const running = store.running;
    set('memoryLens.running', running.length > 0);
    set(
      'memoryLens.runningPaths',
      running.map((run) => vscode.Uri.file(run.file).fsPath),
    );
    set('memoryLens.hasProfile', store.latest?.profile !== undefined);
    set('memoryLens.hasRun', store.latest !== undefined);
  };
  update();
  return store.onDidChange(update);
}
