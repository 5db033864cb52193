/**
 * Which Python runs a file. The Python extension itself can't be had here: a stand-in of the same name and interface takes its place.
 */

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { api, closeAllEditors, openFile, withSettings, workspaceUri } from './editor.ts';

interface StandIn {
  /** Selects an interpreter for one file, or for all; undefined takes that back. */
  select(path: string | undefined, file?: string): void;
}

async function standIn(): Promise<StandIn> {
  const extension = vscode.extensions.getExtension<StandIn>('ms-python.python');
  assert.ok(extension, 'the stand-in is installed');
  return await extension.activate();
}

/** What the extension says will run a file of the workspace. */
async function expectedFor(name: string): Promise<string | undefined> {
  const { interpreters } = await api();
  const found = await interpreters.expectedFor(workspaceUri(name));
  return found && `${found.source}: ${found.path}`;
}

/** A folder that looks like a virtual environment, with a script in place of its Python. */
function makeEnvironment(name: string, version: string): string {
  const executable = workspaceUri(name, 'bin', 'python').fsPath;
  fs.mkdirSync(path.dirname(executable), { recursive: true });
  fs.writeFileSync(workspaceUri(name, 'pyvenv.cfg').fsPath, `home = /usr/bin\nversion = ${version}\n`);
  fs.writeFileSync(executable, '#!/bin/sh\necho not a Python\n', { mode: 0o755 });
  return executable;
}

describe('the Python for a file', () => {
  afterEach(async () => {
    (await standIn()).select(undefined);
    (await standIn()).select(undefined, workspaceUri('founding.py').fsPath);
    for (const name of ['.venv', 'venv', 'other']) fs.rmSync(workspaceUri(name).fsPath, { recursive: true, force: true });
    await closeAllEditors();
  });

  it('is the one on the path where nothing else says so', async () => {
    assert.match((await expectedFor('founding.py')) ?? '', /^on the path: \/.*\/python3?$/);
  });

  it('is that of a virtual environment in the workspace before that of the path, .venv before venv', async () => {
    const plain = makeEnvironment('venv', '3.10.1');
    assert.equal(await expectedFor('founding.py'), `virtual environment: ${plain}`);
    const hidden = makeEnvironment('.venv', '3.11.2');
    assert.equal(await expectedFor('founding.py'), `virtual environment: ${hidden}`);
    const { interpreters } = await api();
    assert.equal((await interpreters.expectedFor(workspaceUri('founding.py')))?.version, '3.11.2');
  });

  it('is the one that is selected in the Python extension before these', async () => {
    makeEnvironment('.venv', '3.11.2');
    (await standIn()).select('/somewhere/bin/python');
    assert.equal(await expectedFor('founding.py'), 'selected in the Python extension: /somewhere/bin/python');
  });

  it('may be selected there for one file alone', async () => {
    (await standIn()).select('/somewhere/bin/python', workspaceUri('founding.py').fsPath);
    assert.match((await expectedFor('founding.py')) ?? '', /^selected in the Python extension/);
    assert.match((await expectedFor('ask.py')) ?? '', /^on the path/);
  });

  it('is that of the setting before all', async () => {
    (await standIn()).select('/somewhere/bin/python');
    await withSettings({ pythonPath: '/usr/bin/python3' }, async () => {
      assert.equal(await expectedFor('founding.py'), 'setting memoryLens.pythonPath: /usr/bin/python3');
    });
    await withSettings({ pythonPath: './tool/python' }, async () => {
      assert.equal(await expectedFor('founding.py'), `setting memoryLens.pythonPath: ${workspaceUri('tool', 'python').fsPath}`);
    });
    await withSettings({ pythonPath: 'python3.11' }, async () => {
      assert.equal(await expectedFor('founding.py'), 'setting memoryLens.pythonPath: python3.11');
    });
  });

  it('may be named by the folder of its environment', async () => {
    const executable = makeEnvironment('other', '3.9.1');
    await withSettings({ pythonPath: '${workspaceFolder}/other' }, async () => {
      assert.equal(await expectedFor('founding.py'), `setting memoryLens.pythonPath: ${executable}`);
    });
  });

  it('can be any of those that are there: each is listed once, the expected one first', async () => {
    const own = makeEnvironment('.venv', '3.11.2');
    const other = makeEnvironment('other', '3.9.1');
    (await standIn()).select('/somewhere/bin/python');
    const { interpreters } = await api();
    const found = (await interpreters.all(workspaceUri('founding.py'))).map((interpreter) => interpreter.path);
    assert.deepEqual(found.slice(0, 3), ['/somewhere/bin/python', own, other]);
    assert.equal(new Set(found).size, found.length);
    assert.ok(found.length > 3, `those of the path, too: ${found.join(' ')}`);
  });

  it('is told anew when the choice changes', async () => {
    const { interpreters } = await api();
    await openFile('founding.py');
    let count = 0;
    const subscription = interpreters.onDidChange(() => count++);
    await expectedFor('founding.py');
    (await standIn()).select('/somewhere/bin/python');
    assert.equal(count, 1);
    await withSettings({ pythonPath: '/usr/bin/python3' }, async () => {
      assert.equal(count, 2);
      return Promise.resolve();
    });
    subscription.dispose();
  });
});
