import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as vscode from 'vscode';
import { closeAllEditors, errorOf, openFile, withSettings, workspaceUri } from './editor.ts';

/** The code and message of the UserError that profiling ended in. The extension is a bundle of its own, so `instanceof` can't be asked. */
async function userErrorOf(uri?: vscode.Uri): Promise<string> {
  const error = await errorOf('memoryLens.profile', ...(uri ? [uri] : []));
  assert.ok(error instanceof Error && error.name === 'UserError' && 'code' in error, `a UserError, not ${String(error)}`);
  return `${String(error.code)}: ${error.message}`;
}

describe('what can not be profiled is refused with what to do', () => {
  afterEach(closeAllEditors);

  it('no file', async () => {
    await closeAllEditors();
    assert.match(await userErrorOf(), /^fileMissing: No file is open\. Open a/);
  });

  it('a file that was never saved', async () => {
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'javascript', content: 'const a = [];' }));
    assert.match(await userErrorOf(), /^fileUnsaved: .*Save it first/);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('a file that is not there any more', async () => {
    assert.match(await userErrorOf(workspaceUri('gone.js')), /^fileMissing: .*gone\.js/);
  });

  it('a folder', async () => {
    fs.mkdirSync(workspaceUri('folder.js').fsPath, { recursive: true });
    assert.match(await userErrorOf(workspaceUri('folder.js')), /^fileIsDirectory: .*folder\.js/);
  });

  it('a file of another language', async () => {
    fs.writeFileSync(workspaceUri('notes.txt').fsPath, 'notes');
    await openFile('notes.txt');
    assert.match(await userErrorOf(), /^unsupportedLanguage: .*notes\.txt.*\.py, \.js/);
  });

  it('a binary', async () => {
    const uri = workspaceUri('binary.js');
    fs.writeFileSync(uri.fsPath, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 1, 0xff, 0xfe]));
    assert.match(await userErrorOf(uri), /^fileIsBinary: .*binary\.js/);
  });

  it('a file of 50 MB', async () => {
    const uri = workspaceUri('huge.js');
    fs.writeFileSync(uri.fsPath, Buffer.alloc(50_000_000, '// filler\n'));
    assert.match(await userErrorOf(uri), /^fileTooLarge: .*huge\.js/);
    fs.rmSync(uri.fsPath);
  });

  it('a Node.js that is not there', async () => {
    await openFile('records.js');
    await withSettings({ nodePath: '/nowhere/node' }, async () => {
      assert.match(await userErrorOf(), /^runtimeMissing: .*\/nowhere\/node/);
    });
  });

  it('a syntax error, which is shown where it is', async () => {
    await openFile('broken.js');
    assert.match(await userErrorOf(), /^syntaxError: /);
    const [diagnostic] = vscode.languages.getDiagnostics(workspaceUri('broken.js')).filter(({ source }) => source === 'Memory Lens');
    assert.ok(diagnostic);
    assert.equal(diagnostic.range.start.line, 2);
    assert.equal(vscode.window.activeTextEditor?.selection.active.line, 2);
  });
});
