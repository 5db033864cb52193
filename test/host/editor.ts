/**
 * What the tests in the extension host share: the extension's own interface, the workspace, waiting for what the editor does.
 */

import assert from 'node:assert/strict';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { MemoryLensApi } from '../../src/extension/main.ts';

const extensionId = 'memory-lens.memory-lens';

export function extension(): vscode.Extension<MemoryLensApi> {
  const found = vscode.extensions.getExtension<MemoryLensApi>(extensionId);
  assert.ok(found, `${extensionId} is installed`);
  return found;
}

export async function api(): Promise<MemoryLensApi> {
  return await extension().activate();
}

/** A file of the workspace. */
export function workspaceUri(...segments: readonly string[]): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  return vscode.Uri.file(path.join(folder.uri.fsPath, ...segments));
}

export async function openFile(...segments: readonly string[]): Promise<vscode.TextEditor> {
  return await vscode.window.showTextDocument(workspaceUri(...segments));
}

export async function closeAllEditors(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

/** Waits until a condition holds; fails after some seconds, telling what was waited for. */
export async function until<Value>(what: string, value: () => Value | undefined | false, timeoutMs = 20_000): Promise<Value> {
  const endsAtMs = Date.now() + timeoutMs;
  for (;;) {
    const found = value();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > endsAtMs) assert.fail(`timed out: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Runs a command and gives the error that it ended in, as the person is shown it. */
export async function errorOf(command: string, ...args: readonly unknown[]): Promise<unknown> {
  const { onDidReportError } = await api();
  let reported: unknown;
  const subscription = onDidReportError((error) => (reported = error));
  try {
    await vscode.commands.executeCommand(command, ...args);
  } finally {
    subscription.dispose();
  }
  return reported;
}

/** Sets settings for a test and puts them back after it. */
export async function withSettings(settings: Readonly<Record<string, unknown>>, work: () => Promise<void>): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('memoryLens');
  const write = async (name: string, value: unknown): Promise<void> => {
    await configuration.update(name, value, vscode.ConfigurationTarget.Global);
  };
  for (const [name, value] of Object.entries(settings)) await write(name, value);
  try {
    await work();
  } finally {
    for (const name of Object.keys(settings)) await write(name, undefined);
  }
}

export async function codeLensTitles(uri: vscode.Uri): Promise<readonly string[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 1000);
  return lenses.map((lens) => `${lens.range.start.line + 1}: ${lens.command?.title ?? ''}`);
}

/** All that the extension says in the hover of a line, which counts from 1. */
export async function hoverText(uri: vscode.Uri, line: number): Promise<string> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', uri, new vscode.Position(line - 1, 3));
  const texts = hovers.flatMap((hover) => hover.contents).map((content) => (content instanceof vscode.MarkdownString ? content.value : ''));
  return texts.filter((text) => text.includes('Memory Lens')).join('\n');
}
