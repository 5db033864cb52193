import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import { clickCodeLens, codeLenses, hover, notifications, openFile, runCommand, until, webview } from '../rig/lib/ui.mjs';
import { EditorWindow, themes } from './editorWindow.ts';

/** A virtual environment whose Python says that it is too old. */
function makeOldEnvironment(folder: string): void {
  fs.mkdirSync(path.join(folder, 'bin'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'pyvenv.cfg'), 'home = /usr/bin\nversion = 3.7.1\n');
  fs.writeFileSync(path.join(folder, 'bin', 'python'), '#!/bin/sh\necho Python 3.7.1\n', { mode: 0o755 });
}

describe('a Python file in the editor', () => {
  let window: EditorWindow;

  before(async () => {
    window = await EditorWindow.open();
    await openFile(window.page, 'founding.py');
  });
  after(async () => await (window as EditorWindow | undefined)?.close());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await window.screenshot(`failed: ${this.currentTest.title}`);
  });

  const statusItem = (id: string): ReturnType<EditorWindow['page']['locator']> =>
    window.page.locator(`.statusbar-item[id*="memoryLens.${id}"]`);

  it('has a lens and a button that profile it, and the status bar says by which Python', async () => {
    const lenses = await until('the lens', async () => (await codeLenses(window.page)).join('|'));
    assert.match(lenses, /Profile Memory/);
    await window.page.locator('.editor-actions .action-label[aria-label="Profile Memory"]').waitFor();
    assert.match(await statusItem('python').innerText(), /Python.*\(.+\)/);
  });

  it('reads at a glance once it was profiled: what each line took and gave back, and which made the peak', async () => {
    await clickCodeLens(window.page, 'Profile Memory');
    await window.waitForAnnotation('a = [1] * (10 ** 6)', /^\+7\.6 MiB$/);
    await window.waitForAnnotation('b = [2] * (2 * 10 ** 7)', /^\+152\.6 MiB · peak$/);
    await window.waitForAnnotation('del b', /^-152\.6 MiB$/);
    assert.equal(await window.annotationOf('return a'), '');
  });

  it('has these figures in one column', async () => {
    const starts = (await window.drawnLines()).filter(({ annotation }) => annotation !== '').map(({ annotationLeft }) => annotationLeft);
    assert.equal(starts.length, 3);
    assert.ok(Math.max(...starts) - Math.min(...starts) < 2, starts.join(' '));
  });

  it('has lenses with what the last run and the function took', async () => {
    const lenses = await until('lenses', async () => {
      const texts = (await codeLenses(window.page)).map((text) => text.replaceAll('\u00a0', ' '));
      return texts.length >= 4 && texts.join('|');
    });
    assert.match(lenses, /last run: peak 160\.\d MiB, allocated 160\.\d MiB, live \d+(\.\d)? (B|KiB)\|Clear/);
    assert.match(lenses, /160\.\d MiB allocated/);
  });

  it('has every figure in the hover, with the memory in use where lines are watched', async () => {
    const text = await hover(window.page, 'b = [2] * (2 * 10 ** 7)');
    assert.match(text, /Memory Lens · line 3 ran 1 time/);
    assert.match(text, /In use before it ran\s*7\.\d MiB/);
    assert.match(text, /In use after it ran\s*160\.\d MiB/);
    assert.match(text, /Increment \(allocated minus freed\)\s*\+152\.6 MiB/);
    assert.match(text, /Live at the peak\s*152\.6 MiB\s*95%/);
    await new Promise((resolve) => setTimeout(resolve, 500)); // It fades in.
    await window.screenshot('python-hover-dark');
    await window.page.keyboard.press('Escape');
    await window.page.mouse.move(640, 700);
  });

  it('has its run in the side bar, with the Python that ran it', async () => {
    await window.openSideBar();
    const overview = webview(window.page).locator('body');
    await until(
      'the summary',
      async () => /founding\.py/.test(await overview.innerText()) && /Python 3\.\d+\.\d+/.test(await overview.innerText()),
    );
    const rows = await until('the rows', async () => (await window.hotLines()).join('|'));
    assert.match(rows, /founding\.py:3/);
    assert.match(await statusItem('status').innerText(), /160\.\d MiB peak/);
  });

  for (const { name, colorTheme, themeClass } of themes) {
    it(`can be looked at in ${name}`, async () => {
      await window.setTheme(colorTheme, themeClass);
      await window.waitForAnnotation('del b', /^-152\.6 MiB$/);
      await new Promise((resolve) => setTimeout(resolve, 1000)); // The page and the terminal follow the theme by themselves.
      await window.screenshot(`python-${name}`);
    });
  }

  it('can be looked at in a narrow window', async () => {
    await window.page.setViewportSize({ width: 640, height: 900 });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await window.screenshot('python-narrow');
    await window.page.setViewportSize({ width: 1280, height: 800 });
  });

  it('can be run by another Python: the status bar offers all that are there, with their versions', async () => {
    await window.setTheme('Dark Modern', 'vs-dark');
    makeOldEnvironment(path.join(window.folder, 'old'));
    await statusItem('python').click();
    const rows = window.page.locator('.quick-input-widget:visible .monaco-list-row');
    const texts = await until('versions', async () => {
      const found = await rows.allInnerTexts();
      return found.filter((text) => /Python \d+\.\d+\.\d+/.test(text)).length >= 2 && found.join('|');
    });
    assert.match(texts, /Browse\.\.\..*on the path/s);
    assert.match(texts, /Python 3\.7\.1[^|]*\.\/old\/bin\/python[^|]*virtual environment; too old, 3\.8 or newer is needed/);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await window.screenshot('python-picker-dark');
    const input = window.page.locator('.quick-input-widget:visible input.input');
    await input.fill('/usr/bin/python3');
    await input.press('Enter');
    const settings = path.join(window.folder, '.vscode', 'settings.json');
    await until('the setting', () => /"memoryLens.pythonPath": *"\/usr\/bin\/python3/.test(fs.readFileSync(settings, 'utf8')));
    await until('the status bar', async () => /\(python3(\.\d+)?\)/.test(await statusItem('python').innerText()));
  });

  it('can go back to the automatic choice', async () => {
    await runCommand(window.page, 'Memory Lens: Select Python Interpreter');
    const row = window.page.locator('.quick-input-widget:visible .monaco-list-row', { hasText: 'Choose automatically' });
    await row.click();
    const settings = path.join(window.folder, '.vscode', 'settings.json');
    await until('no setting', () => !fs.readFileSync(settings, 'utf8').includes('memoryLens.pythonPath'));
  });

  it('whose Python is not there says so and brings to the choice', async () => {
    window.setSettings({ 'memoryLens.pythonPath': '/nowhere/python' });
    await until('the status bar', async () => (await statusItem('python').innerText()).includes('(python)'));
    await clickCodeLens(window.page, 'Profile Memory');
    await until('the message', async () => (await notifications(window.page)).some((text) => text.includes('/nowhere/python')));
    await window.screenshot('python-missing-dark');
    await window.page.locator('.notification-toast .monaco-button', { hasText: 'Choose Python' }).click();
    await window.page.locator('.quick-input-widget:visible', { hasText: 'Python for profiling' }).waitFor();
    await window.page.keyboard.press('Escape');
    window.setSettings({});
    await runCommand(window.page, 'Notifications: Clear All Notifications');
  });

  it('with a syntax error is shown at its place', async () => {
    await openFile(window.page, 'broken.py');
    await clickCodeLens(window.page, 'Profile Memory');
    await window.page.locator('.statusbar-item', { hasText: 'Ln 3, Col' }).waitFor();
    await window.screenshot('python-syntax-error-dark');
    await runCommand(window.page, 'Notifications: Clear All Notifications');
  });

  it('that never ends shows its figures while it runs, and Cancel keeps them', async () => {
    await openFile(window.page, 'endless.py');
    await clickCodeLens(window.page, 'Profile Memory');
    await window.waitForAnnotation('kept.append', /^\+\d+\.\d (KiB|MiB)/);
    const toast = window.page.locator('.notification-toast', { hasText: /Profiling memory of endless\.py: Python .*, heap \d/ });
    await window.screenshot('python-running-dark');
    await toast.hover();
    await toast.locator('.monaco-button', { hasText: 'Cancel' }).click();
    await until('the end', async () => (await codeLenses(window.page)).some((text) => text.includes('last run')));
    await window.waitForAnnotation('kept.append', /^\+\d+\.\d (KiB|MiB) · all live · peak$/);
  });

  it('reads what is typed in its terminal', async () => {
    const answer = path.join(window.folder, 'answer.json');
    window.setSettings({ 'memoryLens.arguments': [answer] });
    await openFile(window.page, 'ask.py');
    await clickCodeLens(window.page, 'Profile Memory');
    await until('the question', () => fs.existsSync(`${answer}.asked`), { timeout: 30_000 });
    await window.page.locator('.terminal-wrapper.active .xterm').click();
    await window.page.keyboard.type('Ada');
    await window.page.keyboard.press('Enter');
    const written = await until('the answer', () => fs.existsSync(answer) && fs.readFileSync(answer, 'utf8'));
    assert.deepEqual((JSON.parse(written) as unknown[]).slice(0, 2), ['Ada', true]);
  });
});
