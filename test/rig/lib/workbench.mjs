/**
 * The workbench window in headless Chromium.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { chromium } from 'playwright-core';

const browsers = ['/usr/bin/chromium', '/usr/bin/chromium-headless-shell', '/usr/bin/google-chrome'];

/**
 * @typedef {object} Where what the window opens
 * @property {string} [folder]
 * @property {string} [workspace] a .code-workspace file
 * @property {string | readonly string[]} [extensionDevelopmentPath]
 * @property {string} [extensionTestsPath]
 * @property {Record<string, string>} [payload]
 * @property {readonly string[]} [files]
 * @property {boolean} [disableExtensions]
 * @property {string} [enableProposedApi]
 *
 * @typedef {object} WindowOptions
 * @property {{ width: number, height: number }} [viewport]
 * @property {(type: string, text: string) => void} [onConsole]
 * @property {(code: number) => void} [onExit] the end of an extension test suite
 * @property {(type: string, args: unknown, fromExtensionHost: boolean) => void} [onLog]
 * @property {string} [readySelector]
 * @property {number} [timeoutMs]
 *
 * @typedef {object} BrowserOptions
 * @property {boolean} [headless]
 * @property {readonly string[]} [args]
 */

/**
 * @param {BrowserOptions} [options]
 */
export function launchBrowser({ headless = true, args = [] } = {}) {
  const executablePath = process.env['CHROMIUM_PATH'] ?? browsers.find((file) => fs.existsSync(file));
  if (executablePath === undefined) throw new Error('There is no Chromium: run npm run rig, or name one in CHROMIUM_PATH.');
  const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
  quiet.push('--disable-component-update', '--disable-sync', '--disable-dev-shm-usage', '--force-color-profile=srgb');
  quiet.push('--font-render-hinting=none', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost');
  return chromium.launch({ executablePath, headless, timeout: 60_000, args: [...quiet, ...args] });
}

/**
 * URL of the workbench for a folder or a workspace, with VS Code's own test payload.
 * @param {{ readonly authority: string }} server
 * @param {Where} where
 */
export function workbenchUrl(server, { folder, workspace, files = [], payload = {}, ...options }) {
  /** @param {string} file */
  const remote = (file) => `vscode-remote://${server.authority}${path.resolve(file).split('/').map(encodeURIComponent).join('/')}`;
  /** @type {[string, string][]} */
  const entries = [options.extensionDevelopmentPath ?? []].flat().map((folder) => ['extensionDevelopmentPath', remote(folder)]);
  if (options.extensionTestsPath !== undefined) entries.push(['extensionTestsPath', remote(options.extensionTestsPath)]);
  for (const file of files) entries.push(['openFile', remote(file)]);
  if (options.enableProposedApi !== undefined) entries.push(['enableProposedApi', options.enableProposedApi]);
  if (options.disableExtensions) entries.push(['disableExtensions', 'true']);
  entries.push(['skipWelcome', 'true'], ['skipReleaseNotes', 'true'], ...Object.entries(payload));
  const query = new URLSearchParams();
  if (workspace !== undefined) query.set('workspace', path.resolve(workspace));
  else if (folder !== undefined) query.set('folder', path.resolve(folder));
  else query.set('ew', 'true');
  query.set('payload', JSON.stringify(entries));
  return `http://${server.authority}/?${query.toString().replaceAll('+', '%20')}`;
}

/**
 * Opens the workbench in a browser context of its own; resolves once the window is up.
 * @param {{ readonly authority: string }} server
 * @param {import('playwright-core').Browser} browser
 * @param {WindowOptions & Where} options
 */
export async function openWorkbench(server, browser, { viewport = { width: 1280, height: 800 }, onConsole, onExit, onLog, ...options }) {
  const { readySelector = '.monaco-workbench .part.statusbar', timeoutMs = 60_000, ...where } = options;
  const screen = { width: viewport.width, height: viewport.height + 100 };
  const context = await browser.newContext({ viewport, screen, locale: 'en-US', colorScheme: 'dark', reducedMotion: 'reduce' });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: `http://${server.authority}` });
  const page = await context.newPage();
  await page.exposeFunction('rigLog', (/** @type {[string, unknown, boolean]} */ ...args) => onLog?.(...args));
  await page.exposeFunction('codeAutomationExit', (/** @type {number} */ code) => onExit?.(code));
  await page.addInitScript(forwardLogs);
  page.on('console', (message) => onConsole?.(message.type(), message.text()));
  page.on('pageerror', (error) => onConsole?.('pageerror', String(error)));
  await page.goto(workbenchUrl(server, where), { timeout: timeoutMs });
  if (readySelector !== '') await page.waitForSelector(readySelector, { timeout: timeoutMs });
  return page;
}

/** Runs in the page. VS Code sends its own log lines and the extension host's console down one function; the call stack tells which. */
function forwardLogs() {
  const page = /** @type {any} */ (globalThis);
  page.codeAutomationLog = (/** @type {string} */ type, /** @type {unknown} */ args) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 100;
    const fromExtensionHost = new Error().stack?.includes('$logExtensionHostMessage') ?? false;
    Error.stackTraceLimit = limit;
    page.rigLog?.(type, args, fromExtensionHost);
  };
}
