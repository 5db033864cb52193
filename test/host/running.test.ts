import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as vscode from 'vscode';
import type { MemoryProfile } from '../../src/core/profile.ts';
import { api, closeAllEditors, openFile, until, withSettings, workspaceUri } from './editor.ts';

const mebibyte = 1024 * 1024;

/** Profiles a file of the workspace to its end, by the command that a person uses. */
async function profile(name: string): Promise<MemoryProfile> {
  await openFile(name);
  await vscode.commands.executeCommand('memoryLens.profile');
  const { store } = await api();
  const found = store.runOf(workspaceUri(name).fsPath)?.profile;
  assert.ok(found, `${name} has a profile`);
  return found;
}

function isGone(pid: number): boolean {
  try {
    return !process.kill(pid, 0);
  } catch {
    return true; // There is no such process any more.
  }
}

function terminalOf(name: string): vscode.Terminal | undefined {
  return vscode.window.terminals.find((terminal) => terminal.name.includes(name));
}

describe('Profile Memory', () => {
  afterEach(async () => {
    const { store } = await api();
    for (const run of store.running) await vscode.commands.executeCommand('memoryLens.stop', vscode.Uri.file(run.file));
    await until('no program is left', () => store.running.length === 0);
    store.clear();
    await closeAllEditors();
  });

  it('runs the active file and says beside each line what it took', async () => {
    const { annotations } = await api();
    const { exit, files } = await profile('records.js');
    assert.deepEqual({ ...exit }, { code: 0, signal: null, stopped: false });
    const lines = new Map(files[0]!.lines.map((line) => [line.line, line]));
    const within = (bytes: number | undefined, expected: number): void => {
      assert.ok(bytes !== undefined && Math.abs(bytes - expected) <= expected * 0.05, `${bytes} is not within 5 % of ${expected}`);
    };
    within(lines.get(5)?.allocatedBytes, 8_000_000);
    within(lines.get(5)?.liveBytes, 8_000_000);
    within(lines.get(10)?.allocatedBytes, 16_000_000);
    within(lines.get(10)?.externalLiveBytes, 16_000_000);
    assert.equal(lines.get(16)?.executionCount, 200_000);
    assert.ok((lines.get(16)?.liveBytes ?? 0) < 0.1 * mebibyte);
    assert.ok(annotations.draw(vscode.window.activeTextEditor!) >= 3);
  });

  it('saves the file first', async () => {
    const path = workspaceUri('unsaved.js').fsPath;
    fs.writeFileSync(path, 'throw new Error("the old text ran");\n');
    const editor = await openFile('unsaved.js');
    await editor.edit((edit) => edit.replace(editor.document.lineAt(0).range, 'globalThis.kept = new Array(1_000_000).fill(0);'));
    await vscode.commands.executeCommand('memoryLens.profile');
    assert.equal(editor.document.isDirty, false);
    assert.equal((await api()).store.runOf(path)?.profile?.exit.code, 0);
  });

  it('gives the program a terminal to read from and to write to', async () => {
    const answer = workspaceUri('answer.txt').fsPath;
    await openFile('echo.mjs');
    await withSettings({ arguments: [answer, 'two words'] }, async () => {
      const done = vscode.commands.executeCommand('memoryLens.profile');
      const terminal = await until('the terminal', () => terminalOf('echo.mjs'));
      await until('the question', () => fs.existsSync(`${answer}.asked`));
      terminal.sendText('Ada');
      await done;
    });
    assert.equal(fs.readFileSync(answer, 'utf8'), `hello Ada, from a terminal, with ${JSON.stringify([answer, 'two words'])}`);
  });

  it('shows figures while a program runs, and Stop ends it with the profile so far', async () => {
    const { store } = await api();
    const uri = workspaceUri('endless.ts');
    await openFile('endless.ts');
    const done = vscode.commands.executeCommand('memoryLens.profile');
    const allocatedBytes = (): number =>
      store.runOf(uri.fsPath)?.profile?.files[0]?.lines.find(({ line }) => line === 10)?.allocatedBytes ?? 0;
    await until('live figures', () => allocatedBytes() > 0.5 * mebibyte);
    assert.equal(store.runOf(uri.fsPath)?.running, true);
    await vscode.commands.executeCommand('memoryLens.stop');
    await done;
    const ended = store.runOf(uri.fsPath)?.profile;
    assert.equal(ended?.exit.stopped, true);
    assert.ok(allocatedBytes() > 0.5 * mebibyte, `${allocatedBytes()} allocated by line 10`);
  });

  it('kills a program that does not go when it is asked to', async () => {
    const { store } = await api();
    const uri = workspaceUri('stubborn.js');
    await openFile('stubborn.js');
    const done = vscode.commands.executeCommand('memoryLens.profile');
    const pidFile = workspaceUri('stubborn.pid').fsPath;
    const pid = Number(await until('the program', () => fs.existsSync(pidFile) && fs.readFileSync(pidFile, 'utf8')));
    await vscode.commands.executeCommand('memoryLens.stop');
    await done;
    assert.equal(store.runOf(uri.fsPath)?.profile?.exit.stopped, true);
    await until('its end', () => isGone(pid));
  });

  it('ends the program when its terminal is closed', async () => {
    const { store } = await api();
    const pidFile = workspaceUri('stubborn.pid').fsPath;
    fs.rmSync(pidFile, { force: true });
    await openFile('stubborn.js');
    const done = vscode.commands.executeCommand('memoryLens.profile');
    const pid = Number(await until('the program', () => fs.existsSync(pidFile) && fs.readFileSync(pidFile, 'utf8')));
    (await until('the terminal', () => terminalOf('stubborn.js'))).dispose();
    await done;
    assert.equal(store.running.length, 0);
    await until('its end', () => isGone(pid));
  });

  it('tells a failing exit status from success', async () => {
    const { exit } = await profile('fails.js');
    assert.equal(exit.code, 3);
  });

  it('tells that a program was killed, and keeps the profile of what ran', async () => {
    const { exit, timeline } = await profile('killed.js');
    assert.equal(exit.signal, 'SIGKILL');
    assert.equal(exit.stopped, false);
    assert.ok(timeline.atMs.length > 0);
  });

  it('takes a program that prints 20 MB', async () => {
    const { exit } = await profile('prints.js');
    assert.deepEqual({ ...exit }, { code: 0, signal: null, stopped: false });
  }).timeout(120_000);

  it('leaves child processes and workers alone', async () => {
    assert.equal((await profile('children.js')).exit.code, 0);
  });

  it('starts the program where and with what the settings say', async () => {
    const report = workspaceUri('report.json').fsPath;
    process.env['MEMORY_LENS_TEST_GONE'] = 'still here';
    const environment = { MEMORY_LENS_TEST_ADDED: 'a "b" $c', MEMORY_LENS_TEST_GONE: null };
    await withSettings({ workingDirectory: '${workspaceFolder}/sub', environment, arguments: [report, '', '*', '--json'] }, async () => {
      await profile('reports.cjs');
    });
    delete process.env['MEMORY_LENS_TEST_GONE'];
    assert.deepEqual(JSON.parse(fs.readFileSync(report, 'utf8')), {
      cwd: workspaceUri('sub').fsPath,
      args: ['', '*', '--json'],
      added: 'a "b" $c',
      isMain: true,
      editorVariables: [],
    });
  });

  it('offers to stop a program that is asked for twice', async () => {
    const { store } = await api();
    const uri = workspaceUri('endless.ts');
    await openFile('endless.ts');
    const done = vscode.commands.executeCommand('memoryLens.profile');
    await until('the program', () => store.runOf(uri.fsPath)?.running);
    await vscode.commands.executeCommand('memoryLens.profile');
    assert.equal(store.running.length, 1);
    await vscode.commands.executeCommand('memoryLens.stop');
    await done;
  });
});
