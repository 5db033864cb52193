// Takes VS Code desktop's command line and runs it on the rig. Meant for @vscode/test-electron's vscodeExecutablePath.
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { NODE, SERVER_MAIN, RIG_DIR, launchBrowser, openWorkbench, runExtensionTests, startServer } from './rig.mjs';

const WITH_VALUE = new Set([
  'extensionDevelopmentPath',
  'extensionTestsPath',
  'user-data-dir',
  'extensions-dir',
  'folder-uri',
  'file-uri',
  'enable-proposed-api',
  'disable-extension',
  'inspect-extensions',
  'inspect-brk-extensions',
  'remote-debugging-port',
  'install-extension',
  'uninstall-extension',
  'log',
  'locale',
  'profile',
  'sync',
  'logsPath',
  'crash-reporter-directory',
  'shared-data-dir',
  'builtin-extensions-dir',
  'timeout',
]);
const OPTIONAL_VALUE = new Set(['enable-proposed-api', 'inspect-extensions', 'inspect-brk-extensions']);
const CLI = ['version', 'list-extensions', 'install-extension', 'uninstall-extension', 'locate-extension', 'update-extensions'];

const opts = {},
  rest = [];
const raw = process.argv.slice(2);
for (let i = 0; i < raw.length; i++) {
  const a = raw[i];
  if (a === '--') {
    rest.push(...raw.slice(i + 1));
    break;
  }
  const m = /^--([^=]+)(?:=([\s\S]*))?$/.exec(a);
  if (m) {
    let v = m[2];
    if (v === undefined && WITH_VALUE.has(m[1]) && !(OPTIONAL_VALUE.has(m[1]) && (raw[i + 1] ?? '-').startsWith('-'))) {
      v = raw[++i];
    }
    (opts[m[1]] ??= []).push(v ?? true);
  } else if (a === '-v') {
    opts.version = [true];
  } else if (a === '-g' || a === '-r' || a === '-n' || a === '-w') {
    /* window flags: nothing to do */
  } else if (!a.startsWith('-')) {
    rest.push(a);
  }
}
const last = (k) => {
  const v = opts[k]?.at(-1);
  return v === true ? '' : v;
};
const toPath = (p) =>
  p.startsWith('file://') ? fileURLToPath(p) : p.startsWith('vscode-remote://') ? decodeURIComponent(new URL(p).pathname) : path.resolve(p);

// 1. command-line jobs that open no window
if (CLI.some((k) => opts[k])) {
  if (opts.version) {
    const product = JSON.parse(fs.readFileSync(path.join(RIG_DIR, 'vscode', 'product.json'), 'utf8'));
    const pkg = JSON.parse(fs.readFileSync(path.join(RIG_DIR, 'vscode', 'package.json'), 'utf8'));
    process.stdout.write(`${pkg.version}\n${product.commit ?? 'unknown'}\n${process.arch}\n`);
    process.exit(0);
  }
  const args = raw.filter((a) => !/^--(no-sandbox|disable-gpu|verbose|ms-enable-electron-run-as-node)/.test(a));
  const data = last('user-data-dir') ? [] : ['--server-data-dir', process.env.VSCODE_RIG_DATA || path.join(os.homedir(), '.vscode-rig')];
  process.exit(spawnSync(NODE, [SERVER_MAIN, '--accept-server-license-terms', ...data, ...args], { stdio: 'inherit' }).status ?? 1);
}

// 2. a window
const folderUri = last('folder-uri');
const target = folderUri
  ? toPath(folderUri)
  : rest.map((p) => path.resolve(p)).find((p) => fs.existsSync(p) && (fs.statSync(p).isDirectory() || p.endsWith('.code-workspace')));
const files = [
  ...rest.map((p) => path.resolve(p)).filter((p) => p !== target && fs.existsSync(p) && fs.statSync(p).isFile()),
  ...(opts['file-uri'] ?? []).map(toPath),
];
const verbose = !!opts.verbose || !!process.env.VSCODE_RIG_VERBOSE;
const payload = {};
for (const k of ['inspect-extensions', 'inspect-brk-extensions']) {
  if (opts[k]) {
    payload[k] = last(k) || '5870';
  }
}
const where = {
  ...(target?.endsWith('.code-workspace') ? { workspace: target } : { folder: target }),
  extensionDevelopmentPath: opts.extensionDevelopmentPath?.map(toPath),
  extensionTestsPath: opts.extensionTestsPath ? toPath(last('extensionTestsPath')) : undefined,
  enableProposedApi: opts['enable-proposed-api'] ? opts['enable-proposed-api'].filter((v) => v !== true).join(',') : undefined,
  disableExtensions: !!opts['disable-extensions'],
  payload,
  files,
};
if (opts['disable-extension']) {
  process.stderr.write('[vscode-rig] --disable-extension is not supported in a web window; ignored\n');
}
const serverOptions = {
  userDataDir: last('user-data-dir') ? path.resolve(last('user-data-dir')) : undefined,
  extensionsDir: last('extensions-dir') ? path.resolve(last('extensions-dir')) : undefined,
  args: [
    ...(last('builtin-extensions-dir') ? ['--builtin-extensions-dir', last('builtin-extensions-dir')] : []),
    ...(last('log') ? ['--log', last('log')] : []),
  ],
};
const browserOptions = {
  headless: !process.env.VSCODE_RIG_HEADED,
  args: last('remote-debugging-port') ? [`--remote-debugging-port=${last('remote-debugging-port')}`] : [],
};

if (where.extensionTestsPath) {
  let code = 1;
  try {
    code = await runExtensionTests({
      ...where,
      verbose,
      serverOptions,
      browserOptions,
      timeoutMs: Number(process.env.VSCODE_RIG_TIMEOUT_MS || 600_000),
    });
  } catch (e) {
    process.stderr.write(`[vscode-rig] ${e.stack ?? e}\n`);
  }
  process.exitCode = code;
  setTimeout(() => process.exit(code), 2000).unref();
} else {
  const server = await startServer({ echo: verbose, ...serverOptions });
  const browser = await launchBrowser(browserOptions);
  const stop = async () => {
    await browser.close().catch(() => {});
    await server.stop();
    process.exit(0);
  };
  for (const s of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(s, stop);
  }
  const page = await openWorkbench(server, browser, where);
  process.stdout.write(`[vscode-rig] workbench at ${page.url()}\n`);
  page.once('close', stop);
}
