import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import { clickCodeLens, codeLenses, hover, notifications, openFile, runCommand, until, webview } from '../rig/lib/ui.mjs';
import { EditorWindow, themes } from './editorWindow.ts';

describe('in the editor', () => {
  let window: EditorWindow;

  before(async () => {
    window = await EditorWindow.open();
    await openFile(window.page, 'records.js');
  });
  after(async () => await (window as EditorWindow | undefined)?.close());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await window.screenshot(`failed: ${this.currentTest.title}`);
  });

  it('the first line has a lens, and the title a button, that profile the file', async () => {
    const lenses = await until('the lens', async () => (await codeLenses(window.page)).join('|'));
    assert.match(lenses, /Profile Memory/);
    await window.page.locator('.editor-actions .action-label[aria-label="Profile Memory"]').waitFor();
  });

  it('a click on the lens runs the program, its output in a terminal, and writes beside each line what it took', async () => {
    await clickCodeLens(window.page, 'Profile Memory');
    await window.waitForAnnotation('new Array(million)', /^\+7\.[3-9] MiB · (all|7\.\d MiB) live/);
    await window.waitForAnnotation('new Float64Array', /^\+15\.[2-4] MiB · (all|15\.\d MiB) live/);
    await window.waitForAnnotation('const record =', /^~?\+\d+\.\d MiB/);
    assert.equal(await window.annotationOf('let length = 0'), '');
    await window.page.locator('.terminal-wrapper.active .xterm').waitFor();
  });

  it('the lenses say what the last run and each function took', async () => {
    const lenses = await until('lenses', async () => {
      const texts = (await codeLenses(window.page)).map((text) => text.replaceAll('\u00a0', ' '));
      return texts.length >= 6 && texts;
    });
    assert.match(lenses.join('|'), /last run: peak \d+\.\d MiB, allocated \d+\.\d MiB, live \d+\.\d MiB\|Clear/);
    assert.match(lenses.join('|'), /7\.[3-9] MiB allocated · 7\.\d MiB live · 1 call/);
    assert.match(lenses.join('|'), /15\.[2-4] MiB allocated · 15\.\d MiB live · 1 call/);
  });

  it('the status bar says the peak', async () => {
    const item = window.page.locator('.statusbar-item[id*="memoryLens.status"]');
    assert.match(await item.innerText(), /\d+\.\d MiB peak/);
  });

  it('the hover has every figure with its precision', async () => {
    const text = await hover(window.page, 'new Array(million)');
    assert.match(text, /Memory Lens · line 5 ran 1 time/);
    assert.match(text, /Live at the end\s*7\.[3-9] MiB/);
    assert.match(text, /sampled|exact/);
    await new Promise((resolve) => setTimeout(resolve, 500)); // It fades in.
    await window.screenshot('hover-dark');
    await window.page.keyboard.press('Escape');
    await window.page.mouse.move(640, 700);
  });

  it('the side bar has the summary and the hottest lines, and a click goes to the line', async () => {
    await window.openSideBar();
    const overview = webview(window.page).locator('body');
    await until('the summary', async () => /records\.js/.test(await overview.innerText()) && /Peak/.test(await overview.innerText()));
    const rows = await until('the rows', async () => (await window.hotLines()).join('|'));
    assert.match(rows, /records\.js:10/);
    await window.page.locator('.sidebar .monaco-list-row', { hasText: 'records.js:10' }).click();
    await window.page.locator('.statusbar-item', { hasText: 'Ln 10, Col' }).waitFor();
  });

  for (const { name, colorTheme, themeClass } of themes) {
    it(`everything can be looked at in ${name}`, async () => {
      await window.setTheme(colorTheme, themeClass);
      await until('annotations', async () => /7\.[3-9] MiB/.test(await window.annotationOf('new Array(million)')));
      await new Promise((resolve) => setTimeout(resolve, 1000)); // The page and the terminal follow the theme by themselves.
      await window.screenshot(`editor-${name}`);
    });
  }

  it('only the line with the cursor has its text where that was chosen', async () => {
    window.setSettings({ 'memoryLens.currentLineOnly': true });
    await until('one text', async () => (await window.drawnLines()).filter(({ annotation }) => annotation).length === 1);
    assert.match(await window.annotationOf('new Float64Array'), /15\.[2-4] MiB/);
    window.setSettings({});
    await until('all texts', async () => (await window.drawnLines()).filter(({ annotation }) => annotation).length >= 3);
  });

  it('a line that is edited is marked as stale, and fresh again when the edit is undone', async () => {
    await window.page.locator('.view-line', { hasText: 'new Array(million)' }).click();
    await window.page.keyboard.press('End');
    await window.page.keyboard.type(' // more');
    await window.waitForAnnotation('new Array(million)', /^stale: /);
    assert.doesNotMatch(await window.annotationOf('new Float64Array'), /stale/);
    await window.screenshot('stale-dark');
    await until('fresh', async () => {
      await window.page.keyboard.press('Control+Z'); // Takes back a word at a time.
      return !(await window.annotationOf('new Array(million)')).includes('stale');
    });
  });

  it('the annotations are taken away and brought back by one command', async () => {
    await runCommand(window.page, 'Memory Lens: Toggle Annotations');
    await until('no text', async () => (await window.drawnLines()).every(({ annotation }) => annotation === ''));
    await runCommand(window.page, 'Memory Lens: Toggle Annotations');
    await window.waitForAnnotation('new Float64Array', /15\.[2-4] MiB/);
  });

  it('the summary is a text document', async () => {
    await runCommand(window.page, 'Memory Lens: Show Profile Summary');
    await window.page.locator('.tab.active', { hasText: 'Memory of records.js.txt' }).waitFor();
    await window.screenshot('summary-dark');
    await runCommand(window.page, 'View: Close Editor');
  });

  it('the explorer offers to profile a program and not another file', async () => {
    await runCommand(window.page, 'View: Show Explorer');
    const menuOf = async (name: string): Promise<string> => {
      await window.page.locator('.explorer-folders-view .monaco-list-row', { hasText: name }).click({ button: 'right' });
      await window.page.locator('.context-view .action-label', { hasText: 'Copy Path' }).first().waitFor();
      const texts = await window.page.locator('.context-view .action-label').allInnerTexts();
      await window.page.keyboard.press('Escape');
      return texts.join('|');
    };
    assert.match(await menuOf('fails.js'), /Profile Memory\|Profile Memory with Arguments/);
    assert.doesNotMatch(await menuOf('sub'), /Profile Memory/);
  });

  it('arguments can be typed, with quotes that keep words together', async () => {
    await openFile(window.page, 'reports.cjs');
    await runCommand(window.page, 'Memory Lens: Profile Memory with Arguments');
    const input = window.page.locator('.quick-input-widget:visible input');
    await input.fill('report.json "two words" $HOME');
    await input.press('Enter');
    const report = path.join(window.folder, 'report.json');
    const written = await until('the report', () => fs.existsSync(report) && fs.readFileSync(report, 'utf8'), { timeout: 30_000 });
    assert.deepEqual((JSON.parse(written) as { args: string[] }).args, ['two words', '$HOME']);
  });

  it('a program that never ends shows its figures while it runs, and Cancel ends it', async () => {
    await openFile(window.page, 'endless.ts');
    await clickCodeLens(window.page, 'Profile Memory');
    await window.waitForAnnotation('kept.push', /KiB|MiB/);
    await window.screenshot('running-dark');
    const toast = window.page.locator('.notification-toast', { hasText: 'Profiling memory of endless.ts' });
    await toast.hover();
    await toast.locator('.monaco-button', { hasText: 'Cancel' }).click();
    await until('the end', async () => (await codeLenses(window.page)).some((text) => text.includes('last run')));
    await window.waitForAnnotation('kept.push', /KiB|MiB/);
  });

  it('an error says what to do and brings there', async () => {
    window.setSettings({ 'memoryLens.nodePath': '/nowhere/node' });
    await openFile(window.page, 'fails.js');
    await clickCodeLens(window.page, 'Profile Memory');
    await until('the message', async () => (await notifications(window.page)).some((text) => text.includes('/nowhere/node')));
    await window.screenshot('error-dark');
    window.setSettings({});
    await runCommand(window.page, 'Notifications: Clear All Notifications');
  });

  it('a syntax error is shown at its place', async () => {
    await openFile(window.page, 'broken.js');
    await clickCodeLens(window.page, 'Profile Memory');
    await window.page.locator('.statusbar-item', { hasText: 'Ln 3, Col' }).waitFor();
    await window.screenshot('syntax-error-dark');
    await runCommand(window.page, 'Notifications: Clear All Notifications');
  });

  it('everything can be looked at in a narrow window', async () => {
    await openFile(window.page, 'records.js');
    await window.waitForAnnotation('new Float64Array', /15\.[2-4] MiB/);
    await window.page.setViewportSize({ width: 640, height: 900 });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await window.screenshot('editor-narrow');
    await window.page.setViewportSize({ width: 1280, height: 800 });
  });

  it('Clear takes everything away', async () => {
    await window.page.keyboard.press('Control+1');
    await window.page.keyboard.press('Control+Home'); // The lens has to be in view.
    await clickCodeLens(window.page, 'Clear');
    await until('no text', async () => (await window.drawnLines()).every(({ annotation }) => annotation === ''));
  });
});
