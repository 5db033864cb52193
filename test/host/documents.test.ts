import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as vscode from 'vscode';
import { api, closeAllEditors, codeLensTitles, hoverText, openFile, until, withSettings, workspaceUri } from './editor.ts';
import { recordedProfile } from './recordedProfile.ts';

const mebibyte = 1024 * 1024;
const program = ['"use strict";', 'function grow() {', '  return [1, 2, 3];', '}', 'const kept = grow();', 'console.log(kept);', ''].join(
  '\n',
);

describe('the figures of a document', () => {
  const uri = (): vscode.Uri => workspaceUri('shown.js');

  beforeEach(async () => {
    fs.writeFileSync(uri().fsPath, program);
    const { store } = await api();
    store.end(
      recordedProfile({
        path: uri().fsPath,
        lines: [
          { line: 3, allocatedBytes: 3 * mebibyte, allocatedCount: 12, liveBytes: mebibyte, peakBytes: 2 * mebibyte, executionCount: 12 },
          { line: 5, allocatedBytes: 512, liveBytes: 0, peakBytes: 0 },
        ],
        functions: [{ name: 'grow', line: 2, endLine: 4, callCount: 12, allocatedBytes: 3 * mebibyte, liveBytes: mebibyte }],
      }),
    );
  });

  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await closeAllEditors();
    (await api()).store.clear();
  });

  it('are drawn on lines at or above the threshold only', async () => {
    const { annotations } = await api();
    const editor = await openFile('shown.js');
    assert.equal(annotations.draw(editor), 1);
    await withSettings({ thresholdBytes: 512 }, async () => {
      await until('both lines', () => annotations.draw(editor) === 2);
    });
    await withSettings({ thresholdBytes: 4 * mebibyte }, async () => {
      await until('no line', () => annotations.draw(editor) === 0);
    });
  });

  it('are toggled by one command', async () => {
    const { annotations } = await api();
    const editor = await openFile('shown.js');
    await vscode.commands.executeCommand('memoryLens.toggleAnnotations');
    assert.equal(annotations.draw(editor), 0);
    assert.equal(await hoverText(uri(), 3), '');
    await vscode.commands.executeCommand('memoryLens.toggleAnnotations');
    assert.equal(annotations.draw(editor), 1);
  });

  it('stand in the hover of their line with their precision, and in no other', async () => {
    await openFile('shown.js');
    const text = await hoverText(uri(), 3);
    assert.match(text, /line 3 ran 12 times/);
    assert.match(text, /3\.0 MiB \| 12 \|[^]*exact/);
    assert.match(text, /Live at the end \| 1\.0 MiB/);
    assert.equal(await hoverText(uri(), 4), '');
  });

  it('stand over the file and over its functions', async () => {
    await openFile('shown.js');
    const titles = await codeLensTitles(uri());
    assert.deepEqual(titles, [
      '1: $(pulse) Profile Memory',
      '1: $(lightbulb) Explain',
      '1: last run: peak 2.0 MiB, allocated 3.0 MiB, live 1.0 MiB',
      '1: Clear',
      '2: 3.0 MiB allocated · 1.0 MiB live · 12 calls',
    ]);
  });

  it('move with their line when lines are put in above', async () => {
    const editor = await openFile('shown.js');
    await editor.edit((edit) => edit.insert(new vscode.Position(1, 0), '// one\n// two\n'));
    assert.match(await hoverText(uri(), 5), /line 3 ran 12 times/);
    assert.equal(await hoverText(uri(), 3), '');
    assert.ok((await codeLensTitles(uri())).includes('4: 3.0 MiB allocated · 1.0 MiB live · 12 calls'));
  });

  it('go stale where the line is edited, and with it its function', async () => {
    const editor = await openFile('shown.js');
    await editor.edit((edit) => edit.insert(new vscode.Position(2, 10), '4, '));
    assert.match(await hoverText(uri(), 3), /Stale/);
    assert.ok((await codeLensTitles(uri())).includes('2: stale: 3.0 MiB allocated · 1.0 MiB live · 12 calls'));
    await vscode.commands.executeCommand('undo');
    assert.doesNotMatch(await hoverText(uri(), 3), /Stale/);
  });

  it('are not shown, and the lens says why, where the file is not what was run', async () => {
    const { annotations } = await api();
    fs.writeFileSync(uri().fsPath, 'const other = [];\n');
    const editor = await openFile('shown.js');
    await until('the text from disk', () => editor.document.lineCount === 2);
    assert.equal(annotations.draw(editor), 0);
    assert.ok((await codeLensTitles(uri())).includes('1: changed since the run: no figures'));
  });

  it('are shown in every file of the program', async () => {
    const { store, annotations } = await api();
    const path = workspaceUri('other.mjs').fsPath;
    fs.writeFileSync(path, 'export const a = [1];\n');
    const lines = [{ line: 1, allocatedBytes: 2 * mebibyte }];
    store.end(recordedProfile({ path: uri().fsPath, lines: [] }, { path, lines }));
    assert.equal(annotations.draw(await openFile('other.mjs')), 1);
    assert.match(await hoverText(workspaceUri('other.mjs'), 1), /2\.0 MiB/);
  });

  it('survive line ends of the other kind and a byte order mark', async () => {
    const { store, annotations } = await api();
    const path = workspaceUri('windows.js').fsPath;
    fs.writeFileSync(path, '\uFEFF"use strict";\r\nconst a = [1];\r\n');
    store.end(recordedProfile({ path, lines: [{ line: 2, allocatedBytes: 2 * mebibyte }] }));
    assert.equal(annotations.draw(await openFile('windows.js')), 1);
  });

  it('stand at their line though the runtime counts one more where the editor sees none', async () => {
    const separated = workspaceUri('separated.js');
    fs.writeFileSync(separated.fsPath, "'one\u2028two';\nmodule.exports = [1, 2, 3];\n");
    const { store } = await api();
    store.end(recordedProfile({ path: separated.fsPath, lines: [{ line: 3, allocatedBytes: mebibyte, executionCount: 7 }] }));
    await vscode.workspace.openTextDocument(separated);
    assert.match(await hoverText(separated, 2), /line 3 ran 7 times/);
    assert.equal(await hoverText(separated, 3), '');
  });

  it('go with Clear', async () => {
    const { annotations } = await api();
    const editor = await openFile('shown.js');
    await vscode.commands.executeCommand('memoryLens.clear');
    assert.equal(annotations.draw(editor), 0);
    assert.deepEqual(await codeLensTitles(uri()), ['1: $(pulse) Profile Memory', '1: $(lightbulb) Explain']);
  });

  it('are to be had as plain text', async () => {
    await openFile('shown.js');
    await vscode.commands.executeCommand('memoryLens.showSummary');
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.languageId, 'plaintext');
    assert.match(document.getText(), /Peak: 2\.0 MiB/);
    assert.match(document.getText(), /shown\.js:3: 3\.0 MiB/);
  });

  it('lead from the side bar to the line where it stands now', async () => {
    const editor = await openFile('shown.js');
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '\n\n'));
    await vscode.commands.executeCommand('memoryLens.openLine', uri().fsPath, 3);
    assert.equal(vscode.window.activeTextEditor?.selection.active.line, 4);
  });

  it('are applied to a file of 10,000 annotated lines', async () => {
    const { store, annotations } = await api();
    const path = workspaceUri('long.js').fsPath;
    const count = 10_000;
    fs.writeFileSync(path, Array.from({ length: count }, (_, index) => `const v${index} = [${index}];`).join('\n'));
    const editor = await openFile('long.js');
    const lines = Array.from({ length: count }, (_, index) => ({
      line: index + 1,
      // A hundred lines have a mark as well.
      allocatedBytes: index % 100 === 0 ? 30 * mebibyte : 2048 + index,
      liveBytes: index,
    }));
    store.end(recordedProfile({ path, lines }));
    annotations.draw(editor);
    const times: number[] = [];
    for (let round = 0; round < 5; round++) {
      const startedAt = performance.now();
      assert.equal(annotations.draw(editor), count);
      times.push(performance.now() - startedAt);
    }
    times.sort((a, b) => a - b);
    console.log(`      decorations for ${count} lines: median ${times[2]!.toFixed(1)} ms, worst ${times[4]!.toFixed(1)} ms`);
  });
});
