import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Locator } from 'playwright-core';
import { after, afterEach, before, describe, it } from 'mocha';
import { openFile, runCommand } from '../rig/lib/ui.mjs';
import { EditorWindow, themes } from './editorWindow.ts';

const program = 'total = sum([number * 1000 for number in range(500_000)])\nprint(total)\n';

describe('trying a fix in the editor', () => {
  let window: EditorWindow;
  let file = '';

  before(async () => {
    window = await EditorWindow.open();
    file = path.join(window.folder, 'toSum.py');
    fs.writeFileSync(file, program);
    await openFile(window.page, 'toSum.py');
    await runCommand(window.page, 'Memory Lens: Profile Memory');
    await window.page.locator('.squiggly-warning').first().waitFor({ timeout: 30_000 });
  });
  after(async () => await (window as EditorWindow | undefined)?.close());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await window.screenshot(`failed: ${this.currentTest.title}`);
  });

  /** Chooses it among the line's quick fixes and waits for what came of it. */
  async function tryFix(): Promise<Locator> {
    const { page } = window;
    await page.locator('.view-line', { hasText: 'total = sum' }).click();
    const entry = page.locator('.action-widget .monaco-list-row', { hasText: 'Try first: ' });
    // The menu closes again when the editor changes under it, as it does for a moment after a run.
    for (let tries = 0; tries < 5 && !(await entry.isVisible()); tries += 1) {
      await page.keyboard.press('Control+.');
      await entry.waitFor({ timeout: 3000 }).catch(() => undefined);
    }
    await entry.click({ timeout: 3000 });
    const dialog = page.locator('.monaco-dialog-box');
    await dialog.waitFor({ timeout: 60_000 });
    return dialog;
  }

  it('shows peak, allocated and time without and with it, and leaves the file alone when it is dropped', async () => {
    const dialog = await tryFix();
    const text = await dialog.innerText();
    assert.match(text, /Use a generator expression \(toSum\.py:1\)/);
    assert.match(text, /Peak: 1[789]\.\d MiB → \d+\.\d KiB \(over 99% less\)/);
    assert.match(text, /Allocated: .* → .*\n+Time: .* → /);
    assert.match(text, /Output and exit status stay the same\./);
    for (const { name, colorTheme, themeClass } of themes) {
      await window.setTheme(colorTheme, themeClass);
      await window.screenshot(`tryFix-${name}`);
    }
    await dialog.locator('.monaco-button', { hasText: 'Drop It' }).click();
    await dialog.waitFor({ state: 'hidden' });
    assert.equal(fs.readFileSync(file, 'utf8'), program);
    assert.ok(await window.page.locator('.view-line', { hasText: 'sum([number' }).isVisible());
  });

  it('makes the edit when it is applied', async () => {
    const dialog = await tryFix();
    await dialog.locator('.monaco-button', { hasText: 'Apply the Fix' }).click();
    await window.page.locator('.view-line', { hasText: 'sum(number' }).waitFor();
  });
});
