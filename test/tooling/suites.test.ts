/**
 * The test runner itself: a suite that breaks must never look like one that passed.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { run } from '../../scripts/processes.mjs';
import { runSuite } from '../../scripts/suites.mjs';

describe('running a suite', function () {
  this.timeout(30_000);
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'memory-lens-suites-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const runScript = (text: string, timeoutMs = 20_000) => {
    const script = path.join(folder, 'suite.mjs');
    writeFileSync(
      script,
      `import * as fs from 'node:fs';\nconst report = (counts) => fs.writeFileSync(process.env.MEMORY_LENS_RESULT_FILE, counts);\n${text}`,
    );
    return runSuite({ name: 'sample', script, timeoutMs }, process.execPath, []);
  };

  it('passes on the counts that the suite gave, and what failed', async () => {
    const result = await runScript(
      `report('{"passed":3,"failed":1,"notCovered":["Node 18"],"problems":["adds up"]}'); process.exitCode = 1;`,
    );
    assert.deepEqual(result, { passed: 3, failed: 1, notCovered: ['Node 18'], problems: ['adds up'] });
  });

  it('counts a suite that ends without a result as failed', async () => {
    const result = await runScript('');
    assert.equal(result.failed, 1);
    assert.match(String(result.problems), /gave no result/);
  });

  it('counts a result that was cut off as failed', async () => {
    const result = await runScript(`report('{"passed":3,');`);
    assert.deepEqual([result.passed, result.failed], [0, 1]);
  });

  it('counts a suite without a test as failed', async () => {
    const result = await runScript(`report('{"passed":0,"failed":0}');`);
    assert.equal(result.failed, 1);
    assert.match(String(result.problems), /ran no test/);
  });

  it('counts a suite that crashes after its tests passed as failed', async () => {
    const result = await runScript(`report('{"passed":3,"failed":0}'); process.kill(process.pid, 'SIGKILL');`);
    assert.deepEqual([result.passed, result.failed], [3, 1]);
  });

  it('ends a suite that hangs, with the processes that it started, and counts it as failed', async () => {
    const pidFile = path.join(folder, 'pid');
    const result = await runScript(
      `import { spawn } from 'node:child_process';
       const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
       fs.writeFileSync(${JSON.stringify(pidFile)}, String(child.pid));
       report('{"passed":3,"failed":0}');`,
      2000,
    );
    assert.equal(result.failed, 1);
    assert.match(String(result.problems), /killed/);
    assert.ok(existsSync(pidFile), 'the suite came as far as starting its child');
    await waitUntilGone(Number(readFileSync(pidFile, 'utf8')));
  });
});

describe('running a process', () => {
  it('gives the exit code and both streams', async () => {
    const result = await run(process.execPath, ['-e', 'console.log("out"); console.error("err"); process.exitCode = 3'], {
      output: 'capture',
    });
    assert.equal(result.code, 3);
    assert.match(result.output, /out/);
    assert.match(result.output, /err/);
  });

  it('tells a program that is not there from one that failed', async () => {
    const result = await run('/no/such/program', [], { output: 'capture' });
    assert.equal(result.code, 127);
    assert.match(result.output, /no\/such\/program/);
  });
});

/** A killed process stays visible until it has been reaped, so this may take a moment. */
async function waitUntilGone(pid: number): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt++) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(`process ${String(pid)} is still running`);
}
