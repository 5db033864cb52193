/** Runs modules of CPython's own test suite with and without the probe, and compares what became of each test. */

import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { runPlainly, runProbed } from './probedRun.ts';
import type { Outcome } from './probedRun.ts';

/** Tests are run again that often where they differ: some fail now and then by themselves. */
const attemptCount = 3;
const timeoutMs = 15 * 60_000;

export interface SuiteComparison {
  readonly testCount: number;
  /** For each test that ended differently each time: `name: passed plainly, failed with the probe: why`. */
  readonly differences: readonly string[];
}

interface TestResult {
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly text: string;
}

interface SuiteRun {
  readonly tests: ReadonlyMap<string, TestResult>;
  /** Of the whole run where it gave no results. */
  readonly end: string;
}

/** Whether this Python has CPython's tests, or that module of them. */
export function hasTestSuite(executable: string, module = 'test_list'): boolean {
  const code = `import importlib.util, sys; sys.exit(importlib.util.find_spec("test.${module}") is None)`;
  return spawnSync(executable, ['-c', code], { stdio: 'ignore' }).status === 0;
}

/**
 * Compares the modules in one process each way.
 * @param asUserFiles copies of the modules are run, which are then the user's own files: their lines are counted and charged
 */
export async function compareSuite(executable: string, modules: readonly string[], asUserFiles = false): Promise<SuiteComparison> {
  let differing: string[] | undefined;
  let testCount = 0;
  for (let attempt = 0; attempt < attemptCount && differing?.length !== 0; attempt += 1) {
    const plain = await runSuite(executable, modules, asUserFiles, runPlainly);
    const probed = await runSuite(executable, modules, asUserFiles, (run) => runProbed(run));
    testCount = plain.tests.size;
    const found = compareRuns(plain, probed);
    const before: readonly string[] | undefined = differing;
    differing = found.filter((line) => before === undefined || before.some((other) => nameOf(other) === nameOf(line)));
  }
  return { testCount, differences: differing ?? [] };
}

function compareRuns(plain: SuiteRun, probed: SuiteRun): string[] {
  if (plain.end !== probed.end) return [`the whole run: ${plain.end} plainly, ${probed.end} with the probe`];
  return [...new Set([...plain.tests.keys(), ...probed.tests.keys()])].flatMap((name) => {
    const [before, after] = [plain.tests.get(name), probed.tests.get(name)];
    if (before?.outcome === after?.outcome) return [];
    const why = (after?.outcome === 'failed' ? after : before)?.text ?? '';
    return [`${name}: ${before?.outcome ?? 'not run'} plainly, ${after?.outcome ?? 'not run'} with the probe: ${why}`];
  });
}

function nameOf(difference: string): string {
  return difference.split(': ', 1)[0] ?? '';
}

async function runSuite(
  executable: string,
  modules: readonly string[],
  asUserFiles: boolean,
  start: (run: Parameters<typeof runPlainly>[0]) => Promise<Outcome>,
): Promise<SuiteRun> {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'memory-lens-test-')));
  const report = path.join(folder, 'report.xml');
  try {
    if (asUserFiles) copyModules(executable, modules, folder);
    const place = asUserFiles ? ['--testdir', folder] : [];
    const outcome = await start({
      executable,
      // In one process: those that it would start are not profiled.
      args: ['-m', 'test', '--junit-xml', report, ...place, ...modules],
      cwd: folder,
      env: { PYTHONHASHSEED: '1' },
      timeoutMs,
    });
    const tests = fs.existsSync(report) ? readReport(fs.readFileSync(report, 'utf8')) : new Map<string, TestResult>();
    const end = tests.size > 0 ? '' : `exit code ${outcome.code}, signal ${outcome.signal}, ${outcome.stderr.slice(-1000)}`;
    return { tests, end };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function copyModules(executable: string, modules: readonly string[], folder: string): void {
  const code = 'import os, test; print(os.path.dirname(test.__file__))';
  const source = execFileSync(executable, ['-c', code], { encoding: 'utf8' }).trim();
  for (const module of modules) fs.copyFileSync(path.join(source, `${module}.py`), path.join(folder, `${module}.py`));
}

function readReport(xml: string): Map<string, TestResult> {
  const tests = new Map<string, TestResult>();
  for (const [, name = '', empty, body = ''] of xml.matchAll(/<testcase name="([^"]*)"[^>]*?(?:(\/)>|>([\s\S]*?)<\/testcase>)/g)) {
    const text = body.replace(/<[^>]*>/g, ' ').trim();
    const outcome = /<(failure|error)\b/.test(body) ? 'failed' : empty === undefined && /<skipped\b/.test(body) ? 'skipped' : 'passed';
    // A module that is run for several classes names its tests twice: the worst counts.
    if (tests.get(name)?.outcome !== 'failed') tests.set(name, { outcome, text: text.slice(-1500) });
  }
  return tests;
}
