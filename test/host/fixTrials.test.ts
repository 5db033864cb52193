/**
 * Try Fix on real programs, by what the command does before it asks the person: a dialog can't be shown in the tests' host.
 */

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as vscode from 'vscode';
import type { Advice } from '../../src/core/profile.ts';
import { api, closeAllEditors, errorOf, openFile, withSettings, workspaceUri } from './editor.ts';
import { recordedProfile } from './recordedProfile.ts';

const mebibyte = 1024 * 1024;
const program = 'import sys\ntotal = sum([number * 1000 for number in range(500_000)])\nprint(total, sys.argv[1:])\n';

describe('trying a fix', () => {
  const uri = (): vscode.Uri => workspaceUri('toSum.py');
  const path = (): string => uri().fsPath;

  /** Profiles the program and gives the advice that it gets. */
  async function advised(): Promise<Advice> {
    fs.writeFileSync(path(), program);
    await openFile('toSum.py');
    await vscode.commands.executeCommand('memoryLens.profile');
    const { store } = await api();
    const advice = store.runOf(path())?.profile?.advice?.find(({ rule }) => rule === 'generator-expression');
    assert.ok(advice?.fix, JSON.stringify(store.runOf(path())?.profile?.advice));
    return advice;
  }

  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await closeAllEditors();
    (await api()).store.clear();
  });

  it('shows what it saves, with the arguments of the run, and leaves the file alone', async () => {
    const { trials, store } = await api();
    await withSettings({ arguments: ['two words'] }, async () => {
      const advice = await advised();
      const stored = store.runOf(path());
      const { before, after, behaviour } = await trials.run({ path: path(), advice });
      assert.equal(behaviour, 'same');
      // 500,000 references of 8 bytes and numbers of 28 each: 17.2 MiB.
      assert.ok(before.peakBytes - after.peakBytes > 16 * mebibyte, `${before.peakBytes}, ${after.peakBytes}`);
      assert.equal(fs.readFileSync(path(), 'utf8'), program);
      assert.equal(store.runOf(path()), stored, 'the run that is shown stays');
    });
  });

  it('is tried as the run was that gave the advice, though a later one could not be started', async () => {
    const { trials } = await api();
    const advice = await advised();
    await withSettings({ workingDirectory: 'gone' }, async () => {
      assert.match(String(await errorOf('memoryLens.profile')), /UserError/);
    });
    assert.equal((await trials.run({ path: path(), advice })).behaviour, 'same');
  });

  it('is refused where the text is not what was run any more', async () => {
    const advice = await advised();
    const editor = await openFile('toSum.py');
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '# new\n'));
    const error = await errorOf('memoryLens.tryFix', { path: path(), advice });
    assert.match(String(error), /toSum\.py was changed since it was profiled/);
  });

  it('is refused where the program was not run in this window', async () => {
    const file = workspaceUri('founding.py').fsPath;
    const { store } = await api();
    store.end(recordedProfile({ path: file, lines: [] }));
    const advice: Advice = { rule: 'slots', at: { path: file, line: 1 }, title: '', evidence: [], fix: { title: '', edits: [] } };
    assert.match(String(await errorOf('memoryLens.tryFix', { path: file, advice })), /was not run in this window/);
  });
});
