/**
 * VS Code's server: started on a free port of the loopback interface, ended with everything that it started.
 */
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { inProject } from '../../../scripts/paths.mjs';
import { runtimeExecutable } from '../../../scripts/runtimes.mjs';

export const rigFolder = inProject('.vscode-rig');
export const serverNode = runtimeExecutable(24);
export const serverMain = path.join(rigFolder, 'vscode', 'out', 'server-main.js');

/** Settings that keep the window quiet; a test's own settings win. */
const quietSettings = {
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

/** No marketplace: no network look-ups, the same behaviour on- and off-line. */
const emptyGallery = {
  serviceUrl: '',
  itemUrl: '',
  publisherUrl: '',
  resourceUrlTemplate: '',
  extensionUrlTemplate: '',
  controlUrl: '',
  nlsBaseUrl: '',
};

/**
 * @typedef {object} ServerOptions
 * @property {string} [serverDataDir] every other folder lies in it unless told otherwise; absent: a temporary one, removed at the end
 * @property {string} [userDataDir]
 * @property {string} [extensionsDir]
 * @property {NodeJS.ProcessEnv} [env] in addition to this process's
 * @property {readonly string[]} [args]
 * @property {Record<string, unknown>} [settings] user settings
 * @property {boolean} [workspaceTrust] ask for trust as the desktop does; default: every folder is trusted
 * @property {boolean} [smokeTestDriver]
 * @property {boolean} [echo] show the server's log
 * @property {number} [timeoutMs] for the start
 *
 * @typedef {object} Server
 * @property {number} port
 * @property {string} authority
 * @property {import('node:child_process').ChildProcess} child
 * @property {string} serverDataDir
 * @property {string} userDataDir
 * @property {string} extensionsDir
 * @property {string} log what it has printed so far
 * @property {() => Promise<void>} stop
 */

/**
 * @param {ServerOptions} [options]
 * @returns {Promise<Server>}
 */
export async function startServer(options = {}) {
  const temporary = options.serverDataDir === undefined ? fs.mkdtempSync(path.join(os.tmpdir(), 'vsrig-')) : undefined;
  const serverDataDir = options.serverDataDir ?? String(temporary);
  const userDataDir = options.userDataDir ?? path.join(serverDataDir, 'data');
  const extensionsDir = options.extensionsDir ?? path.join(serverDataDir, 'extensions');
  fs.mkdirSync(extensionsDir, { recursive: true });
  writeSettings(path.join(userDataDir, 'User'), {
    ...quietSettings,
    'security.workspace.trust.enabled': options.workspaceTrust ?? false,
    ...options.settings,
  });
  const argv = ['-r', inProject('test', 'rig', 'lib', 'die-with-parent.cjs'), serverMain, ...serverArgs(options)];
  argv.push('--server-data-dir', serverDataDir, '--user-data-dir', userDataDir, '--extensions-dir', extensionsDir, ...(options.args ?? []));
  const env = { EXTENSIONS_GALLERY: JSON.stringify(emptyGallery), ...process.env, ...options.env };
  const child = spawn(serverNode, argv, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const cleanUp = () => {
    killGroup(child.pid);
    if (temporary !== undefined) fs.rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once('exit', cleanUp);
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      log += chunk;
      if (options.echo) process.stderr.write(chunk);
    });
  }
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 3000))]);
    }
    process.off('exit', cleanUp);
    cleanUp();
  };
  try {
    const port = await listeningPort(child, () => log, options.timeoutMs ?? 60_000);
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
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @param {ServerOptions} options */
function serverArgs({ workspaceTrust = false, smokeTestDriver = !fs.existsSync(path.join(rigFolder, 'payload-patched')) }) {
  const args = ['--host', '127.0.0.1', '--port', '0', '--without-connection-token', '--accept-server-license-terms'];
  args.push('--disable-telemetry', '--telemetry-level', 'off', '--disable-experiments', '--disable-update-check');
  args.push('--disable-getting-started-override');
  if (!workspaceTrust) args.push('--disable-workspace-trust');
  if (smokeTestDriver) args.push('--enable-smoke-test-driver');
  return args;
}

/**
 * @param {string} userFolder
 * @param {Record<string, unknown>} settings those already there win
 */
function writeSettings(userFolder, settings) {
  fs.mkdirSync(userFolder, { recursive: true });
  const file = path.join(userFolder, 'settings.json');
  try {
    const own = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : {};
    fs.writeFileSync(file, JSON.stringify({ ...settings, ...own }, null, '\t'));
  } catch {
    // A settings.json with comments is left as it is.
  }
}

/**
 * @param {import('node:child_process').ChildProcessByStdio<null, import('node:stream').Readable, import('node:stream').Readable>} child
 * @param {() => string} log
 * @param {number} timeoutMs
 * @returns {Promise<number>}
 */
function listeningPort(child, log, timeoutMs) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`VS Code's server did not start in time:\n${log()}`)), timeoutMs);
    const look = () => {
      const found = /Extension host agent listening on (\d+)/.exec(log());
      if (found === null) return;
      clearTimeout(timer);
      resolve(Number(found[1]));
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`VS Code's server exited (${code ?? signal}):\n${log()}`)));
  });
}

/** @param {number | undefined} pid the server leads its process group: extension hosts, terminals and watchers go along */
function killGroup(pid) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All gone already.
  }
}
