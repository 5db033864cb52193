/**
 * Whether an ordinary run has become dearer than it was: `npm run bench:against -- REVISION [--rounds N] [--only NAME,…]`.
 *
 * Checks REVISION out beside this checkout, builds both, and profiles each program by turns with the one and the other, at their default
 * settings. Two costs are compared, the least of all rounds each, since whatever else the machine does only adds to them:
 *
 * - the program's own work, as it measures it: what has to stay as it was;
 * - the processor time of everything, from the first process to the last: the program, the profiler in it, and the command line with all
 *   that it looks at once the program has ended, which may cost more, within bounds.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { chosenNames, progress } from './commandLine.mjs';
import { measure, median } from './measure.mjs';
import { alignColumns, judged, times } from './report.mjs';
import { inProject, projectRoot } from '../scripts/paths.mjs';
import { run } from '../scripts/processes.mjs';

/** By how much more an ordinary run may be slowed, at most. */
const allowedRatio = 1.05;

const { values: options, positionals } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, only: { type: 'string' } },
  allowPositionals: true,
});
const [revision] = positionals;
if (revision === undefined) throw new Error('name the revision to compare with: npm run bench:against -- REVISION');

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const programs = new Map([...programsIn('bench/programs', '.mjs'), ...programsIn('bench/python/programs', '.py')]);
const names = chosenNames('program', options.only, [...programs.keys()]);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'memory-lens-against-'));
const other = path.join(folder, 'checkout');
process.env['PYTHONDONTWRITEBYTECODE'] = '1';
try {
  progress('the builds');
  await must('git', ['worktree', 'add', '--quiet', '--detach', other, revision]);
  await must(npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], other);
  for (const checkout of [projectRoot, other]) await must(process.execPath, ['scripts/build.mjs', '--if-stale'], checkout);
  const ratios = new Map();
  for (const name of names) {
    progress(name);
    ratios.set(name, await compare(programs.get(name) ?? '', Number(options.rounds)));
  }
  progress(undefined);
  report(ratios);
} finally {
  await run('git', ['worktree', 'remove', '--force', other], { cwd: projectRoot, output: 'capture' });
  fs.rmSync(folder, { recursive: true, force: true });
}

/**
 * @typedef {object} Cost
 * @property {number} workMs
 * @property {number} everythingMs
 */

/**
 * @param {string} file
 * @param {number} roundCount
 * @returns {Promise<Cost>} this checkout's as ratios to the other's
 */
async function compare(file, roundCount) {
  const least = new Map([projectRoot, other].map((checkout) => [checkout, { workMs: Infinity, everythingMs: Infinity }]));
  for (let round = 0; round < roundCount; round++) {
    // Who goes first changes, so that neither always meets the caches as the other left them.
    for (const checkout of round % 2 === 0 ? [projectRoot, other] : [other, projectRoot]) {
      const cost = await profile(checkout, file);
      const known = /** @type {Cost} */ (least.get(checkout));
      known.workMs = Math.min(known.workMs, cost.workMs);
      known.everythingMs = Math.min(known.everythingMs, cost.everythingMs);
    }
  }
  const [ours, theirs] = /** @type {[Cost, Cost]} */ ([...least.values()]);
  return { workMs: ours.workMs / theirs.workMs, everythingMs: ours.everythingMs / theirs.everythingMs };
}

/**
 * @param {string} checkout
 * @param {string} file
 * @returns {Promise<Cost>}
 */
async function profile(checkout, file) {
  // `times` tells in its second line what all processes that have ended took, in user and system mode.
  const script = '"$@" 2>/dev/null || exit 1; times';
  const command = [process.execPath, path.join(checkout, 'dist', 'cli.js'), 'run', '--quiet', '--json', path.join(folder, 'profile'), file];
  const { cpuMs, elapsedMs = NaN, output } = await measure('/bin/sh', ['-c', script, 'sh', ...command]);
  const [user = NaN, system = NaN] = (output.trim().split('\n').at(-1) ?? '').split(/\s+/).map((time) => {
    const [, minutes, seconds] = /^(\d+)m([\d.]+)s$/.exec(time) ?? [];
    return (Number(minutes) * 60 + Number(seconds)) * 1000;
  });
  return { workMs: cpuMs ?? elapsedMs, everythingMs: user + system };
}

/** @param {ReadonlyMap<string, Cost>} ratios */
function report(ratios) {
  const rows = [...ratios].map(([name, { workMs, everythingMs }]) => [name, times(workMs), times(everythingMs)]);
  const lines = alignColumns([['program', `its work, of ${revision}’s`, 'everything'], ...rows]);
  for (const [language, extension] of [
    ['JavaScript', '.mjs'],
    ['Python', '.py'],
  ]) {
    const values = [...ratios].filter(([name]) => name.endsWith(extension ?? '')).map(([, ratio]) => ratio);
    if (values.length === 0) continue;
    const works = values.map(({ workMs }) => workMs);
    lines.push(judged(`${language}, work, median`, median(works), allowedRatio, times));
    lines.push(judged(`${language}, work, worst`, Math.max(...works), allowedRatio, times));
    lines.push(`${language}, everything, median: ${times(median(values.map(({ everythingMs }) => everythingMs)))}`);
    if (Math.max(...works) > allowedRatio) process.exitCode = 1;
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}

/**
 * @param {string} programsFolder
 * @param {string} extension
 * @returns {[string, string][]} files by their names, which say the language
 */
function programsIn(programsFolder, extension) {
  const shared = ['markdownText.mjs', 'program.py'];
  const files = fs.readdirSync(inProject(programsFolder)).filter((name) => name.endsWith(extension) && !shared.includes(name));
  return files.sort().map((name) => [name, inProject(programsFolder, name)]);
}

/**
 * @param {string} executable
 * @param {readonly string[]} args
 * @param {string} [cwd]
 */
async function must(executable, args, cwd = projectRoot) {
  const { code, output } = await run(executable, args, { cwd, output: 'capture' });
  if (code !== 0) throw new Error(`${executable} ${args.join(' ')} ended with code ${code}: ${output.slice(-2000)}`);
  return output;
}
