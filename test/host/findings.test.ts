import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as vscode from 'vscode';
import type { MemoryProfile } from '../../src/core/profile.ts';
import { api, closeAllEditors, codeLensTitles, errorOf, hoverText, openFile, until, withSettings, workspaceUri } from './editor.ts';
import { recordedProfile } from './recordedProfile.ts';

const mebibyte = 1024 * 1024;
const program = [
  'from functools import cache',
  '@cache',
  'def fetch(key):',
  '    return [key] * 1000',
  'SEEN = {}',
  'def handle(request):',
  '    SEEN[request] = fetch(request)',
  'total = sum([len(fetch(n)) for n in range(9)])',
  'print(total)',
  '',
].join('\n');

/** What each view shows of it is worked out below: 10 MiB are alive, 4 of them from line 7. */
function profileWithFindings(path: string): MemoryProfile {
  const at = (line: number): { path: string; line: number } => ({ path, line });
  const lines = [
    { line: 7, allocatedBytes: 4 * mebibyte, liveBytes: 4 * mebibyte, peakBytes: 4 * mebibyte, collectorFreedBytes: 2 * mebibyte },
    { line: 8, allocatedBytes: 6 * mebibyte, liveBytes: 6 * mebibyte, peakBytes: 6 * mebibyte },
  ];
  return {
    ...recordedProfile({ path, lines }),
    caches: [
      {
        name: 'fetch',
        at: at(3),
        kind: 'cache',
        hitCount: 512,
        missCount: 38,
        entryCount: 38,
        maxEntryCount: null,
        heldBytes: 4.1 * mebibyte,
        growing: true,
      },
    ],
    leakSuspects: [
      {
        at: at(7),
        liveBytes: 4 * mebibyte,
        reason: 'Its live bytes grew in 12 of 12 spans of the run.',
        retainedBy: [],
        series: { atMs: [0, 500, 1000], liveBytes: [0, 2 * mebibyte, 4 * mebibyte] },
      },
    ],
    holders: [
      {
        at: at(7),
        typeName: 'dict',
        bytes: 4 * mebibyte,
        referenceCount: 1,
        rootKind: 'module',
        path: [{ text: 'SEEN', at: at(5) }, { text: "['_a_']" }],
      },
    ],
    collectorChanges: [{ change: 'disabled', at: at(1), count: 1 }],
    advice: [
      {
        rule: 'generator-expression',
        at: at(8),
        title: 'Sum a generator instead of a list',
        evidence: [
          { name: 'peak', value: 1.2 * mebibyte, unit: 'bytes' },
          { name: 'share of peak', value: 0.12, unit: 'ratio' },
        ],
        estimatedSavingBytes: mebibyte,
        fix: {
          title: 'Remove the brackets',
          edits: [
            { line: 8, column: 12, endLine: 8, endColumn: 13, newText: '' },
            { line: 8, column: 44, endLine: 8, endColumn: 45, newText: '' },
          ],
        },
      },
    ],
  };
}

describe('what was found in a run', () => {
  const uri = (): vscode.Uri => workspaceUri('found.py');
  const diagnostics = (): readonly string[] =>
    vscode.languages
      .getDiagnostics(uri())
      .map(({ range, severity, code }) => {
        const rule = typeof code === 'object' ? code.value : code;
        return `${range.start.line + 1}: ${vscode.DiagnosticSeverity[severity]} ${rule}`;
      })
      .sort();
  const bothProblems = ['7: Warning leak-suspects', '8: Information generator-expression'];
  const untilDiagnostics = async (expected: readonly string[]): Promise<void> => {
    await until(expected.join(', ') || 'no diagnostics', () => diagnostics().join() === expected.join());
  };
  const actionsAt = async (line: number): Promise<vscode.CodeAction[]> => {
    const range = new vscode.Range(line - 1, 4, line - 1, 4);
    return await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', uri(), range);
  };
  const titlesAt = async (line: number): Promise<readonly string[]> => (await actionsAt(line)).map(({ title }) => title);
  /** The action that silences what is shown at a line; undefined where there is none among the others. */
  const ignoringAt = async ({ document }: vscode.TextEditor, line: number): Promise<vscode.CodeAction | undefined> => {
    const range = new vscode.Range(line - 1, 1, line - 1, 1);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, range);
    assert.ok(actions.some(({ title }) => title.startsWith('Turn off')));
    return actions.find(({ title }) => title.startsWith('Ignore'));
  };

  beforeEach(async () => {
    fs.writeFileSync(uri().fsPath, program);
    const { store } = await api();
    store.end(profileWithFindings(uri().fsPath));
  });

  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await closeAllEditors();
    (await api()).store.clear();
  });

  it('stands in the side bar in groups, with its weight and place, and below it why', async () => {
    const { findingsTree } = await api();
    const textOf = (node: Parameters<typeof findingsTree.getTreeItem>[0]): string => {
      const { label = '', description } = findingsTree.getTreeItem(node);
      const name = typeof label === 'string' ? label : label.label;
      return typeof description === 'string' && description !== '' ? `${name} | ${description}` : name;
    };
    const groups = findingsTree.getChildren();
    assert.deepEqual(groups.map(textOf), ['Leak suspects | 1', 'Caches | 1', 'Collector | 1', 'Advice | 1']);
    assert.deepEqual(groups.flatMap((group) => findingsTree.getChildren(group)).map(textOf), [
      'found.py:7 | 4.0 MiB',
      'fetch | 4.1 MiB · found.py:3',
      'Garbage collection turned off | found.py:1',
      'Generator instead of a list | saves 1.0 MiB · found.py:8',
    ]);
    const [suspect] = findingsTree.getChildren(groups[0]);
    assert.deepEqual(findingsTree.getChildren(suspect).map(textOf), [
      'Its live bytes grew in 12 of 12 spans of the run.',
      'Held by SEEN | found.py:5',
      "→ ['_a_']",
    ]);
    for (const node of groups.flatMap((group) => [group, ...findingsTree.getChildren(group)])) {
      assert.ok(findingsTree.getTreeItem(node).accessibilityInformation?.label);
    }
  });

  it('asks for something in Problems, by severity, whether its file is open or not', async () => {
    await untilDiagnostics(bothProblems);
    await openFile('found.py');
    // Of a file that is not open the lines' lengths are not known.
    const advice = await until('the advice spans its line', () => {
      return vscode.languages.getDiagnostics(uri()).find(({ range }) => range.end.character > 1 && range.start.line === 7);
    });
    assert.equal(advice.message, 'Sum a generator instead of a list (peak: 1.2 MiB, share of peak: 12%, saves about 1.0 MiB)');
    assert.deepEqual([advice.range.start.character, advice.range.end.character, advice.source], [0, 46, 'Memory Lens']);
  });

  it('moves in Problems with its line, goes where that is edited, and comes back when the edit is undone', async () => {
    const editor = await openFile('found.py');
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '\n\n'));
    await untilDiagnostics(['10: Information generator-expression', '9: Warning leak-suspects']);
    await editor.edit((edit) => edit.insert(new vscode.Position(8, 10), 'not_'));
    await untilDiagnostics(['10: Information generator-expression']);
    await vscode.commands.executeCommand('undo');
    await untilDiagnostics(['10: Information generator-expression', '9: Warning leak-suspects']);
  });

  it('goes from Problems with Clear, when a run begins, and where they are not wanted', async () => {
    const { store } = await api();
    await untilDiagnostics(bothProblems);
    await withSettings({ 'diagnostics.enabled': false }, () => untilDiagnostics([]));
    await untilDiagnostics(bothProblems);
    store.begin(uri().fsPath);
    await untilDiagnostics([]);
    store.end(profileWithFindings(uri().fsPath));
    await untilDiagnostics(bothProblems);
    await vscode.commands.executeCommand('memoryLens.clear');
    await untilDiagnostics([]);
  });

  it('offers its fix, what it is about, and two ways to be silent', async () => {
    await openFile('found.py');
    await untilDiagnostics(bothProblems);
    assert.deepEqual(await titlesAt(8), [
      'Apply: Remove the brackets',
      'Try first: Remove the brackets',
      'Explain: Generator instead of a list',
      'Ignore ‘Generator instead of a list’ on this line',
      'Turn off the rule ‘Generator instead of a list’',
    ]);
    assert.deepEqual(await titlesAt(7), [
      'Explain: Leak suspect',
      'Ignore ‘Leak suspect’ on this line',
      'Turn off the rule ‘Leak suspect’',
    ]);
    assert.deepEqual(await titlesAt(4), []);
  });

  it('has its fix applied where the line stands now, and not where it says something else', async () => {
    const editor = await openFile('found.py');
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '# a comment\n'));
    await untilDiagnostics(['8: Warning leak-suspects', '9: Information generator-expression']);
    const [apply] = await actionsAt(9);
    assert.ok(apply?.edit);
    await vscode.workspace.applyEdit(apply.edit);
    assert.equal(editor.document.lineAt(8).text, 'total = sum(len(fetch(n)) for n in range(9))');
    const { path, advice } = { path: uri().fsPath, advice: profileWithFindings(uri().fsPath).advice![0] };
    const error = await errorOf('memoryLens.applyFix', { path, advice });
    assert.match(String(error), /found\.py:8 was changed since it was profiled, so nothing was changed/);
    assert.equal(editor.document.lineAt(8).text, 'total = sum(len(fetch(n)) for n in range(9))');
  });

  it('has its fix applied from the side bar', async () => {
    const { findingsTree } = await api();
    const editor = await openFile('found.py');
    const advice = findingsTree.getChildren(findingsTree.getChildren().at(-1)).at(0);
    assert.match(String(findingsTree.getTreeItem(advice!).contextValue), /fixable/);
    await vscode.commands.executeCommand('memoryLens.applyFix', advice);
    assert.equal(editor.document.lineAt(7).text, 'total = sum(len(fetch(n)) for n in range(9))');
  });

  it('is silenced on a line by a comment, and everywhere by turning its rule off', async () => {
    const { findingsTree } = await api();
    const editor = await openFile('found.py');
    await untilDiagnostics(bothProblems);
    const ignore = (await actionsAt(7)).find(({ title }) => title.startsWith('Ignore'));
    await vscode.workspace.applyEdit(ignore!.edit!);
    assert.equal(editor.document.lineAt(6).text, '    SEEN[request] = fetch(request)  # memory-lens: ignore[leak-suspects]');
    await untilDiagnostics(['8: Information generator-expression']);
    await vscode.commands.executeCommand('memoryLens.turnOffRule', 'generator-expression');
    try {
      await untilDiagnostics([]);
      assert.equal(findingsTree.getChildren().length, 3);
    } finally {
      await vscode.workspace.getConfiguration('memoryLens').update('rules', undefined, vscode.ConfigurationTarget.Global);
    }
    await untilDiagnostics(['8: Information generator-expression']);
  });

  it('is silenced by one more name where a comment silences another, and by none where there may be no comment', async () => {
    const advice = profileWithFindings(uri().fsPath).advice![0]!;
    const silenced = program.replace('print(total)', 'print(total)  # memory-lens: ignore[slots] why').replace('SEEN = {}', "SEEN = {'''");
    fs.writeFileSync(workspaceUri('partly.py').fsPath, silenced);
    const { store } = await api();
    const path = workspaceUri('partly.py').fsPath;
    store.end({ ...recordedProfile({ path, lines: [] }), advice: [9, 5].map((line) => ({ ...advice, at: { path, line } })) });
    const editor = await openFile('partly.py');
    await until('both', () => vscode.languages.getDiagnostics(editor.document.uri).length === 2);
    assert.equal(await ignoringAt(editor, 5), undefined);
    await vscode.workspace.applyEdit((await ignoringAt(editor, 9))!.edit!);
    assert.equal(editor.document.lineAt(8).text, 'print(total)  # memory-lens: ignore[slots, generator-expression] why');
  });

  it('is not silenced by a comment where that would be text of the program', async () => {
    const advice = profileWithFindings(uri().fsPath).advice![0]!;
    const texts = ['const items = [1, 2];', 'export default `', '${items.map(String)} and', '${items', '.map(String)}`;', ''].join('\n');
    const path = workspaceUri('page.mjs').fsPath;
    fs.writeFileSync(path, texts);
    const { store } = await api();
    store.end({ ...recordedProfile({ path, lines: [] }), advice: [1, 3, 4].map((line) => ({ ...advice, at: { path, line } })) });
    const editor = await openFile('page.mjs');
    await until('all three', () => vscode.languages.getDiagnostics(editor.document.uri).length === 3);
    assert.equal(await ignoringAt(editor, 3), undefined);
    await vscode.workspace.applyEdit((await ignoringAt(editor, 4))!.edit!);
    assert.equal(editor.document.lineAt(3).text, '${items  // memory-lens: ignore[generator-expression]');
    assert.ok(await ignoringAt(editor, 1));
  });

  it('has links that run with what they were made of, though VS Code decodes them twice', async () => {
    const editor = await openFile('found.py');
    const link = /\[Apply fix\]\((command:[^)]+)\)/.exec(await hoverText(uri(), 8));
    assert.ok(link?.[1]);
    const { path, query } = vscode.Uri.parse(link[1]);
    // As the workbench's CommandOpener does.
    const given = JSON.parse(decodeURIComponent(query)) as unknown[];
    assert.equal(await errorOf(path, ...given), undefined);
    assert.equal(editor.document.lineAt(7).text, 'total = sum(len(fetch(n)) for n in range(9))');
  });

  it('is in Problems no more once its file, which is not open, was changed or is gone', async () => {
    const closed = workspaceUri('closed.py');
    const { store } = await api();
    fs.writeFileSync(closed.fsPath, program);
    const profile = profileWithFindings(closed.fsPath);
    const untilCount = async (count: number): Promise<void> => {
      store.end({ ...profile });
      await until(`${count} problems`, () => vscode.languages.getDiagnostics(closed).length === count);
    };
    await untilCount(2);
    fs.writeFileSync(closed.fsPath, `\n${program}`);
    await untilCount(0);
    fs.writeFileSync(closed.fsPath, program);
    await untilCount(2);
    fs.rmSync(closed.fsPath);
    await untilCount(0);
  });

  it('says so, and not that it is a bug, when its file is gone', async () => {
    const path = workspaceUri('gone.py').fsPath;
    fs.writeFileSync(path, program);
    const [advice] = profileWithFindings(path).advice!;
    fs.rmSync(path);
    assert.match(String(await errorOf('memoryLens.applyFix', { path, advice })), /^UserError: .*gone\.py could not be opened/);
    assert.match(String(await errorOf('memoryLens.openLine', path, 8)), /^UserError: .*gone\.py could not be opened/);
  });

  it('goes from the profile as text, while that is open, when its rule is turned off, and comes back', async () => {
    await openFile('found.py');
    await vscode.commands.executeCommand('memoryLens.showSummary');
    const summary = (): string => vscode.window.activeTextEditor?.document.getText() ?? '';
    const advice = 'Sum a generator instead of a list';
    await until('the advice', () => summary().includes(advice));
    await withSettings({ rules: { 'generator-expression': false } }, async () => {
      await until('no advice', () => summary() !== '' && !summary().includes(advice));
    });
    await until('the advice again', () => summary().includes(advice));
  });

  it('is shown whatever the setting of rules holds', async () => {
    const { findingsTree } = await api();
    await openFile('found.py');
    await withSettings({ rules: null }, async () => {
      assert.equal(findingsTree.getChildren().length, 4);
      await untilDiagnostics(bothProblems);
    });
  });

  it('stands in the hover of its line, with links, and nothing in it acts as Markdown', async () => {
    await openFile('found.py');
    const suspect = await hoverText(uri(), 7);
    assert.match(suspect, /Only the cycle collector could free 2\.0 MiB of what it allocated/);
    assert.match(suspect, /\*\*Leak suspect\*\* · 4\.0 MiB live/);
    assert.match(suspect, /`▁{15}▅{16}█` live from 0 ms to 1\.00 s after the start, at most 4\.0 MiB/);
    assert.match(suspect, /\[Held by SEEN\]\(command:memoryLens\.openLine\?[^)]+\)/);
    assert.match(suspect, /→ \\\['\\_a\\_'\\\]/);
    const advice = await hoverText(uri(), 8);
    assert.match(advice, /\*\*Advice\*\* · Sum a generator instead of a list/);
    assert.match(
      advice,
      /\[Explain\]\(command:memoryLens\.explainFinding\?[^)]+\) · \[Apply fix\]\(command:memoryLens\.applyFix\?[^)]+\) · \[Try fix first\]\(command:memoryLens\.tryFix\?[^)]+\)/,
    );
    assert.match(await hoverText(uri(), 3), /\*\*Cache\*\* · fetch, 4\.1 MiB[^]*512 hits, 38 misses/);
  });

  it('leaves out what comments in the sources ask to be silent about', async () => {
    const cache = '\n@cache\ndef fetch(key):\n    return [key] * 20_000\n';
    const silenced = cache.replace('fetch(key):', 'load(key):  # memory-lens: ignore[caches]');
    const other = workspaceUri('silenced.py').fsPath;
    fs.writeFileSync(other, `from functools import cache\n${cache}${silenced}for n in range(40):\n    fetch(n), load(n)\n`);
    await openFile('silenced.py');
    await vscode.commands.executeCommand('memoryLens.profileAndExplain');
    const { store } = await api();
    const profile = store.runOf(other)?.profile;
    assert.deepEqual(
      profile?.caches?.map(({ name, missCount, maxEntryCount }) => [name, missCount, maxEntryCount]),
      [['fetch', 40, null]],
      profile?.engine.notes.join('\n'),
    );
  });

  it('says over a cached function how its cache is used', async () => {
    await openFile('found.py');
    const lens = '3: 512 hits, 38 misses, 38 of unlimited entries, 4.1 MiB held';
    assert.ok((await codeLensTitles(uri())).includes(lens));
    await withSettings({ rules: { caches: false } }, async () => assert.ok(!(await codeLensTitles(uri())).includes(lens)));
  });
});
