/**
 * Large real packages give the same output, byte for byte, rewritten as not.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { detectFormat } from '../../src/agent/transform/detectFormat.ts';
import { instrument } from '../../src/agent/transform/instrument.ts';
import { jobs, type Job } from './packages/jobs.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const jobFolder = fileURLToPath(new URL('packages', import.meta.url));
const runner = path.join(jobFolder, 'runJob.mjs');
const run = promisify(execFile);

describe('real packages', () => {
  // Inside the project, so that what is not copied is found where it is installed.
  const folder = path.join(project, '.runtimes', `conformance-${process.pid}`);
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  for (const [index, job] of jobs.entries()) {
    it(`give the same rewritten as not: ${job.name}`, async function () {
      this.timeout(240_000);
      const plain = path.join(folder, `${index}-plain`);
      const rewritten = path.join(folder, `${index}-rewritten`);
      copyPackages(job, plain, (source) => source);
      let siteCount = 0;
      let counterCount = 0;
      copyPackages(job, rewritten, (source, file) => {
        const format = detectFormat(source, file, packageTypeOf(file));
        const result = instrument({ source, path: file, format, firstSiteId: siteCount, firstCounterId: counterCount });
        siteCount += result.siteCount;
        counterCount += result.counterCount;
        return result.code;
      });
      const [expected, actual] = [await runJob(plain, job), await runJob(rewritten, job)];
      assert.ok(expected.output.length > 100_000, `the job gives only ${expected.output.length} characters`);
      assert.ok(siteCount > 100, `only ${siteCount} markers`);
      assert.equal(firstDifference(expected.output, actual.output), undefined);
      console.log(
        `      ${siteCount} markers, ${counterCount} counters, ${expected.output.length} characters; ${expected.tookMs} ms as it is, ${actual.tookMs} ms rewritten`,
      );
    });
  }
});

/** Copies the named files of the packages, changed, and of these packages all else that is small, as it is. */
function copyPackages(job: Job, folder: string, change: (source: string, file: string) => string): void {
  for (const [name, ends] of Object.entries(job.packages)) {
    const from = path.join(project, 'node_modules', name);
    for (const file of fs.readdirSync(from, { recursive: true, encoding: 'utf8' })) {
      const source = path.join(from, file);
      const target = path.join(folder, 'node_modules', name, file);
      const isChanged = ends.some((end) => file.replaceAll(path.sep, '/').endsWith(end));
      if (!isChanged && !/\.(?:[cm]?js|json)$/.test(file)) continue;
      if (!fs.statSync(source).isFile() || (!isChanged && fs.statSync(source).size > 500_000)) continue;
      fs.mkdirSync(path.dirname(target), { recursive: true });
      fs.writeFileSync(target, isChanged ? change(fs.readFileSync(source, 'utf8'), source) : fs.readFileSync(source));
    }
  }
  for (const file of [job.file, 'inputs.mjs']) fs.copyFileSync(path.join(jobFolder, file), path.join(folder, file));
}

function packageTypeOf(file: string): string | undefined {
  for (let folder = path.dirname(file); folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const description = path.join(folder, 'package.json');
    if (fs.existsSync(description)) return (JSON.parse(fs.readFileSync(description, 'utf8')) as { type?: string }).type ?? 'commonjs';
  }
  return undefined;
}

async function runJob(folder: string, { name, file }: Job): Promise<{ output: string; tookMs: number }> {
  const output = path.join(folder, 'output.txt');
  const { stdout } = await run(process.execPath, ['--stack-size=4000', runner, path.join(folder, file), project, output]);
  assert.ok(fs.existsSync(output), `${name} gave nothing`);
  return { output: fs.readFileSync(output, 'utf8'), tookMs: Number(stdout) };
}

/** Where two texts begin to differ, with what stands there. */
function firstDifference(expected: string, actual: string): string | undefined {
  if (expected === actual) return undefined;
  let at = 0;
  while (at < expected.length && expected[at] === actual[at]) at += 1;
  return `at ${at}: ${JSON.stringify(expected.slice(at - 60, at + 80))} became ${JSON.stringify(actual.slice(at - 60, at + 80))}`;
}
