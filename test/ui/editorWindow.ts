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
import { until } from '../rig/lib/ui.mjs';

const screenshotFolder = inProject('.screenshots');

/** What the editor is looked at in. */
export const themes = [
  { name: 'dark', colorTheme: 'Dark Modern', themeClass: 'vs-dark' },
  { name: 'light', colorTheme: 'Light Modern', themeClass: 'vs' },
  { name: 'high-contrast-dark', colorTheme: 'Default High Contrast', themeClass: 'hc-black' },
  { name: 'high-contrast-light', colorTheme: 'Default High Contrast Light', themeClass: 'hc-light' },
];

interface WindowChoice {
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Ask for trust, as the desktop does. */
  readonly workspaceTrust?: boolean;
}

/** A line of the editor as it is drawn. */
interface DrawnLine {
  readonly source: string;
  /** The text after it; '' when there is none. */
  readonly annotation: string;
  /** Where that begins, in pixels; NaN when there is none. */
  readonly annotationLeft: number;
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

  static async open({ viewport = { width: 1280, height: 800 }, workspaceTrust = false }: WindowChoice = {}): Promise<EditorWindow> {
    const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'memory-lens-ui-')));
    fs.cpSync(inProject('test', 'fixtures', 'workspace'), folder, { recursive: true });
    const server = await startServer({ workspaceTrust });
    const browser = await launchBrowser();
    // Another build of the extension can be tested by naming its folder.
    const extensionDevelopmentPath = process.env['MEMORY_LENS_EXTENSION'] ?? inProject();
    const onConsole = process.env['VSCODE_RIG_VERBOSE'] ? (type: string, text: string) => console.log(`[${type}] ${text}`) : undefined;
    const page = await openWorkbench(server, browser, { folder, viewport, extensionDevelopmentPath, ...(onConsole ? { onConsole } : {}) });
    const window = new EditorWindow(page, folder, server, browser);
    try {
      await window.setTheme('Dark Modern', 'vs-dark');
      return window;
    } catch (error) {
      await window.close();
      throw error;
    }
  }

  /** Sets the workspace's settings while it is open. */
  setSettings(settings: Readonly<Record<string, unknown>>): void {
    writeSettings(this.folder, settings);
  }

  /** Draws the workbench in a theme, by its class (`vs`, `vs-dark`, `hc-black`, `hc-light`). */
  async setTheme(colorTheme: string, themeClass: string): Promise<void> {
    const workbench = this.page.locator(`.monaco-workbench.${themeClass}`);
    // A window that has just opened may not watch the file yet, so it is written until it is heeded.
    const isDrawn = async (): Promise<boolean> => {
      this.setSettings({ 'workbench.colorTheme': colorTheme });
      return (await workbench.count()) > 0;
    };
    await until(`theme ${colorTheme}`, isDrawn, { timeout: 30_000, every: 1000 });
  }

  /** The lines that can be seen, from top to bottom. */
  async drawnLines(): Promise<readonly DrawnLine[]> {
    return await this.page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('.editor-instance .view-lines .view-line')]
        .sort((a, b) => a.offsetTop - b.offsetTop)
        .map((line) => {
          const drawn = [...line.querySelectorAll('span')].filter((span) => getComputedStyle(span, '::after').content.startsWith('"'));
          const texts = drawn.map((span) => JSON.parse(getComputedStyle(span, '::after').content) as string);
          // The last span but the annotation's own ends where the source does.
          const sourceRight = Math.max(
            ...[...line.querySelectorAll('span span:not(:empty)')].map((span) => span.getBoundingClientRect().right),
          );
          const margins = drawn.map((span) => parseFloat(getComputedStyle(span, '::after').marginLeft));
          const annotationLeft = drawn.length === 0 ? NaN : sourceRight + margins.reduce((sum, margin) => sum + margin, 0);
          const plain = (text: string): string => text.replaceAll('\u00a0', ' ').trim();
          return { source: plain(line.textContent), annotation: plain(texts.join('')), annotationLeft };
        }),
    );
  }

  /** The text after the first visible line that holds a piece of source. */
  async annotationOf(source: string): Promise<string> {
    return (await this.drawnLines()).find((line) => line.source.includes(source))?.annotation ?? '';
  }

  /** Waits until the text after a line matches. */
  async waitForAnnotation(source: string, pattern: RegExp): Promise<string> {
    let last = '';
    const find = async (): Promise<boolean> => pattern.test((last = await this.annotationOf(source)));
    await until(`annotation of ${source} like ${pattern.source}`, find, { timeout: 30_000 }).catch((error: unknown) => {
      throw new Error(`${String(error)}; it is '${last}'`);
    });
    return last;
  }

  /** Shows the extension's own side bar. */
  async openSideBar(): Promise<void> {
    const icon = this.page.locator('.activitybar .action-item:has(.action-label[aria-label="Memory Lens"])');
    await icon.waitFor();
    if ((await icon.getAttribute('aria-expanded')) !== 'true') await icon.locator('.action-label').click();
    await this.page.locator('.sidebar .composite.title', { hasText: 'Memory Lens' }).waitFor();
  }

  /** The rows of the native tree of the side bar. */
  async hotLines(): Promise<readonly string[]> {
    return await this.page.locator('.sidebar .pane', { hasText: 'Hottest Lines' }).locator('.monaco-list-row').allInnerTexts();
  }

  /** Keeps a picture of the window for looking at. */
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

/** The user's settings of a window in the browser can't be written from outside; the workspace's can. */
function writeSettings(folder: string, settings: Readonly<Record<string, unknown>>): void {
  fs.mkdirSync(path.join(folder, '.vscode'), { recursive: true });
  fs.writeFileSync(path.join(folder, '.vscode', 'settings.json'), JSON.stringify({ 'workbench.colorTheme': 'Dark Modern', ...settings }));
}
