/**
 * `npm test`: on a fresh clone, installs, builds and runs every suite. `npm test -- unit engines` runs these alone, and what follows a
 * second `--` goes to mocha: `npm test -- unit -- --grep bytes`.
 *
 * What failed is said again at the end; the last line is exactly `N passed, N failed`. Built-in modules only, until the packages are
 * installed.
 */
import { ensureInstalled } from './install.mjs';
import { inProject } from './paths.mjs';
import { run } from './processes.mjs';
import { ensurePythons } from './pythons.mjs';
import { ensureRig } from './rig.mjs';
import { ensureRuntimes, typeScriptRuntime } from './runtimes.mjs';
import { runSuite, suites } from './suites.mjs';

process.exitCode = await main(process.argv.slice(2));

/**
 * @param {readonly string[]} args
 * @returns {Promise<number>} the exit code
 */
async function main(args) {
  const separator = args.indexOf('--');
  const names = separator === -1 ? args : args.slice(0, separator);
  const extraArgs = separator === -1 ? [] : args.slice(separator + 1);
  const unknown = names.filter((name) => !suites.some((suite) => suite.name === name));
  if (unknown.length > 0) {
    console.error(`There is no suite ${unknown.join(', ')}. Suites: ${suites.map(({ name }) => name).join(', ')}`);
    return report({ passed: 0, failed: 1, notCovered: [], problems: [] });
  }
  const chosen = suites.filter(({ name }) => names.length === 0 || names.includes(name));
  const total = { passed: 0, failed: 0, notCovered: /** @type {string[]} */ ([]), problems: /** @type {string[]} */ ([]) };
  try {
    total.notCovered.push(...(await setUp(chosen.some(({ editor }) => editor))));
    const node = await typeScriptRuntime();
    for (const suite of chosen) {
      console.log(`\n=== ${suite.name}`);
      const startedAtMs = Date.now();
      const result = await runSuite(suite, node, extraArgs);
      console.log(
        `=== ${suite.name}: ${result.passed} passed, ${result.failed} failed, ${((Date.now() - startedAtMs) / 1000).toFixed(0)} s`,
      );
      total.passed += result.passed;
      total.failed += result.failed;
      total.notCovered.push(...result.notCovered);
      total.problems.push(...result.problems.map((problem) => `${suite.name}: ${problem}`));
    }
  } catch (error) {
    total.failed += 1;
    total.problems.push(`set-up: ${error instanceof Error ? error.message : String(error)}`);
  }
  return report(total);
}

/**
 * @param {boolean} editor
 * @returns {Promise<string[]>} what will not be covered
 */
async function setUp(editor) {
  await ensureInstalled();
  const runtimes = await ensureRuntimes();
  const missingPythons = await ensurePythons();
  if (editor) await ensureRig();
  const built = await run(process.execPath, [inProject('scripts', 'build.mjs'), '--if-stale']);
  if (built.code !== 0) throw new Error('the build failed');
  return [...runtimes.flatMap(({ major, reason }) => (reason === undefined ? [] : [`Node ${major}: ${reason}`])), ...missingPythons];
}

/** @param {{ passed: number, failed: number, notCovered: readonly string[], problems: readonly string[] }} total */
function report({ passed, failed, notCovered, problems }) {
  console.log('');
  for (const what of notCovered) console.log(`not covered: ${what}`);
  for (const problem of problems) console.log(`failed: ${problem}`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}
