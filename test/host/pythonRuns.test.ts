/**
 * Python programs run by the command that a person uses, in the real editor.
 */

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as vscode from 'vscode';
import type { MemoryProfile } from '../../src/core/profile.ts';
import { api, closeAllEditors, codeLensTitles, errorOf, hoverText, openFile, until, withSettings, workspaceUri } from './editor.ts';
import { recordedProfile } from './recordedProfile.ts';

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

async function forgetRuns(): Promise<void> {
  const { store } = await api();
  for (const run of store.running) await vscode.commands.executeCommand('memoryLens.stop', vscode.Uri.file(run.file));
  await until('no program is left', () => store.running.length === 0);
  store.clear();
  await closeAllEditors();
}

describe('the figures of a Python file', () => {
  const uri = (): vscode.Uri => workspaceUri('founding.py');
  afterEach(forgetRuns);

  beforeEach(async () => {
    const peakBytes = 160.2 * mebibyte;
    const lines = [
      { line: 2, executionCount: 1, netBytes: 7.6 * mebibyte, allocatedBytes: 7.6 * mebibyte, peakBytes: 7.6 * mebibyte },
      { line: 3, executionCount: 1, netBytes: 152.6 * mebibyte, allocatedBytes: 152.6 * mebibyte, peakBytes: 152.6 * mebibyte },
      { line: 4, executionCount: 1, netBytes: -152.6 * mebibyte, inUseBeforeBytes: peakBytes, inUseBytes: 7.6 * mebibyte },
    ];
    const functions = [{ name: 'my_function', line: 1, endLine: 5, callCount: 1, totalAllocatedBytes: peakBytes, peakBytes }];
    (await api()).store.end(recordedProfile({ path: uri().fsPath, lines, functions }));
  });

  it('are drawn on every line that took or gave back memory', async () => {
    const { annotations } = await api();
    assert.equal(annotations.draw(await openFile('founding.py')), 3);
  });

  it('stand in the hover, with the memory in use before and after', async () => {
    await openFile('founding.py');
    const text = await hoverText(uri(), 4);
    assert.match(text, /line 4 ran 1 time\n/);
    assert.match(text, /In use before it ran \| 160\.2 MiB/);
    assert.match(text, /In use after it ran \| 7\.6 MiB/);
    assert.match(text, /Increment .* \| -152\.6 MiB/);
  });

  it('stand over the file and the function', async () => {
    await openFile('founding.py');
    assert.deepEqual(await codeLensTitles(uri()), [
      '1: $(pulse) Profile Memory',
      '1: $(lightbulb) Explain',
      '1: last run: peak 160.2 MiB, allocated 160.2 MiB, live 0 B',
      '1: Clear',
      '1: my_function: 160.2 MiB allocated · 1 call',
    ]);
  });

  it('are shown in a file that is not UTF-8', async () => {
    const { store, annotations } = await api();
    const path = workspaceUri('latin.py').fsPath;
    fs.writeFileSync(path, Buffer.from("# -*- coding: latin-1 -*-\nname = 'Ren\xe9'\nrows = [0] * 10 ** 6\n", 'latin1'));
    store.end(recordedProfile({ path, lines: [{ line: 3, netBytes: 8_000_000, allocatedBytes: 8_000_000 }] }));
    assert.equal(annotations.draw(await openFile('latin.py')), 1);
    assert.match(await hoverText(workspaceUri('latin.py'), 3), /\+7\.6 MiB/);
  });

  it('keep to their lines when these are indented anew and comments are put in', async () => {
    const editor = await openFile('founding.py');
    await editor.edit((edit) => {
      edit.insert(new vscode.Position(0, 0), '# What a list costs.\n');
      edit.replace(new vscode.Range(3, 0, 3, 4), '        ');
    });
    assert.match(await hoverText(uri(), 5), /line 4 ran 1 time/);
    assert.doesNotMatch(await hoverText(uri(), 5), /Stale/);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });
});

describe('Profile Memory of a Python file', () => {
  afterEach(forgetRuns);

  const near = (bytes: number | undefined, mebibytes: number): void =>
    assert.ok(
      bytes !== undefined && Math.abs(bytes - mebibytes * mebibyte) <= 0.1 * mebibyte,
      `${(bytes ?? NaN) / mebibyte} is not ${mebibytes} MiB`,
    );

  it('runs the founding example and says what each line took and gave back', async () => {
    const { exit, files, totals, runtime, program } = await profile('founding.py');
    assert.deepEqual({ ...exit }, { code: 0, signal: null, stopped: false });
    assert.equal(runtime.name, 'python');
    assert.equal(program.kind, 'file');
    const file = files.find(({ path }) => path.endsWith('/founding.py'));
    const lines = new Map(file?.lines.map((line) => [line.line, line]));
    near(lines.get(2)?.netBytes, 7.63);
    near(lines.get(3)?.netBytes, 152.59);
    near(lines.get(4)?.netBytes, -152.59);
    near(lines.get(3)?.peakBytes, 152.59);
    assert.equal(lines.get(3)?.executionCount, 1);
    assert.ok(Math.abs(totals.peakBytes - 160.2 * mebibyte) < 2 * mebibyte, `peak ${totals.peakBytes / mebibyte} MiB`);
  });

  it('gives the program a terminal to read from and to write to, and its arguments', async () => {
    const answer = workspaceUri('answer python.json').fsPath;
    await openFile('ask.py');
    await withSettings({ arguments: [answer, 'two words', ''] }, async () => {
      const done = vscode.commands.executeCommand('memoryLens.profile');
      const terminal = await until('the terminal', () => vscode.window.terminals.find(({ name }) => name.includes('ask.py')));
      await until('the question', () => fs.existsSync(`${answer}.asked`));
      terminal.sendText('Ada');
      await done;
    });
    assert.deepEqual(JSON.parse(fs.readFileSync(answer, 'utf8')), ['Ada', true, [answer, 'two words', ''], '__main__']);
  });

  it('shows figures while a script runs that never ends, and Stop keeps the profile so far', async () => {
    const { store } = await api();
    const uri = workspaceUri('endless.py');
    await openFile('endless.py');
    const done = vscode.commands.executeCommand('memoryLens.profile');
    const liveBytes = (): number => {
      const files = store.runOf(uri.fsPath)?.profile?.files ?? [];
      return files.flatMap(({ lines }) => lines).find(({ line }) => line === 5)?.liveBytes ?? 0;
    };
    await until('live figures', () => liveBytes() > mebibyte);
    assert.equal(store.runOf(uri.fsPath)?.running, true);
    await vscode.commands.executeCommand('memoryLens.stop');
    await done;
    assert.equal(store.runOf(uri.fsPath)?.profile?.exit.stopped, true);
    assert.ok(liveBytes() > mebibyte, `${liveBytes()} live by line 5`);
  });

  it('runs a module in place of the file where a setting says so', async () => {
    await withSettings({ pythonModule: 'tool' }, async () => {
      await openFile('tool', 'rows.py');
      await vscode.commands.executeCommand('memoryLens.profile');
      const found = (await api()).store.runOf(workspaceUri('tool', 'rows.py').fsPath)?.profile;
      assert.equal(found?.exit.code, 0);
      assert.equal(found.program.kind, 'module');
      const rows = found.files.find(({ path }) => path.endsWith('/tool/rows.py'));
      near(rows?.lines.find(({ line }) => line === 2)?.liveBytes, 7.63);
      assert.equal(found.program.file, workspaceUri('tool', '__main__.py').fsPath);
      assert.ok((await api()).annotations.draw(vscode.window.activeTextEditor!) >= 1);
    });
  });

  it('takes the interpreter that was chosen', async () => {
    await withSettings({ pythonPath: '/usr/bin/python3' }, async () => {
      const { runtime } = await profile('founding.py');
      assert.equal(fs.realpathSync(runtime.executable), fs.realpathSync('/usr/bin/python3'));
    });
  });

  it('takes the interpreter that is selected in the Python extension', async () => {
    const python = vscode.extensions.getExtension<{ readonly select: (path: string | undefined) => void }>('ms-python.python');
    const { select } = await python!.activate();
    select('/usr/bin/python3');
    try {
      const { runtime } = await profile('founding.py');
      assert.equal(fs.realpathSync(runtime.executable), fs.realpathSync('/usr/bin/python3'));
    } finally {
      select(undefined);
    }
  });

  it('says that there is no Python where none is on the path', async () => {
    await openFile('founding.py');
    await withSettings({ environment: { PATH: '/nowhere' } }, async () => {
      const error = await errorOf('memoryLens.profile');
      assert.ok(error instanceof Error && 'code' in error && error.code === 'runtimeMissing', String(error));
      assert.match(error.message, /no python3 or python on the path.*Install Python/);
    });
  });

  it('shows a syntax error where it is', async () => {
    await openFile('broken.py');
    const error = await errorOf('memoryLens.profile');
    assert.ok(error instanceof Error && 'code' in error && error.code === 'syntaxError', String(error));
    const [diagnostic] = vscode.languages.getDiagnostics(workspaceUri('broken.py')).filter(({ source }) => source === 'Memory Lens');
    assert.equal(diagnostic?.range.start.line, 2);
    assert.equal(vscode.window.activeTextEditor?.selection.active.line, 2);
  });

  it('names a Python that is not there, with a way to choose another', async () => {
    await openFile('founding.py');
    await withSettings({ pythonPath: '/nowhere/python' }, async () => {
      const error = await errorOf('memoryLens.profile');
      assert.ok(error instanceof Error && 'actions' in error && Array.isArray(error.actions), String(error));
      assert.match(error.message, /\/nowhere\/python/);
      assert.deepEqual(
        error.actions.map((action: { setting?: string }) => action.setting),
        ['memoryLens.pythonPath'],
      );
    });
  });
});
