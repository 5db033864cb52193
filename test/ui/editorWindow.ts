/**
 * A real VS Code with the extension and a copy of the fixture workspace, for the tests in the browser.
 */

import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { inProject } from '../../scripts/paths.mjs';
import { launchBrowser, openWorkbench, startServer } from '../rig/lib/rig.mjs';
import type { Server } from '../rig/lib/server.mjs';

const screenshotFolder = inProject('.screenshots');

export interface WindowChoice {
  readonly settings?: Record<string, unknown>;
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly workspaceTrust?: boolean;
}

/** Owns the server, the browser and the temporary workspace until it is closed. */
export class EditorWindow {
  readonly page: Page;
  /** The copy of the fixture workspace that is open. */
  readonly folder: string;
  private readonly server: Server;
  private readonly browser: Browser;

  private constructor(page: Page, folder: string, server: Server, browser: Browser) {
    this.page = page;
    this.folder = folder;
    this.server = server;
    this.browser = browser;
  }

  static async open({
    settings = {},
    viewport = { width: 1280, height: 800 },
    workspaceTrust = false,
  }: WindowChoice = {}): Promise<EditorWindow> {
    const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'memory-lens-ui-')));
    fs.cpSync(inProject('test', 'fixtures', 'workspace'), folder, { recursive: true });
    const server = await startServer({ settings, workspaceTrust });
    const browser = await launchBrowser();
    // Another build of the extension can be tested by naming its folder.
    const extensionDevelopmentPath = process.env['MEMORY_LENS_EXTENSION'] ?? inProject();
    const onConsole = process.env['VSCODE_RIG_VERBOSE'] ? (type: string, text: string) => console.log(`[${type}] ${text}`) : undefined;
    const page = await openWorkbench(server, browser, { folder, viewport, extensionDevelopmentPath, onConsole });
    return new EditorWindow(page, folder, server, browser);
  }

  /** Keeps a picture of the window, or of a part of it, for looking at. */
  async screenshot(name: string): Promise<void> {
    fs.mkdirSync(screenshotFolder, { recursive: true });
    await this.page.screenshot({ path: path.join(screenshotFolder, `${name}.png`) });
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    fs.rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
