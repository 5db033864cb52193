/**
 * `npm run rig`: sets up what the tests in a real VS Code need: the editor itself, a browser and a font. Built-in modules only.
 */
import * as fs from 'node:fs';
import { ensureVsCodeServer } from '../test/rig/setup.mjs';
import { ensureInstalled } from './install.mjs';
import { isEntryPoint } from './paths.mjs';
import { run } from './processes.mjs';
import { typeScriptRuntime } from './runtimes.mjs';

const debianPackages = ['chromium', 'fonts-dejavu-core'];
const browsers = ['/usr/bin/chromium', '/usr/bin/chromium-headless-shell', '/usr/bin/google-chrome'];
const fontFolder = '/usr/share/fonts';

/** Sets up what is missing; throws with what to install by hand when it can't. */
export async function ensureRig() {
  if (process.platform !== 'linux') return; // @vscode/test-electron downloads the desktop editor there.
  await ensureDebianPackages();
  await typeScriptRuntime(); // The editor's server runs on it.
  await ensureVsCodeServer();
}

async function ensureDebianPackages() {
  const browser = process.env['CHROMIUM_PATH'];
  const hasBrowser = (browser !== undefined && fs.existsSync(browser)) || browsers.some((file) => fs.existsSync(file));
  if (hasBrowser && fs.existsSync(fontFolder)) return;
  const byHand = `install the Debian packages ${debianPackages.join(' and ')}, or name a Chromium in CHROMIUM_PATH`;
  if (!fs.existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) {
    throw new Error(
      `The tests in a real VS Code need a browser and a font: ${byHand} (as root: apt-get install ${debianPackages.join(' ')})`,
    );
  }
  console.log(`Installing ${debianPackages.join(' and ')} …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-q'], { env, output: 'capture' }); // Stale lists may still do, so its failure is not the end.
  const result = await run(
    'apt-get',
    ['install', '-y', '-q', '-o', 'DPkg::Lock::Timeout=300', '--no-install-recommends', ...debianPackages],
    { env, output: 'capture' },
  );
  if (result.code !== 0) throw new Error(`apt-get install failed: ${result.output.trim().slice(-2000)}\nTo go on, ${byHand}.`);
}

if (isEntryPoint(import.meta.url)) {
  await ensureInstalled();
  await ensureRig();
  console.log('The VS Code for the tests is ready.');
}
