import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import { notifications, openFile, runCommand, until, webview } from '../rig/lib/ui.mjs';
import { EditorWindow } from './editorWindow.ts';

describe('in a workspace that is not trusted', () => {
  let window: EditorWindow;

  before(async () => {
    window = await EditorWindow.open({ workspaceTrust: true });
    await window.page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor();
    await openFile(window.page, 'marks.js');
  });
  after(async () => await (window as EditorWindow | undefined)?.close());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await window.screenshot(`failed: ${this.currentTest.title}`);
  });

  it('nothing is run, and a message says why', async () => {
    await runCommand(window.page, 'Memory Lens: Profile Memory');
    const message = await until('the message', async () => (await notifications(window.page)).find((text) => text.includes('not trusted')));
    assert.match(message, /Profiling runs the file, and this workspace is not trusted, so nothing was run/);
    await window.screenshot('untrusted-dark');
    assert.equal(fs.existsSync(path.join(window.folder, 'mark.txt')), false);
  });

  it('the side bar says how to trust it', async () => {
    await window.openSideBar();
    await window.page.locator('.sidebar .welcome-view', { hasText: 'Manage Workspace Trust' }).waitFor();
    const overview = webview(window.page).locator('body');
    await until('the overview', async () => (await overview.innerText()).includes('trusted'));
    await window.screenshot('untrusted-side-bar-dark');
  });
});
