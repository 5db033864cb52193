import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { api, extension } from './editor.ts';

interface Manifest {
  readonly main: string;
  readonly contributes: { readonly commands: readonly { readonly command: string; readonly category: string }[] };
  readonly activationEvents: readonly string[];
}

describe('activation', () => {
  it('waits for a program file, a command or a view, and is quick', async () => {
    assert.equal(extension().isActive, false);
    assert.ok(!(extension().packageJSON as Manifest).activationEvents.includes('*'));
    // The same module that the extension host takes: loading it here is what loading it there would take.
    const startedAt = performance.now();
    createRequire(__filename)(path.join(extension().extensionPath, (extension().packageJSON as Manifest).main));
    const loadingMs = performance.now() - startedAt;
    const { activationMs } = await api();
    console.log(`      loading the bundle: ${loadingMs.toFixed(1)} ms, activation: ${activationMs.toFixed(1)} ms`);
    // 15 ms on a machine that does nothing else; the goal is 50.
    assert.ok(loadingMs + activationMs < 1000, `${loadingMs} ms and ${activationMs} ms`);
  });

  it('registers every command that the manifest promises, all of one category', async () => {
    const promised = (extension().packageJSON as Manifest).contributes.commands;
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      promised.filter(({ command }) => !registered.has(command)),
      [],
    );
    assert.deepEqual([...new Set(promised.map(({ category }) => category))], ['Memory Lens']);
  });

  it('runs where the files are', () => {
    assert.equal(extension().extensionKind, vscode.ExtensionKind.Workspace);
  });
});
