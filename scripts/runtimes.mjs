/**
 * `npm run runtimes`: fetches the Node versions that the tests cover into .runtimes/, from the npm registry.
 *
 * What is there already and runs is kept; a fetch that was cut off leaves nothing behind that looks whole. Built-in modules only.
 * Scripts themselves may run on Node 20, which can't run TypeScript: `typeScriptRuntime` is the Node that can.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { npm } from './install.mjs';
import { inProject, isEntryPoint } from './paths.mjs';
import { run } from './processes.mjs';

export const coveredMajors = /** @type {const} */ ([18, 20, 22, 24, 26]);
const toolingMajor = 24;
const executableName = process.platform === 'win32' ? 'node.exe' : 'node';

/**
 * @typedef {object} Runtime
 * @property {number} major
 * @property {string} executable
 * @property {string} [version] absent: could not be had
 * @property {string} [reason] why it could not be had
 */

/**
 * @param {number} major
 * @returns {string} where the Node of that major version lies once it has been fetched
 */
export const runtimeExecutable = (major) => inProject('.runtimes', String(major), 'bin', executableName);

/**
 * Fetches what is missing. Never throws: what could not be had is told in its `reason`.
 * @param {readonly number[]} [majors]
 * @returns {Promise<Runtime[]>}
 */
export async function ensureRuntimes(majors = coveredMajors) {
  const runtimes = [];
  // One after the other: npm's cache and a slow line gain nothing from more.
  for (const major of majors) runtimes.push(await ensureRuntime(major));
  return runtimes;
}

/** @returns {Promise<string>} a Node that runs TypeScript; throws where there is none */
export async function typeScriptRuntime() {
  const [runtime] = await ensureRuntimes([toolingMajor]);
  if (runtime?.version !== undefined) return runtime.executable;
  if (process.features.typescript) return process.execPath;
  throw new Error(
    `Node ${toolingMajor} is needed to run the project's own TypeScript and could not be fetched: ${runtime?.reason}. ` +
      `Reach the npm registry, or run this with Node ${toolingMajor} or newer.`,
  );
}

/**
 * @param {number} major
 * @returns {Promise<Runtime>}
 */
async function ensureRuntime(major) {
  const executable = runtimeExecutable(major);
  const present = await versionOf(executable);
  if (present?.startsWith(`v${major}.`)) return { major, executable, version: present };
  const partial = inProject('.runtimes', `partial-${major}-${process.pid}`);
  try {
    console.log(`Fetching Node ${major} …`);
    fs.mkdirSync(partial, { recursive: true });
    await unpack(major, partial);
    const fetched = path.join(partial, 'package', 'bin', executableName);
    const version = await versionOf(fetched);
    if (!version?.startsWith(`v${major}.`)) return { major, executable, reason: 'the fetched program does not run on this machine' };
    fs.rmSync(inProject('.runtimes', String(major)), { recursive: true, force: true });
    fs.renameSync(path.join(partial, 'package'), inProject('.runtimes', String(major)));
    return { major, executable, version };
  } catch (error) {
    return { major, executable, reason: error instanceof Error ? error.message : String(error) };
  } finally {
    fs.rmSync(partial, { recursive: true, force: true });
  }
}

/**
 * @param {number} major
 * @param {string} folder
 */
async function unpack(major, folder) {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const packed = await npm(['pack', '--silent', '--pack-destination', folder, `${name}@${major}`], { output: 'capture' });
  const archive = fs.readdirSync(folder).find((file) => file.endsWith('.tgz'));
  if (packed.code !== 0 || archive === undefined)
    throw new Error(`the npm package ${name}@${major} can't be fetched: ${packed.output.trim()}`);
  const unpacked = await run('tar', ['xzf', archive, `package/bin/${executableName}`], { cwd: folder, output: 'capture' });
  if (unpacked.code !== 0) throw new Error(`${archive} can't be unpacked: ${unpacked.output.trim()}`);
}

/** @param {string} executable */
async function versionOf(executable) {
  if (!fs.existsSync(executable)) return undefined;
  const { NODE_OPTIONS: _ignored, ...env } = process.env;
  const result = await run(executable, ['-p', 'process.version'], { env, output: 'capture', timeoutMs: 20_000 });
  return result.code === 0 ? result.output.trim() : undefined;
}

if (isEntryPoint(import.meta.url)) {
  for (const { major, version, reason } of await ensureRuntimes()) {
    console.log(version === undefined ? `not covered: Node ${major}: ${reason}` : `covered: Node ${version.slice(1)}`);
  }
}
