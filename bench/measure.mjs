/**
 * Runs one program, plainly or under the profiler, and reads what it says of itself.
 */
import { run } from '../scripts/processes.mjs';
import { inProject, projectRoot } from '../scripts/paths.mjs';

const timeoutMs = 120_000;

/**
 * @typedef {object} Measurement
 * @property {number} wallMs from the start of the first process to the end of the last
 * @property {number} [elapsedMs] what the program measured of its own work
 * @property {number} [cpuMs] the same by the clock of its process, which stands still while others have the processor
 * @property {number} [firstLineMs] from the start of the program's process to its first line
 * @property {number} [firstLineCpuMs]
 * @property {string} [checksum] what it computed: the profiler must not change it
 * @property {string} output all that it said
 */

/**
 * @param {string} node the runtime of the program
 * @param {string} file
 * @returns {Promise<Measurement>}
 */
export function runPlain(node, file) {
  return measure(node, [file]);
}

/**
 * By the built command line, at its default settings.
 * @param {string} node the runtime of the program and of the command line
 * @param {string} file
 * @returns {Promise<Measurement>}
 */
export function runProfiled(node, file) {
  return measure(node, [inProject('dist', 'cli.js'), 'run', '--quiet', '--node', node, file]);
}

/**
 * Runs any program; throws where it fails.
 * @param {string} executable
 * @param {readonly string[]} args
 * @param {Pick<import('../scripts/processes.mjs').RunOptions, 'cwd' | 'env' | 'timeoutMs'>} [options]
 * @returns {Promise<Measurement>}
 */
export async function measure(executable, args, options) {
  const startedAt = performance.now();
  const { code, timedOut, output } = await run(executable, args, { cwd: projectRoot, timeoutMs, ...options, output: 'capture' });
  const wallMs = performance.now() - startedAt;
  if (timedOut) throw new Error(`not done after ${(options?.timeoutMs ?? timeoutMs) / 1000} s`);
  if (code !== 0) throw new Error(`ended with code ${code}: ${output.trim().slice(-2000)}`);
  return {
    wallMs,
    elapsedMs: figure(output, 'elapsedMs'),
    cpuMs: figure(output, 'cpuMs'),
    firstLineMs: figure(output, 'firstLineMs'),
    firstLineCpuMs: figure(output, 'firstLineCpuMs'),
    checksum: text(output, 'checksum'),
    output,
  };
}

/**
 * @param {readonly number[]} values not empty
 * @returns {number}
 */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/**
 * @param {string} output
 * @param {string} name
 */
function figure(output, name) {
  const found = text(output, name);
  return found === undefined ? undefined : Number(found);
}

/**
 * @param {string} output
 * @param {string} name
 */
function text(output, name) {
  return new RegExp(`^${name} (.*)$`, 'm').exec(output)?.[1];
}
