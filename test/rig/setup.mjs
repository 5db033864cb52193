/**
 * Builds a self-contained real VS Code (server and web workbench) in .vscode-rig/, out of npm packages only. Idempotent.
 *
 * No compiler, no install scripts, no root. Linux only: elsewhere @vscode/test-electron's download is used. Built-in modules only.
 */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { npm } from '../../scripts/install.mjs';
import { inProject } from '../../scripts/paths.mjs';
import { run } from '../../scripts/processes.mjs';

/** code-server's package ships VS Code's own build (here 1.139.1) in lib/vscode; nothing else of it is used. */
const codeServerVersion = '4.139.1';
const codeServerIntegrity = 'sha512-fUYvJVdz4ZoVJfakGiGWXFMpF8K1ObsrpGvX17ZxNpKOzdNHs7lANT670JTr4ZhA8DnWqyvvmFG/d3HV9Yy6ew==';
const rigVersion = `${codeServerVersion}/1`;

const rigFolder = inProject('.vscode-rig');
const versionFile = path.join(rigFolder, 'rig-version');

/** What a test never uses; some 300 MB. */
const unusedFolders = [
  'node_modules/@github',
  'node_modules/@microsoft/mxc-sdk',
  'node_modules/@vscode/windows-process-tree',
  'node_modules/@vscode/sqlite3',
  'node_modules/@devcontainers',
  'node_modules/@vscode/sandbox-runtime',
  'extensions/copilot',
  'extensions/mermaid-markdown-features',
  'extensions/microsoft-authentication',
];

/** Throws with the reason when it can't be built. */
export async function ensureVsCodeServer() {
  if (fs.existsSync(versionFile) && fs.readFileSync(versionFile, 'utf8') === rigVersion) return;
  console.log('Setting up a real VS Code for the tests in .vscode-rig (some 230 MB from the npm registry) …');
  fs.rmSync(rigFolder, { recursive: true, force: true });
  fs.mkdirSync(rigFolder, { recursive: true });
  await unpackServer();
  const vscode = path.join(rigFolder, 'vscode');
  await installDependencies(vscode);
  await installDependencies(path.join(vscode, 'extensions'));
  stubNativeModules(vscode);
  honourTestPayload(vscode);
  removeUnused(vscode);
  fs.writeFileSync(versionFile, rigVersion); // Last: a set-up that was cut off starts anew.
}

async function unpackServer() {
  const packed = await npm(['pack', '--silent', '--pack-destination', rigFolder, `code-server@${codeServerVersion}`], {
    output: 'capture',
  });
  const archive = path.join(rigFolder, `code-server-${codeServerVersion}.tgz`);
  if (packed.code !== 0 || !fs.existsSync(archive))
    throw new Error(`code-server@${codeServerVersion} can't be fetched: ${packed.output.trim()}`);
  const integrity = `sha512-${createHash('sha512').update(fs.readFileSync(archive)).digest('base64')}`;
  if (integrity !== codeServerIntegrity)
    throw new Error(`code-server@${codeServerVersion} is not the package that was expected: ${integrity}`);
  const unpacked = await run('tar', ['xzf', archive, '--strip-components=2', 'package/lib/vscode'], { cwd: rigFolder, output: 'capture' });
  if (unpacked.code !== 0) throw new Error(`${archive} can't be unpacked: ${unpacked.output.trim()}`);
  fs.rmSync(archive);
}

/**
 * Without install scripts: node-pty, the file watcher and ripgrep ship Linux binaries in their packages; the modules that stay unbuilt
 * are loaded lazily, and VS Code goes on without them.
 * @param {string} folder
 */
async function installDependencies(folder) {
  const args = ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const result = await npm(args, { cwd: folder, output: 'capture' });
  if (result.code !== 0) throw new Error(`npm install in ${folder} failed: ${result.output.trim()}`);
}

/** @param {string} vscode */
function stubNativeModules(vscode) {
  const modules = path.join(vscode, 'node_modules', '@vscode');
  // Unbuilt, each process prints a long error and no log files are written; the stub writes them.
  fs.copyFileSync(inProject('test', 'rig', 'lib', 'spdlog-stub.js'), path.join(modules, 'spdlog', 'index.js'));
  // The extension host polls its parent's pid by itself as well.
  fs.writeFileSync(path.join(modules, 'native-watchdog', 'index.js'), 'exports.start = () => true;\n');
}

/**
 * A built workbench honours the payload that names the extension under development only together with --enable-smoke-test-driver, which
 * changes behaviour (no notification toasts, focus, dialogs). Where the pattern is gone, lib/rig.mjs falls back to that flag.
 * @param {string} vscode
 */
function honourTestPayload(vscode) {
  const workbench = path.join(vscode, 'out', 'vs', 'code', 'browser', 'workbench', 'workbench.js');
  const condition = 'this.payload&&(!this.isBuilt||this.enableSmokeTestDriver)';
  const parts = fs.readFileSync(workbench, 'utf8').split(condition);
  if (parts.length !== 2) {
    console.warn('The payload patch did not apply to this VS Code; the rig uses --enable-smoke-test-driver instead.');
    return;
  }
  fs.writeFileSync(workbench, parts.join('this.payload&&(!0)'));
  fs.writeFileSync(path.join(rigFolder, 'payload-patched'), '');
}

/** @param {string} vscode */
function removeUnused(vscode) {
  for (const folder of unusedFolders) fs.rmSync(path.join(vscode, folder), { recursive: true, force: true });
  keepThisPlatform(path.join(vscode, 'node_modules', '@vscode', 'ripgrep-universal', 'bin'));
  keepThisPlatform(path.join(vscode, 'node_modules', 'node-pty', 'prebuilds'));
  for (const folder of ['out', 'extensions', 'node_modules']) {
    for (const file of fs.readdirSync(path.join(vscode, folder), { recursive: true, encoding: 'utf8' })) {
      if (file.endsWith('.map')) fs.rmSync(path.join(vscode, folder, file), { recursive: true });
    }
  }
}

/** @param {string} folder of folders named by platform */
function keepThisPlatform(folder) {
  for (const name of fs.readdirSync(folder)) {
    if (name !== `linux-${process.arch}`) fs.rmSync(path.join(folder, name), { recursive: true });
  }
}
