/**
 * The built page in a real browser, with a small stand-in for the editor around it: it serves the files, gives the theme's variables, and
 * keeps what the page posts and stores, as VS Code does.
 */

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import { overviewHtml } from '../../src/core/overviewHtml.ts';
import type { HostMessage, PageMessage } from '../../src/protocol/webviewMessages.ts';
import { themes, type ThemeName } from './themes.ts';

const origin = 'http://overview.test';
const contentTypes: Readonly<Record<string, string>> = { '/webview.js': 'text/javascript', '/webview.css': 'text/css' };

export interface PageOptions {
  readonly theme?: ThemeName;
  readonly widthPx?: number;
  /** What an earlier page left with `setState`. */
  readonly storedState?: unknown;
}

export interface OverviewPageUnderTest {
  readonly page: Page;
  /** Errors and refusals of the content policy, as the console and the page reported them. */
  readonly problems: readonly string[];
  /** Addresses outside the extension's own that the page asked for. */
  readonly foreignRequests: readonly string[];
  readonly post: (message: HostMessage | object) => Promise<void>;
  readonly posted: () => Promise<readonly PageMessage[]>;
  readonly storedState: () => Promise<unknown>;
}

/** The caller closes the browser. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}

export async function openOverviewPage(browser: Browser, options: PageOptions = {}): Promise<OverviewPageUnderTest> {
  const { theme = 'dark', widthPx = 300, storedState } = options;
  const page = await browser.newPage({ viewport: { width: widthPx, height: 900 }, deviceScaleFactor: 2 });
  const problems: string[] = [];
  const foreignRequests: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  await page.route('**/*', async (route) => {
    const url = new URL(route.request().url());
    const contentType = contentTypes[url.pathname];
    if (url.href === `${origin}/`) {
      const html = overviewHtml({
        nonce: 'n0nce',
        cspSource: origin,
        scriptUri: `${origin}/webview.js`,
        styleUri: `${origin}/webview.css`,
      });
      await route.fulfill({ contentType: 'text/html', body: html });
    } else if (url.origin === origin && contentType !== undefined) {
      await route.fulfill({ contentType, body: readBuilt(url.pathname) });
    } else {
      if (url.pathname !== '/favicon.ico') foreignRequests.push(url.href);
      await route.fulfill({ status: 404 });
    }
  });
  await page.addInitScript(installEditor, { ...themes[theme], storedState });
  await page.goto(`${origin}/`);
  await page.evaluate(
    ([bodyClass, background]) => {
      document.body.className = bodyClass ?? '';
      document.body.style.background = background ?? '';
    },
    [themes[theme].bodyClass, themes[theme].variables['--vscode-sideBar-background']],
  );
  return {
    page,
    problems,
    foreignRequests,
    post: async (message) => {
      await page.evaluate((data) => window.postMessage(data, '*'), message);
      await drawn(page);
    },
    posted: () => page.evaluate(() => (globalThis as unknown as EditorGlobals).editorSide.posted),
    storedState: () => page.evaluate(() => (globalThis as unknown as EditorGlobals).editorSide.stored),
  };
}

/** Opens a page, runs the steps and closes it. Whatever the console or the content policy complained about fails the test. */
export async function withOverviewPage(
  browser: Browser,
  steps: (opened: OverviewPageUnderTest) => Promise<void>,
  options: PageOptions = {},
): Promise<void> {
  const opened = await openOverviewPage(browser, options);
  try {
    await steps(opened);
    assert.deepEqual(opened.problems, []);
    assert.deepEqual(opened.foreignRequests, []);
  } finally {
    await opened.page.close();
  }
}

/** Waits until what changed before is on the screen: the page draws in the next frame, its chart one later. */
export async function drawn(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(resolve)))),
  );
}

interface EditorGlobals {
  editorSide: { posted: PageMessage[]; stored: unknown };
  acquireVsCodeApi: () => unknown;
}

/** Runs in the page, before its own script. */
function installEditor({ variables, storedState }: { variables: Readonly<Record<string, string>>; storedState: unknown }): void {
  const editorSide: EditorGlobals['editorSide'] = { posted: [], stored: storedState };
  const globals = globalThis as unknown as EditorGlobals;
  globals.editorSide = editorSide;
  globals.acquireVsCodeApi = () => ({
    postMessage: (message: PageMessage) => editorSide.posted.push(message),
    getState: () => editorSide.stored,
    setState: (state: unknown) => (editorSide.stored = structuredClone(state)),
  });
  // As VS Code does: on the document element, before the page's own script runs.
  new MutationObserver((_, observer) => {
    const root = document.querySelector('html');
    if (root === null) return;
    observer.disconnect();
    for (const [name, value] of Object.entries(variables)) root.style.setProperty(name, value);
  }).observe(document, { childList: true });
}

function readBuilt(name: string): string {
  const file = new URL(`../../dist${name}`, import.meta.url);
  if (!existsSync(file)) throw new Error(`dist${name} is missing: run 'npm run build' first`);
  return readFileSync(file, 'utf8');
}
