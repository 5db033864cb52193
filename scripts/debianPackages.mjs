/**
 * Programs that come from Debian's packages: compilers, emulators, peers to compare with. Built-in modules only.
 *
 * They are installed only where that asks nobody: as root on a Debian or a system made from it. Elsewhere the caller is told what to do.
 */
import * as fs from 'node:fs';
import { run } from './processes.mjs';

const timeoutMs = 10 * 60_000;

/**
 * Installs what is missing. Never throws.
 * @param {readonly string[]} packages
 * @returns {Promise<string | undefined>} why they are not there, a whole sentence; undefined: they are
 */
export async function ensureDebianPackages(packages) {
  const missing = await missingPackages(packages);
  if (missing === undefined) return `This is no Debian system, so ${packages.join(', ')} can't be installed from its packages.`;
  if (missing.length === 0) return undefined;
  const command = `apt-get install --no-install-recommends ${missing.join(' ')}`;
  if (process.getuid?.() !== 0) return `${missing.join(', ')} is missing; install it by: sudo ${command}`;
  console.error(`Installing ${missing.join(', ')} …`);
  let installed = await install(missing);
  if (installed.code !== 0) {
    // The lists of a fresh machine are empty, those of an old one name packages that are gone.
    await apt(['update']);
    installed = await install(missing);
  }
  return installed.code === 0 ? undefined : `${command} failed: ${installed.output.trim().split('\n').slice(-3).join(' ')}`;
}

/**
 * @param {readonly string[]} packages
 * @returns {Promise<string[] | undefined>} undefined: there is no dpkg
 */
async function missingPackages(packages) {
  if (!fs.existsSync('/usr/bin/dpkg-query')) return undefined;
  const { output } = await run('dpkg-query', ['--show', '--showformat=${Package} ${db:Status-Status}\\n', ...packages], {
    output: 'capture',
  });
  const installed = new Set(output.split('\n').flatMap((line) => (line.endsWith(' installed') ? [line.split(' ')[0]] : [])));
  return packages.filter((name) => !installed.has(name));
}

/** @param {readonly string[]} packages */
const install = (packages) => apt(['install', '--yes', '--no-install-recommends', ...packages]);

/** @param {readonly string[]} args */
function apt(args) {
  // Another installation may be under way; each waits for the other.
  return run('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=300', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    timeoutMs,
    output: 'capture',
  });
}
