/**
 * Installs the packages of package-lock.json where node_modules does not hold them yet. Built-in modules only.
 */
import * as fs from 'node:fs';
import { withWritableHome } from './home.mjs';
import { inProject, projectRoot } from './paths.mjs';
import { run } from './processes.mjs';

/** Installs what is missing; throws with the reason when that fails. Standard output stays free: it may be a profiled program's. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  console.error('Installing the packages of package-lock.json …');
  // No install script is needed: esbuild ships its binary as a package, and vsce's is for signing only.
  const result = await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { output: 'stderr' });
  if (result.code !== 0) throw new Error(`npm ci failed with code ${result.code}; what it said stands above.`);
}

/**
 * Runs npm, the one that runs this script where there is one.
 * @param {readonly string[]} args
 * @param {import('./processes.mjs').RunOptions} [options]
 */
export function npm(args, options) {
  const env = withWritableHome(process.env);
  const npmScript = process.env['npm_execpath'];
  const [executable, first] = npmScript?.endsWith('.js') ? [process.execPath, [npmScript]] : ['npm', []];
  return run(executable, [...first, ...args], { cwd: projectRoot, env, ...options });
}

/** Compares what npm wrote down of its last installation with the lock file. */
function isInstalled() {
  const wanted = readPackages(inProject('package-lock.json'));
  const present = readPackages(inProject('node_modules', '.package-lock.json'));
  return Object.entries(wanted).every(
    ([where, { version, optional }]) => where === '' || present[where]?.version === version || (optional === true && !(where in present)),
  );
}

/**
 * @param {string} lockFile
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function readPackages(lockFile) {
  try {
    return JSON.parse(fs.readFileSync(lockFile, 'utf8')).packages ?? {};
  } catch {
    return {}; // Missing or broken: counts as not installed.
  }
}
