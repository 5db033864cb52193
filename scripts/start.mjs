/**
 * `npm start`: opens a real VS Code with the extension and the examples: the desktop editor where there is a display (downloaded by
 * @vscode/test-electron, else the installed `code`), else the tests' VS Code server, whose address it prints. Ctrl+C ends it.
 */
import { spawn } from 'node:child_process';
import { inProject, projectRoot } from './paths.mjs';
import { prepare } from './prepare.mjs';
import { run } from './processes.mjs';
import { ensureRig } from './rig.mjs';

await prepare();
const desktop = hasDisplay() ? ((await downloadedDesktop()) ?? (await installedDesktop())) : undefined;
if (desktop === undefined) await openInBrowser();
else openDesktop(desktop);

function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
}

async function downloadedDesktop() {
  const { downloadAndUnzipVSCode } = await import('@vscode/test-electron');
  try {
    return await downloadAndUnzipVSCode({ cachePath: inProject('.vscode-test'), timeout: 60_000 });
  } catch (error) {
    console.log(`VS Code could not be downloaded: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

async function installedDesktop() {
  if (process.platform === 'win32') return undefined; // There it is a batch file, which needs a shell.
  const found = await run('code', ['--version'], { output: 'capture', timeoutMs: 30_000 });
  return found.code === 0 ? 'code' : undefined;
}

/** @param {string} executable */
function openDesktop(executable) {
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const args = [
    ...asRoot,
    `--extensionDevelopmentPath=${projectRoot}`,
    `--user-data-dir=${inProject('.vscode-test', 'user-data')}`,
    `--extensions-dir=${inProject('.vscode-test', 'extensions')}`,
    '--disable-workspace-trust',
    inProject('examples'),
  ];
  spawn(executable, args, { stdio: 'inherit' }).once('exit', (code) => process.exit(code ?? 1));
}

async function openInBrowser() {
  await ensureRig();
  // Only now: it needs the installed packages.
  const { startServer, workbenchUrl } = await import('../test/rig/lib/rig.mjs');
  const server = await startServer();
  const url = workbenchUrl(server, { folder: inProject('examples'), extensionDevelopmentPath: projectRoot });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.once(signal, () => void server.stop().then(() => process.exit(0)));
  }
  console.log(`VS Code with Memory Lens runs at\n\n  ${url}\n\nOpen it in a browser; Ctrl+C here ends it.`);
}
