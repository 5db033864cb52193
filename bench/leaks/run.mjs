/**
 * How well leak suspects tell leaks: `npm run bench:leaks -- [--only NAME,…] [--language python|node] [--node PATH] [--python PATH] [--json]`.
 *
 * Each program says in its first line what it is. A leaking one counts as found when a line of it is suspected, an innocent one as a false
 * alarm when any is. Precision is the share of suspected programs that leak, recall the share of leaking ones that are suspected.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { chosenNames, progress } from '../commandLine.mjs';
import { inProject } from '../../scripts/paths.mjs';
import { run } from '../../scripts/processes.mjs';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    language: { type: 'string' },
    node: { type: 'string', default: process.execPath },
    python: { type: 'string', default: 'python3' },
    json: { type: 'boolean', default: false },
  },
});

/**
 * @typedef {object} Verdict
 * @property {string} name
 * @property {'suspect' | 'innocent'} expected
 * @property {readonly { line: number, liveBytes: number, reason: string }[]} suspects
 * @property {boolean} isRight
 */

const programs = [
  { language: 'python', extension: '.py' },
  { language: 'node', extension: '.mjs' },
].flatMap(({ language, extension }) => {
  const folder = inProject('bench', 'leaks', language);
  const files = options.language === undefined || options.language === language ? fs.readdirSync(folder) : [];
  const named = files.filter((file) => file.endsWith(extension));
  return named.map((file) => ({ language, name: path.basename(file, extension), file: path.join(folder, file) }));
});
const chosen = new Set(chosenNames('program', options.only, [...new Set(programs.map(({ name }) => name))].toSorted()));

/** @type {Record<string, Verdict[]>} */
const results = {};
for (const { language, name, file } of programs.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
  if (!chosen.has(name)) continue;
  progress(name);
  (results[language] ??= []).push(await judge(file));
}
progress(undefined);
process.stdout.write(options.json ? `${JSON.stringify(results, null, 2)}\n` : Object.entries(results).map(formatLanguage).join('\n'));
if (
  Object.values(results)
    .flat()
    .some(({ isRight }) => !isRight)
)
  process.exitCode = 1;

/**
 * @param {string} file
 * @returns {Promise<Verdict>}
 */
async function judge(file) {
  const expected = /^(?:#|\/\/) (suspect|innocent): /.exec(fs.readFileSync(file, 'utf8'))?.[1];
  if (expected !== 'suspect' && expected !== 'innocent') throw new Error(`${file} does not say in its first line what it is`);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'memory-lens-bench-'));
  try {
    const output = path.join(folder, 'profile.json');
    const runtimes = ['--node', options.node, '--python', options.python];
    const args = [inProject('dist', 'cli.js'), 'run', '--quiet', '--json', output, ...runtimes, file];
    const ended = await run(process.execPath, args, {
      timeoutMs: 120_000,
      output: 'capture',
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    });
    if (ended.code !== 0) throw new Error(`${file} ended with code ${ended.code}: ${ended.output}`);
    /** @type {import('../../src/core/profile.ts').MemoryProfile} */
    const { leakSuspects = [] } = JSON.parse(fs.readFileSync(output, 'utf8'));
    const suspects = leakSuspects.map(({ at, liveBytes, reason }) => ({ line: at.line, liveBytes, reason }));
    return { name: path.basename(file), expected, suspects, isRight: suspects.length > 0 === (expected === 'suspect') };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {[string, readonly Verdict[]]} entry */
function formatLanguage([language, verdicts]) {
  const rows = verdicts.map(({ name, expected, suspects, isRight }) => {
    const lines = suspects.length === 0 ? '-' : suspects.map(({ line }) => line).join(', ');
    return `${isRight ? ' ' : '!'} ${name.padEnd(28)} ${expected.padEnd(9)} suspected lines: ${lines}\n`;
  });
  const leaking = verdicts.filter(({ expected }) => expected === 'suspect');
  const suspected = verdicts.filter(({ suspects }) => suspects.length > 0);
  const found = leaking.filter(({ suspects }) => suspects.length > 0).length;
  const share = (/** @type {number} */ count, /** @type {number} */ of) =>
    of === 0 ? 'none' : `${((100 * count) / of).toFixed(0)} % (${count} of ${of})`;
  return `${language}\n${rows.join('')}  precision ${share(found, suspected.length)}, recall ${share(found, leaking.length)}\n`;
}
