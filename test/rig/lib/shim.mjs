/**
 * Takes VS Code desktop's command line and runs it on the rig: for @vscode/test-electron's vscodeExecutablePath.
 */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runExtensionTests } from './extensionTests.mjs';
import { rigFolder, serverMain, serverNode, startServer } from './server.mjs';
import { launchBrowser, openWorkbench } from './workbench.mjs';

const text = /** @type {const} */ ({ type: 'string', multiple: true });
const flag = /** @type {const} */ ({ type: 'boolean' });

// Not strict: desktop's many other flags mean nothing here, and several options take a value or none.
const { values: parsed, positionals } = parseArgs({
  strict: false,
  allowPositionals: true,
  options: {
    extensionDevelopmentPath: text,
    extensionTestsPath: text,
    'user-data-dir': text,
    'extensions-dir': text,
    'builtin-extensions-dir': text,
    'folder-uri': text,
    'file-uri': text,
    'enable-proposed-api': text,
    'disable-extension': text,
    'inspect-extensions': text,
    'inspect-brk-extensions': text,
    'remote-debugging-port': text,
    'install-extension': text,
    'uninstall-extension': text,
    'locate-extension': text,
    log: text,
    locale: text,
    profile: text,
    sync: text,
    timeout: text,
    logsPath: text,
    'crash-reporter-directory': text,
    'shared-data-dir': text,
    'list-extensions': flag,
    'update-extensions': flag,
    'disable-extensions': flag,
    version: { ...flag, short: 'v' },
    verbose: flag,
  },
});

const commandLineJobs = ['list-extensions', 'install-extension', 'uninstall-extension', 'locate-extension', 'update-extensions'];
if (parsed['version']) printVersion();
else if (commandLineJobs.some((name) => name in parsed)) process.exitCode = runCommandLineJob();
else await openWindow();

/**
 * @param {string} name
 * @returns {string[]} the option's values, without those of a bare flag
 */
function all(name) {
  return [parsed[name] ?? []].flat().filter((value) => typeof value === 'string');
}

/** @param {string} name */
function last(name) {
  return all(name).at(-1);
}

function printVersion() {
  /** @param {string} file */
  const read = (file) => JSON.parse(fs.readFileSync(path.join(rigFolder, 'vscode', file), 'utf8'));
  process.stdout.write(`${read('package.json').version}\n${read('product.json').commit ?? 'unknown'}\n${process.arch}\n`);
}

/** Jobs that open no window; VS Code's server knows them by the same names. */
function runCommandLineJob() {
  const args = process.argv.slice(2).filter((arg) => !/^--(no-sandbox|disable-gpu|verbose|ms-enable-electron-run-as-node)/.test(arg));
  const dataFolder = process.env['VSCODE_RIG_DATA'] ?? path.join(os.homedir(), '.vscode-rig');
  const data = last('user-data-dir') === undefined ? ['--server-data-dir', dataFolder] : [];
  return spawnSync(serverNode, [serverMain, '--accept-server-license-terms', ...data, ...args], { stdio: 'inherit' }).status ?? 1;
}

async function openWindow() {
  const verbose = Boolean(parsed['verbose']) || Boolean(process.env['VSCODE_RIG_VERBOSE']);
  const where = whatToOpen();
  const dataFolder = last('user-data-dir');
  const extensionsFolder = last('extensions-dir');
  const serverOptions = {
    ...(dataFolder === undefined ? {} : { userDataDir: path.resolve(dataFolder) }),
    ...(extensionsFolder === undefined ? {} : { extensionsDir: path.resolve(extensionsFolder) }),
    args: ['builtin-extensions-dir', 'log'].flatMap((name) => all(name).flatMap((value) => [`--${name}`, value])),
  };
  const port = last('remote-debugging-port');
  const browserOptions = {
    headless: !process.env['VSCODE_RIG_HEADED'],
    args: port === undefined ? [] : [`--remote-debugging-port=${port}`],
  };
  if ('disable-extension' in parsed) process.stderr.write('[vscode-rig] --disable-extension is not supported in a web window; ignored\n');
  if (where.extensionTestsPath !== undefined) {
    const timeoutMs = Number(process.env['VSCODE_RIG_TIMEOUT_MS'] ?? 600_000);
    const code = await runExtensionTests({ ...where, verbose, serverOptions, browserOptions, timeoutMs }).catch((error) => {
      process.stderr.write(`[vscode-rig] ${error.stack ?? error}\n`);
      return 1;
    });
    process.exitCode = code;
    setTimeout(() => process.exit(code), 2000).unref(); // Should a handle be left open.
    return;
  }
  const server = await startServer({ echo: verbose, ...serverOptions });
  const browser = await launchBrowser(browserOptions);
  const stop = async () => {
    await browser.close().catch(() => {
      // Gone already.
    });
    await server.stop();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, stop);
  const page = await openWorkbench(server, browser, where);
  process.stdout.write(`[vscode-rig] workbench at ${page.url()}\n`);
  page.once('close', stop);
}

/** @returns {import('./workbench.mjs').Where} */
function whatToOpen() {
  const paths = positionals.map((file) => path.resolve(file)).filter((file) => fs.existsSync(file));
  const folderUri = last('folder-uri');
  const target =
    folderUri === undefined ? paths.find((file) => file.endsWith('.code-workspace') || fs.statSync(file).isDirectory()) : pathOf(folderUri);
  const files = [...paths.filter((file) => file !== target && fs.statSync(file).isFile()), ...all('file-uri').map(pathOf)];
  const tests = last('extensionTestsPath');
  /** @type {Record<string, string>} */
  const payload = {};
  for (const name of ['inspect-extensions', 'inspect-brk-extensions']) {
    if (name in parsed) payload[name] = last(name) ?? '5870';
  }
  return {
    ...(target === undefined ? {} : target.endsWith('.code-workspace') ? { workspace: target } : { folder: target }),
    ...(tests === undefined ? {} : { extensionTestsPath: pathOf(tests) }),
    ...('enable-proposed-api' in parsed ? { enableProposedApi: all('enable-proposed-api').join(',') } : {}),
    extensionDevelopmentPath: all('extensionDevelopmentPath').map(pathOf),
    disableExtensions: Boolean(parsed['disable-extensions']),
    payload,
    files,
  };
}

/** @param {string} pathOrUri */
function pathOf(pathOrUri) {
  if (pathOrUri.startsWith('file://')) return fileURLToPath(pathOrUri);
  if (pathOrUri.startsWith('vscode-remote://')) return decodeURIComponent(new URL(pathOrUri).pathname);
  return path.resolve(pathOrUri);
}
