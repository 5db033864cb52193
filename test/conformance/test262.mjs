/**
 * `npm run test262`: runs test262's language and built-ins folders, each test as it is and rewritten, and lists every difference.
 * TEST262_DIR names a checkout of https://github.com/tc39/test262. Options: `--every N` runs each N-th test, `--from M` starting at
 * the M-th, `--only TEXT` those whose path contains it.
 */
import { fork } from 'node:child_process';
import * as fs from 'node:fs';
import { availableParallelism } from 'node:os';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const testsOfProcess = 2000;
const longestTestMs = 20_000;
const worker = fileURLToPath(new URL('test262/worker.mjs', import.meta.url));

process.exitCode = await main();

async function main() {
  const folder = process.env['TEST262_DIR'];
  if (folder === undefined || !fs.existsSync(path.join(folder, 'harness'))) {
    console.error('Set TEST262_DIR to a checkout of https://github.com/tc39/test262 (git clone --depth 1).');
    return 2;
  }
  const { values } = parseArgs({
    options: { every: { type: 'string', default: '1' }, from: { type: 'string', default: '0' }, only: { type: 'string', default: '' } },
  });
  const files = listTests(path.resolve(folder)).filter((file) => file.includes(values.only));
  const chosen = files.filter((_, index) => index % Number(values.every) === Number(values.from));
  console.log(`${chosen.length} of ${files.length} tests`);
  const total = { tests: 0, runs: 0, passed: 0, markers: 0, differing: 0, stuck: 0 };
  const queue = chosen.values();
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, () => work(path.resolve(folder), queue, total)));
  console.log(
    `${total.tests} tests in ${total.runs} runs: ${total.passed} pass as they are, ${total.markers} markers, ` +
      `${total.differing} differ, ${total.stuck} never ended`,
  );
  return total.differing === 0 ? 0 : 1;
}

/** @param {string} folder */
function listTests(folder) {
  return ['language', 'built-ins'].flatMap((part) =>
    fs
      .readdirSync(path.join(folder, 'test', part), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.js') && !name.includes('_FIXTURE'))
      .sort()
      .map((name) => path.join(folder, 'test', part, name)),
  );
}

/**
 * Takes tests from the queue until it is empty, in one process after another.
 * @param {string} folder
 * @param {Iterator<string>} queue
 * @param {{ tests: number, runs: number, passed: number, markers: number, differing: number, stuck: number }} total
 */
async function work(folder, queue, total) {
  let child;
  let left = 0;
  for (let next = queue.next(); !next.done; next = queue.next()) {
    if (child === undefined || left-- === 0) {
      child?.kill('SIGKILL');
      child = fork(worker, [folder], { execArgv: ['--experimental-vm-modules', '--no-warnings', '--max-old-space-size=1500'] });
      left = testsOfProcess;
    }
    const goesOn = report(path.relative(folder, next.value), await runIn(child, next.value), total);
    if (goesOn) continue;
    child.kill('SIGKILL');
    child = undefined;
  }
  child?.kill('SIGKILL');
}

/**
 * @param {string} name
 * @param {any} result undefined: the process ended or hung
 * @param {{ tests: number, runs: number, passed: number, markers: number, differing: number, stuck: number }} total
 * @returns {boolean} whether the process can go on
 */
function report(name, result, total) {
  if (result === undefined) {
    total.tests += 1;
    total.stuck += 1;
    console.log(`${name}: never ended, or ended the process`);
    return false;
  }
  total.tests += 1;
  if (result.broken !== undefined) {
    total.differing += 1;
    console.log(`${name}: ${result.broken}`);
    return true;
  }
  total.runs += result.runs;
  total.passed += result.passed;
  total.markers += result.markers;
  for (const { mode, expected, actual } of result.differences) {
    total.differing += 1;
    console.log(`${name} (${mode})\n  as it is:  ${expected}\n  rewritten: ${actual}`);
  }
  return true;
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {string} file
 * @returns {Promise<unknown>}
 */
function runIn(child, file) {
  return new Promise((done) => {
    const timer = setTimeout(() => finish(undefined), longestTestMs);
    /** @param {unknown} result */
    const finish = (result) => {
      clearTimeout(timer);
      child.off('message', finish);
      child.off('exit', onExit);
      done(result);
    };
    const onExit = () => finish(undefined);
    child.once('message', finish);
    child.once('exit', onExit);
    child.send(file);
  });
}
