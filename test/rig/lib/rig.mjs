// Runs a real VS Code (server + web workbench in headless Chromium). See ../README.md for the pitfalls.
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { inProject } from '../../../scripts/paths.mjs';
import { runtimeExecutable } from '../../../scripts/runtimes.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
export const RIG_DIR = inProject('.vscode-rig');
export const NODE = runtimeExecutable(24);
export const SERVER_MAIN = path.join(RIG_DIR, 'vscode', 'out', 'server-main.js');
const CHROMIUM =
  process.env.CHROMIUM_PATH ||
  ['/usr/bin/chromium', '/usr/bin/chromium-headless-shell', '/usr/bin/google-chrome'].find((p) => fs.existsSync(p));

/** Settings that keep the window quiet; a test's own settings.json wins. */
export const QUIET_SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.enableExperiments': false,
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'security.workspace.trust.enabled': false,
  'update.mode': 'none',
  'update.showReleaseNotes': false,
  'git.openRepositoryInParentFolders': 'never',
  'git.autofetch': false,
  'remote.autoForwardPorts': false,
  'window.confirmBeforeClose': 'never',
  'files.hotExit': 'off',
  'editor.minimap.enabled': false,
  'editor.accessibilitySupport': 'off',
  'editor.cursorBlinking': 'solid',
  'npm.autoDetect': 'off',
  'grunt.autoDetect': 'off',
  'gulp.autoDetect': 'off',
  'jake.autoDetect': 'off',
};

/** Start the VS Code server. Every path lives under serverDataDir unless told otherwise. */
export async function startServer({
  serverDataDir,
  userDataDir,
  extensionsDir,
  env = {},
  args = [],
  settings = {},
  smokeTestDriver = !fs.existsSync(path.join(RIG_DIR, 'payload-patched')),
  echo = false,
  timeoutMs = 60_000,
} = {}) {
  const ownTmp = serverDataDir ? undefined : (serverDataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'vsrig-')));
  userDataDir ??= path.join(serverDataDir, 'data');
  extensionsDir ??= path.join(serverDataDir, 'extensions');
  const userDir = path.join(userDataDir, 'User');
  fs.mkdirSync(userDir, { recursive: true });
  fs.mkdirSync(extensionsDir, { recursive: true });
  const settingsFile = path.join(userDir, 'settings.json');
  try {
    const own = fs.existsSync(settingsFile) ? JSON.parse(fs.readFileSync(settingsFile, 'utf8')) : {};
    fs.writeFileSync(settingsFile, JSON.stringify({ ...QUIET_SETTINGS, ...own, ...settings }, null, '\t'));
  } catch {
    /* a settings.json with comments is left as it is */
  }

  const argv = [
    '-r',
    path.join(HERE, 'die-with-parent.cjs'),
    SERVER_MAIN,
    '--host',
    '127.0.0.1',
    '--port',
    '0',
    '--without-connection-token',
    '--accept-server-license-terms',
    '--disable-telemetry',
    '--telemetry-level',
    'off',
    '--disable-experiments',
    '--disable-update-check',
    '--disable-workspace-trust',
    '--disable-getting-started-override',
    '--server-data-dir',
    serverDataDir,
    '--user-data-dir',
    userDataDir,
    '--extensions-dir',
    extensionsDir,
    ...(smokeTestDriver ? ['--enable-smoke-test-driver'] : []),
    ...args,
  ];
  // no marketplace: no network look-ups, same behaviour on- and off-line
  const gallery = JSON.stringify({
    serviceUrl: '',
    itemUrl: '',
    publisherUrl: '',
    resourceUrlTemplate: '',
    extensionUrlTemplate: '',
    controlUrl: '',
    nlsBaseUrl: '',
  });
  const child = spawn(NODE, argv, {
    env: { EXTENSIONS_GALLERY: gallery, ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let log = '';
  const port = await new Promise((resolve, reject) => {
    const t = setTimeout(() => reject(new Error('VS Code server did not start in time:\n' + log)), timeoutMs);
    const onData = (d) => {
      log += d;
      if (echo) {
        process.stderr.write(d);
      }
      const m = /Extension host agent listening on (\d+)/.exec(log);
      if (m) {
        clearTimeout(t);
        resolve(Number(m[1]));
      }
    };
    child.stdout.on('data', onData);
    child.stderr.on('data', onData);
    child.once('error', reject);
    child.once('exit', (c, s) => reject(new Error(`VS Code server exited (${c ?? s}):\n${log}`)));
  }).catch((e) => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      /* gone already */
    }
    throw e;
  });
  const cleanUp = () => {
    // the server leads its own process group: this takes leftover extension hosts, pty hosts, watchers along
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      /* all gone */
    }
    if (ownTmp) {
      fs.rmSync(ownTmp, { recursive: true, force: true, maxRetries: 5 });
    }
  };
  process.once('exit', cleanUp);
  return {
    port,
    child,
    serverDataDir,
    userDataDir,
    extensionsDir,
    authority: `127.0.0.1:${port}`,
    get log() {
      return log;
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = new Promise((r) => child.once('exit', r));
        child.kill('SIGTERM');
        await Promise.race([gone, new Promise((r) => setTimeout(r, 3000))]);
      }
      process.off('exit', cleanUp);
      cleanUp();
    },
  };
}

export async function launchBrowser({ headless = true, args = [] } = {}) {
  return chromium.launch({
    executablePath: CHROMIUM,
    headless,
    timeout: 60_000,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-dev-shm-usage',
      '--force-color-profile=srgb',
      '--font-render-hinting=none',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
      ...args,
    ],
  });
}

/** URL of the workbench for a folder / .code-workspace, with VS Code's own test payload. */
export function workbenchUrl(
  server,
  { folder, workspace, extensionDevelopmentPath, extensionTestsPath, payload = {}, files = [], disableExtensions, enableProposedApi } = {},
) {
  const remote = (p) => `vscode-remote://${server.authority}${path.resolve(p).split('/').map(encodeURIComponent).join('/')}`;
  const entries = [];
  for (const p of [extensionDevelopmentPath ?? []].flat()) {
    entries.push(['extensionDevelopmentPath', remote(p)]);
  }
  if (extensionTestsPath) {
    entries.push(['extensionTestsPath', remote(extensionTestsPath)]);
  }
  for (const f of files) {
    entries.push(['openFile', remote(f)]);
  }
  if (enableProposedApi !== undefined) {
    entries.push(['enableProposedApi', enableProposedApi]);
  }
  if (disableExtensions) {
    entries.push(['disableExtensions', 'true']);
  }
  entries.push(['skipWelcome', 'true'], ['skipReleaseNotes', 'true'], ...Object.entries(payload));
  const where = workspace
    ? `workspace=${encodeURIComponent(path.resolve(workspace))}`
    : folder
      ? `folder=${encodeURIComponent(path.resolve(folder))}`
      : 'ew=true';
  return `http://${server.authority}/?${where}&payload=${encodeURIComponent(JSON.stringify(entries))}`;
}

/** Open the workbench in a new browser context; resolves once the window is up. */
export async function openWorkbench(
  server,
  browser,
  {
    viewport = { width: 1280, height: 800 },
    onConsole,
    onExit,
    onLog,
    readySelector = '.monaco-workbench .part.statusbar',
    timeoutMs = 60_000,
    ...where
  } = {},
) {
  const context = await browser.newContext({
    viewport,
    screen: { width: viewport.width, height: viewport.height + 100 },
    locale: 'en-US',
    colorScheme: 'dark',
    reducedMotion: 'reduce',
  });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: `http://${server.authority}` });
  const page = await context.newPage();
  await page.exposeFunction('rigLog', (type, args, fromExtHost) => onLog?.(type, args, fromExtHost));
  await page.exposeFunction('codeAutomationExit', (code, logs) => onExit?.(code, logs));
  await page.addInitScript(() => {
    // VS Code sends its own log lines and the extension host's console down the same function; the call stack tells which
    window.codeAutomationLog = (type, args) => {
      const limit = Error.stackTraceLimit;
      Error.stackTraceLimit = 100;
      const fromExtHost = new Error().stack.includes('$logExtensionHostMessage');
      Error.stackTraceLimit = limit;
      window.rigLog?.(type, args, fromExtHost);
    };
  });
  if (onConsole) {
    page.on('console', (m) => onConsole(m.type(), m.text()));
    page.on('pageerror', (e) => onConsole('pageerror', String(e)));
  }
  await page.goto(workbenchUrl(server, where), { timeout: timeoutMs });
  if (readySelector) {
    await page.waitForSelector(readySelector, { timeout: timeoutMs });
  }
  return page;
}

/** Run an extension test suite (extensionTestsPath) in the real extension host; resolves to its exit code. */
export async function runExtensionTests({
  timeoutMs = 600_000,
  verbose = false,
  out = process.stdout,
  serverOptions = {},
  browserOptions = {},
  ...where
}) {
  const t0 = Date.now();
  const mark = (s) => {
    if (verbose) {
      process.stderr.write(`[rig +${((Date.now() - t0) / 1000).toFixed(1)}s] ${s}\n`);
    }
  };
  const server = await startServer({ echo: verbose, ...serverOptions });
  const windowErrors = [];
  let browser,
    heard = false;
  try {
    mark(`server on ${server.port}`);
    browser = await launchBrowser(browserOptions);
    mark('browser up');
    let timer;
    const done = new Promise((resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no test result after ${timeoutMs} ms`)), timeoutMs);
      server.child.once('exit', (c) => reject(new Error(`VS Code server exited early (${c})`)));
      browser.on('disconnected', () => reject(new Error('browser went away')));
      openWorkbench(server, browser, {
        ...where,
        onLog: (type, args, fromExtHost) => {
          if (fromExtHost) {
            heard = true;
            out.write(formatLog(args) + '\n');
          }
        },
        onConsole: (t, s) => {
          if (verbose) {
            process.stderr.write(`[window ${t}] ${s}\n`);
          } else if (t === 'error' || t === 'pageerror') {
            windowErrors.push(s);
          }
        },
        onExit: (code) => {
          mark(`exit code ${code}`);
          resolve(code);
        },
      }).then((page) => {
        mark('workbench up');
        page.once('crash', () => reject(new Error('page crashed')));
      }, reject);
    });
    try {
      const code = await done;
      if (code !== 0 && !heard) {
        process.stderr.write(
          `[vscode-rig] exit code ${code} without a word from the extension host; the window's errors:\n${windowErrors.slice(0, 20).join('\n')}\n`,
        );
      }
      // A remote extension host that crashes or calls process.exit(n) is reported by the window as exit code 0;
      // the server's own log line has the truth.
      for (let i = 0; code === 0; i++) {
        const m = [...server.log.matchAll(/Extension Host Process exited with code: (-?\w+), signal: (\w+)/g)].at(-1);
        if (m && m[2] !== 'null') {
          out.write(`extension host died: ${m[2]}\n`);
          return 1;
        }
        if (m) {
          return Number(m[1]);
        }
        if (i === 150) {
          out.write("the extension host's end was not seen in the server log (needs log level info): counted as a failure\n");
          return 1;
        }
        await new Promise((r) => setTimeout(r, 100));
      }
      return code;
    } finally {
      clearTimeout(timer);
    }
  } finally {
    await browser?.close().catch(() => {});
    await server.stop();
    mark('stopped');
  }
}

function formatLog(args) {
  const list = (Array.isArray(args) ? args : [args]).map((a) => (typeof a === 'string' ? a : JSON.stringify(a)));
  if (list.length && typeof list[0] === 'string' && /%[sdcifoOj%]/.test(list[0])) {
    let i = 1;
    const first = list[0].replace(/%([sdcifoOj%])/g, (m, c) =>
      c === '%' ? '%' : i < list.length ? (c === 'c' ? (i++, '') : list[i++]) : m,
    );
    return [first, ...list.slice(i)].join(' ');
  }
  return list.join(' ');
}
