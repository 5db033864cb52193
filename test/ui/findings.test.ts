import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { codeLenses, hover, openFile, runCommand, until, webview } from '../rig/lib/ui.mjs';
import { EditorWindow, themes } from './editorWindow.ts';

describe('what is found in a program', () => {
  let window: EditorWindow;

  before(async () => {
    window = await EditorWindow.open({ viewport: { width: 1400, height: 900 } });
    await openFile(window.page, 'kept.py');
  });
  after(async () => await (window as EditorWindow | undefined)?.close());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await window.screenshot(`failed: ${this.currentTest.title}`);
  });

  const pane = (): ReturnType<EditorWindow['page']['locator']> => window.page.locator('.sidebar .pane', { hasText: 'Findings' }).last();
  const rows = async (): Promise<string> => (await pane().locator('.monaco-list-row').allInnerTexts()).join('|').replaceAll('\n', ' ');

  it('has its place in the side bar, which says how to look closer', async () => {
    await window.openSideBar();
    await pane().locator('.welcome-view', { hasText: 'Why memory is still held' }).waitFor();
    await window.screenshot('findings-empty-dark');
  });

  it('stands there in groups when the program was profiled and explained', async () => {
    await runCommand(window.page, 'Memory Lens: Profile Memory and Explain');
    // The other views leave it no room to show all of it.
    for (const name of ['Overview', 'Hottest Lines']) await window.page.locator('.sidebar .pane-header', { hasText: name }).click();
    const text = await until('the findings', async () => /Advice/.test(await rows()) && (await rows()), { timeout: 60_000 });
    assert.match(text, /Caches.*load\d\.\d MiB · kept\.py:17/);
    assert.match(text, /Globals.*HISTORY\d+\.\d MiB · kept\.py:6/);
    assert.match(text, /Collector.*Garbage collection turned offkept\.py:4/);
    assert.match(text, /Advice.*Generator instead of a listsaves \d+\.\d MiB · kept\.py:34/);
  });

  it('opens its line, and below it has why', async () => {
    const row = pane().locator('.monaco-list-row', { hasText: 'HISTORY' }).first();
    await row.click();
    await window.page.locator('.statusbar-item', { hasText: 'Ln 6, Col' }).waitFor();
    await row.locator('.monaco-tl-twistie').click();
    await until('the evidence', async () => /would be freed if only this name were gone/.test(await rows()));
  });

  it('has a lens over a cached function', async () => {
    await until('the lens', async () =>
      (await codeLenses(window.page)).some((text) => /160.hits, 40.misses, 40.of.unlimited.entries/.test(text)),
    );
  });

  it('stands in the hover', async () => {
    await runCommand(window.page, 'Go to Line/Column...');
    await window.page.keyboard.type('35'); // On the line itself is the light bulb.
    await window.page.keyboard.press('Enter');
    const text = await hover(window.page, 'total = sum');
    assert.match(text, /Advice · /);
    assert.match(text, /Explain · Apply fix/);
    await new Promise((resolve) => setTimeout(resolve, 500));
    await window.screenshot('findings-hover-dark');
    await window.page.keyboard.press('Escape');
    await window.page.mouse.move(700, 880);
  });

  it('has quick fixes', async () => {
    await window.page.keyboard.press('Control+1');
    await window.page.keyboard.press('ArrowUp');
    await window.page.keyboard.press('Control+.');
    const menu = window.page.locator('.context-view .action-widget');
    await menu.locator('.monaco-list-row', { hasText: 'Turn off the rule' }).waitFor();
    assert.match(
      (await menu.locator('.monaco-list-row').allInnerTexts()).join('|').replaceAll('\u00a0', ' '),
      /Apply: .*\|Try first: .*\|Explain: Generator instead of a list\|Ignore .*\|Turn off the rule/,
    );
    await window.screenshot('findings-quick-fixes-dark');
    await window.page.keyboard.press('Escape');
  });

  it('is explained on a page of its own', async () => {
    const row = pane().locator('.monaco-list-row', { hasText: 'Generator instead of a list' });
    await row.hover();
    await row.locator('.action-label[aria-label="Explain This Finding"]').click();
    await window.page.locator('.tab.active', { hasText: 'generator-expression.md' }).waitFor();
    await webview(window.page).locator('h1', { hasText: 'Generator instead of a list' }).waitFor();
    await window.screenshot('findings-page-dark');
    await runCommand(window.page, 'View: Close Editor');
  });

  for (const { name, colorTheme, themeClass } of themes) {
    it(`can be looked at in ${name}, with its problems`, async () => {
      await window.setTheme(colorTheme, themeClass);
      if (name === 'dark') await runCommand(window.page, 'View: Toggle Problems');
      await window.page.locator('.markers-panel .monaco-list-row', { hasText: 'generator' }).first().waitFor();
      await new Promise((resolve) => setTimeout(resolve, 1000));
      await window.screenshot(`findings-${name}`);
    });
  }

  it('is explained from Problems as well', async () => {
    const problem = window.page.locator('.markers-panel .monaco-list-row', { hasText: 'generator' }).first();
    await problem.locator('a', { hasText: 'generator-expression' }).click();
    await window.page.locator('.tab.active', { hasText: 'generator-expression.md' }).waitFor();
    await runCommand(window.page, 'View: Close Editor');
  });

  it('can be looked at in a narrow window', async () => {
    await window.setTheme('Dark Modern', 'vs-dark');
    await window.page.setViewportSize({ width: 640, height: 900 });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await window.screenshot('findings-narrow');
    await window.page.setViewportSize({ width: 1400, height: 900 });
  });

  it('is found in JavaScript too, with the path that holds what a line left alive', async () => {
    await openFile(window.page, 'sessions.cjs');
    await runCommand(window.page, 'Memory Lens: Profile Memory and Explain');
    const text = await until('the findings', async () => /sessions\.cjs:4/.test(await rows()) && (await rows()), { timeout: 90_000 });
    assert.match(text, /Caches.*sessions\d+\.\d KiB · sessions\.cjs:4/);
    assert.match(
      await hover(window.page, 'this.history = new Array'),
      /Still held · Array.*Held by sessions\.cjs: sessions → Map entry.*→ \.history/s,
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    await window.screenshot('findings-javascript-dark');
    await window.page.keyboard.press('Escape');
    await window.page.mouse.move(700, 880);
  });
});
