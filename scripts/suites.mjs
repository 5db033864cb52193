/**
 * The test suites: what each needs, how long it may take, and how it is run.
 *
 * Contract with a suite: it is started with MEMORY_LENS_RESULT_FILE in its environment and writes
 * `{ "passed": number, "failed": number, "notCovered"?: string[], "problems"?: string[] }` there. scripts/mochaReporter.cjs does so for
 * mocha, in any process that mocha runs in. A suite that ends without it, with a failing exit code, or not in time has failed.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { withWritableHome } from './home.mjs';
import { inProject, projectRoot } from './paths.mjs';
import { run } from './processes.mjs';

/**
 * @typedef {object} Suite
 * @property {string} name
 * @property {number} timeoutMs for the whole suite
 * @property {boolean} [editor] needs a real VS Code and a browser
 * @property {string} [script] run by the TypeScript-capable Node in place of mocha
 * @property {string} [spec] mocha's test files
 * @property {readonly string[]} [mochaArgs]
 *
 * @typedef {object} SuiteResult
 * @property {number} passed
 * @property {number} failed
 * @property {readonly string[]} notCovered
 * @property {readonly string[]} problems what failed, and why
 */

const minuteMs = 60_000;
const twoProcesses = ['--parallel', '--jobs', '2'];

/** @type {readonly Suite[]} in the order in which they run: quick ones first */
export const suites = [
  { name: 'check', script: 'scripts/check.mjs', timeoutMs: 15 * minuteMs },
  { name: 'unit', spec: 'test/unit/**/*.test.ts', timeoutMs: 10 * minuteMs, mochaArgs: twoProcesses },
  { name: 'tooling', spec: 'test/tooling/**/*.test.ts', timeoutMs: 5 * minuteMs, editor: true },
  { name: 'cli', spec: 'test/cli/**/*.test.ts', timeoutMs: 15 * minuteMs, mochaArgs: twoProcesses },
  { name: 'engines', spec: 'test/engines/**/*.test.ts', timeoutMs: 30 * minuteMs, mochaArgs: twoProcesses },
  { name: 'native', spec: 'test/native/**/*.test.ts', timeoutMs: 15 * minuteMs },
  { name: 'probe', spec: 'test/probe/**/*.test.ts', timeoutMs: 30 * minuteMs, mochaArgs: twoProcesses },
  { name: 'advice', spec: 'test/advice/**/*.test.ts', timeoutMs: 10 * minuteMs, mochaArgs: twoProcesses },
  { name: 'fuzz', spec: 'test/fuzz/**/*.test.ts', timeoutMs: 10 * minuteMs },
  { name: 'conformance', spec: 'test/conformance/**/*.test.ts', timeoutMs: 15 * minuteMs },
  { name: 'webview', spec: 'test/webview/**/*.test.ts', timeoutMs: 10 * minuteMs, editor: true },
  { name: 'host', script: 'test/host/run.mjs', timeoutMs: 15 * minuteMs, editor: true },
  { name: 'ui', spec: 'test/ui/**/*.test.ts', timeoutMs: 20 * minuteMs, editor: true },
];

/**
 * Runs one suite to its end, its output on the console; never rejects.
 * @param {Suite} suite
 * @param {string} node a Node that runs TypeScript
 * @param {readonly string[]} extraArgs for mocha
 * @returns {Promise<SuiteResult>}
 */
export async function runSuite(suite, node, extraArgs) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'memory-lens-test-'));
  const resultFile = path.join(folder, 'result.json');
  try {
    const env = { ...withWritableHome(process.env), MEMORY_LENS_RESULT_FILE: resultFile };
    const result = await run(node, suiteArgs(suite, extraArgs), { cwd: projectRoot, env, timeoutMs: suite.timeoutMs });
    return judge(suite, result, readCounts(resultFile));
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {Suite} suite
 * @param {readonly string[]} extraArgs
 */
function suiteArgs({ script, spec, mochaArgs = [] }, extraArgs) {
  if (script !== undefined) return [script, ...extraArgs];
  const reporter = inProject('scripts', 'mochaReporter.cjs');
  const mocha = inProject('node_modules', 'mocha', 'bin', 'mocha.js');
  return [mocha, '--reporter', reporter, '--forbid-only', '--timeout', '60000', ...mochaArgs, ...extraArgs, String(spec)];
}

/**
 * @param {Suite} suite
 * @param {import('./processes.mjs').RunResult} result
 * @param {SuiteResult | undefined} counts
 * @returns {SuiteResult}
 */
function judge(suite, result, counts) {
  const { passed = 0, failed = 0, notCovered = [], problems = [] } = counts ?? {};
  /** @param {string} problem */
  const broken = (problem) => ({ passed, failed: failed + 1, notCovered, problems: [...problems, problem] });
  if (result.timedOut) return broken(`not done after ${suite.timeoutMs / minuteMs} minutes, so it was killed`);
  if (counts === undefined) return broken(`ended with code ${result.code} and gave no result ${result.output}`);
  if (passed + failed === 0) return broken('ran no test');
  if (result.code !== 0 && failed === 0) return broken(`ended with code ${result.code} although no test failed`);
  return { passed, failed, notCovered, problems };
}

/**
 * @param {string} file
 * @returns {SuiteResult | undefined}
 */
function readCounts(file) {
  try {
    const { passed, failed, notCovered = [], problems = [] } = JSON.parse(fs.readFileSync(file, 'utf8'));
    if (!Number.isSafeInteger(passed) || !Number.isSafeInteger(failed)) return undefined;
    return { passed, failed, notCovered, problems };
  } catch {
    return undefined; // No file, or cut off: the suite crashed.
  }
}
