/**
 * `npm run check`: formatting, types in every TypeScript project and of the probe's Python, lint, allowed imports and cycles, dead code.
 * `npm run check -- lint` runs one step alone. Two steps at a time; what a step said is shown only when it found something.
 */
import * as fs from 'node:fs';
import { availableParallelism } from 'node:os';
import { ensureInstalled } from './install.mjs';
import { inProject, projectRoot } from './paths.mjs';
import { run } from './processes.mjs';
import { typeScriptRuntime } from './runtimes.mjs';

/** One project per runtime environment: DOM types stay out of the extension and Node's out of the core. */
const typeScriptProjects = [
  '.',
  'src/protocol',
  'src/core',
  'src/advice',
  'src/extension',
  'src/webview',
  'scripts',
  'test/host',
  'test/rig',
  'test/ui',
  'test/webview',
];

/**
 * Slowest first, so that the two cores end together.
 * @type {readonly { name: string, program: string, args: readonly string[] }[]}
 */
const steps = [
  { name: 'lint', program: 'eslint/bin/eslint.js', args: ['.', '--max-warnings', '0'] },
  { name: 'dead code', program: 'knip/bin/knip.js', args: ['--no-progress', '--no-config-hints'] },
  ...typeScriptProjects
    .filter(hasSources)
    .map((folder) => ({ name: `types ${folder}`, program: 'typescript/bin/tsc', args: ['-p', folder] })),
  {
    name: 'imports',
    program: 'dependency-cruiser/bin/dependency-cruise.mjs',
    args: ['src', 'test', 'scripts', '--config', '.dependency-cruiser.cjs'],
  },
  // The probe's Python: strictly typed for the oldest version that it runs on.
  { name: 'types Python', program: 'pyright/index.js', args: ['--project', 'pyrightconfig.json'] },
  { name: 'lint Python', program: '../scripts/lintPython.mjs', args: [] },
  {
    name: 'format',
    program: 'prettier/bin/prettier.cjs',
    args: ['--check', '--log-level', 'warn', '--cache', '.'],
  },
];

await ensureInstalled();
process.exitCode = await check(process.argv.slice(2), await typeScriptRuntime());

/**
 * @param {readonly string[]} names of the steps to run; none: all
 * @param {string} node
 * @returns {Promise<number>} the exit code
 */
async function check(names, node) {
  const queue = steps.filter(({ name }) => names.length === 0 || names.some((wanted) => name.startsWith(wanted)));
  const total = queue.length;
  /** @type {string[]} */
  const failed = [];
  const work = async () => {
    for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
      const startedAtMs = Date.now();
      const args = [inProject('node_modules', step.program), ...step.args];
      const result = await run(node, args, { cwd: projectRoot, output: 'capture', timeoutMs: 10 * 60_000 });
      const tookSeconds = ((Date.now() - startedAtMs) / 1000).toFixed(1);
      console.log(`${result.code === 0 ? 'ok    ' : 'FAILED'} ${step.name} (${tookSeconds} s)`);
      if (result.code === 0) continue;
      failed.push(step.name);
      console.log(result.output.trimEnd());
    }
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work));
  const good = failed.length === 0 && total > 0;
  const resultFile = process.env['MEMORY_LENS_RESULT_FILE'];
  // All steps together count as one test.
  const counts = { passed: good ? 1 : 0, failed: good ? 0 : 1, problems: failed };
  if (resultFile !== undefined) fs.writeFileSync(resultFile, JSON.stringify(counts));
  if (failed.length > 0) console.log(`check: failed: ${failed.join(', ')}`);
  return good ? 0 : 1;
}

/** @param {string} folder */
function hasSources(folder) {
  if (!fs.existsSync(inProject(folder, 'tsconfig.json'))) return false;
  // The top folder always has some; a project without sources is an error to tsc.
  return folder === '.' || fs.readdirSync(inProject(folder)).some((name) => /\.(ts|mjs)$/.test(name));
}
