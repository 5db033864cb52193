import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseProfile } from '../../src/core/decodeProfile.ts';
import { profileSums } from '../../src/core/profileSums.ts';
import { cliFile, createTestFolder, runCli, type CliResult, type TestFolder } from './commandLine.ts';

const kept = 'globalThis.kept = new Array(1_000_000).fill(1);\n';

describe('memory-lens run', () => {
  let folder: TestFolder;
  beforeEach(() => (folder = createTestFolder()));
  afterEach(() => folder.remove());

  const run = (code: string, args: readonly string[] = [], programArgs: readonly string[] = []): Promise<CliResult> =>
    runCli(['run', ...args, folder.write('program.js', code), ...programArgs], { cwd: folder.path });

  it('prints the annotated source to standard error when the program is done', async () => {
    const { status, stdout, stderr } = await run(`const name = 'x';\n${kept}console.log(name);\n`);
    assert.equal(status, 0);
    assert.equal(stdout, 'x\n');
    assert.match(stderr, /^\nMemory Lens: program\.js\nnode \d+\.\d+\.\d+ · ran for /);
    const row = stderr.split('\n').find((line) => line.includes('new Array(1_000_000)')) ?? '';
    // A million elements of eight bytes are 7.63 MiB, all of them alive; 5 % more or less is what the engine promises.
    assert.match(row, /^ {3}2 {2,}(7\.[3-9]|8\.0) MiB {2,}(7\.[3-9]|8\.0) MiB .* 1 {2}█+░* +│ globalThis\.kept = /);
  });

  it('passes arguments, standard input, output and error through untouched', async () => {
    const code = `
      process.stderr.write('to standard error');
      process.stdout.write(JSON.stringify(process.argv.slice(2)) + '\\n');
      process.stdin.on('data', (chunk) => process.stdout.write(chunk.toString('hex')));`;
    const input = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
    const programArgs = ['--json', 'x y', '', '-m', '--', '"$HOME"', 'żółć', '*'];
    const file = folder.write('program.js', code);
    const { status, stdout, stderr } = await runCli(['run', '--quiet', file, ...programArgs], { input });
    assert.equal(status, 0);
    assert.equal(stdout, `${JSON.stringify(programArgs)}\n${input.toString('hex')}`);
    assert.equal(stderr, 'to standard error');
  });

  it('passes 100 MB of output on, byte for byte', async () => {
    const code = `
      const chunk = Buffer.from(Array.from({ length: 100_000 }, (_, i) => 32 + (i % 90)));
      let left = 1000;
      const write = () => { while (left-- > 0) if (!process.stdout.write(chunk)) return process.stdout.once('drain', write); };
      write();`;
    const { status, stdout } = await run(code, ['--quiet']);
    assert.equal(status, 0);
    assert.equal(stdout.length, 100_000_000);
    const line = Buffer.from(Array.from({ length: 100_000 }, (_, i) => 32 + (i % 90))).toString();
    assert.equal(createHash('sha256').update(stdout).digest('hex'), createHash('sha256').update(line.repeat(1000)).digest('hex'));
  }).timeout(120_000);

  it('leaves streams that block as they are, for programs that write and read in one go', async () => {
    const code = `
      const fs = require('node:fs');
      const input = fs.readFileSync(0, 'utf8');
      const text = Buffer.alloc(4_000_000, 'x');
      let written = 0;
      while (written < text.length) written += fs.writeSync(1, text, written);
      fs.writeSync(2, String(input.length));`;
    // The input comes late and the output is read late, so both pipes have to wait.
    const file = folder.write('program.js', code);
    const child = spawn(process.execPath, [cliFile, 'run', '--quiet', file], { stdio: 'pipe' });
    let [received, errors] = [0, ''];
    setTimeout(() => child.stdin.end('y'.repeat(1000)), 700);
    setTimeout(() => child.stdout.on('data', (chunk: Buffer) => (received += chunk.length)), 1200);
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    const status = await new Promise((settle) => child.once('close', settle));
    assert.deepEqual([status, received, errors], [0, 4_000_000, '1000']);
  });

  it('ends with the status of the program', async () => {
    const statuses: Record<string, number | null> = {};
    for (const [name, code] of Object.entries({
      exit: 'process.exit(7)',
      exitCode: 'process.exitCode = 3',
      uncaught: "throw new Error('boom')",
      rejected: "Promise.reject(new Error('boom'))",
      killed: "process.kill(process.pid, 'SIGKILL')",
      terminated: "process.kill(process.pid, 'SIGTERM'); setTimeout(() => {}, 10_000)",
    })) {
      statuses[name] = (await run(code)).status;
    }
    assert.deepEqual(statuses, { exit: 7, exitCode: 3, uncaught: 1, rejected: 1, killed: 137, terminated: 143 });
  });

  it('gives the profile of what ran when the program fails, with its error', async () => {
    const { stderr } = await run(`${kept}throw new RangeError('boom');\n`);
    assert.match(stderr, /RangeError: boom\n {4}at /);
    assert.match(stderr, /^ {3}1 {2,}(7\.[3-9]|8\.0) MiB /m);
    assert.match(stderr, /The program ended with exit status 1: .*boom/);
    assert.ok(stderr.indexOf('RangeError: boom') < stderr.indexOf('Memory Lens:'), "the program's own output comes first");
  });

  it('writes the profile with --json, and its sums hold', async () => {
    const output = join(folder.path, 'out put.json');
    const { status, stderr } = await run(kept, ['--json', output, '--quiet'], ['one', 'two']);
    assert.equal(status, 0);
    assert.equal(stderr, '');
    const profile = parseProfile(readFileSync(output, 'utf8'), output);
    assert.deepEqual(profile.program.args, ['one', 'two']);
    assert.equal(profile.program.file, join(folder.path, 'program.js'));
    assert.equal(profile.program.cwd, folder.path);
    assert.deepEqual(profile.exit, { code: 0, signal: null, stopped: false });
    assert.ok(
      profileSums(profile).every((sum) => sum.holds),
      JSON.stringify(profileSums(profile)),
    );
  });

  it('prints nothing but the profile to standard output with --json -', async () => {
    const { status, stdout, stderr } = await run(`console.log('from the program');${kept}`, ['--json', '-']);
    assert.equal(status, 0);
    assert.ok(parseProfile(stdout, 'standard output').totals.liveBytes > 7_000_000);
    assert.match(stderr, /from the program/);
    assert.match(stderr, /Memory Lens: program\.js/);
    const quiet = await run("console.log('from the program')", ['--json', '-', '--quiet']);
    assert.equal(quiet.stderr, 'from the program\n');
    parseProfile(quiet.stdout, 'standard output');
  });

  it('fails a broken budget with 1, unless the program itself failed', async () => {
    const broken = await run(kept, ['--quiet', '--fail-above', '4MiB']);
    assert.equal(broken.status, 1);
    assert.match(broken.stderr, /the peak of \d+\.\d MiB is above the budget of 4\.0 MiB/);
    assert.equal((await run(kept, ['--quiet', '--fail-above', '1GiB'])).status, 0);
    assert.equal((await run(`${kept}process.exitCode = 9;`, ['--quiet', '--fail-above', '4MiB'])).status, 9);
  });

  it('leaves quieter lines out with --min-bytes', async () => {
    const { stderr } = await run(`globalThis.small = { x: 1 };\n${kept}`, ['--min-bytes', '1MiB']);
    assert.match(stderr, /│ globalThis\.kept/);
    assert.doesNotMatch(stderr, /│ globalThis\.small/);
  });

  it('samples at the interval that it is given', async () => {
    const { stderr } = await run(kept, ['--interval', '64KiB']);
    assert.match(stderr, /sampled every 64\.0 KiB on average/);
  });

  it('runs children of the program unharmed', async () => {
    const code = `
      const { execFileSync } = require('node:child_process');
      const { Worker } = require('node:worker_threads');
      console.log(execFileSync(process.execPath, ['-e', 'console.log(6 * 7, Object.keys(process.env).some((name) => /memory.?lens/i.test(name)))']).toString());
      new Worker('console.log("worker")', { eval: true }).on('exit', (code) => console.log('exit', code));`;
    const { status, stdout } = await run(code, ['--quiet']);
    assert.equal(status, 0);
    assert.match(stdout, /^42 \w+$/m);
    assert.match(stdout, /^worker\n/m);
    assert.match(stdout, /^exit 0$/m);
  });

  it('needs neither the source after the start nor the working directory', async () => {
    const code = `require('node:fs').unlinkSync(__filename); process.chdir('/'); ${kept}`;
    const { status, stderr } = await run(code);
    assert.equal(status, 0);
    assert.match(stderr, /its source as it was run is not at hand/);
  });

  it('gives the status and output that plain node gives, error reports included, and runs all of TypeScript', async () => {
    const file = folder.write(
      'typed.mts',
      'enum Size { Small = 3 }\nconst sizes: Size[] = [Size.Small];\nconsole.log(sizes.join());\nprocess.exitCode = 4;\n',
    );
    const { status, stdout } = await runCli(['run', '--quiet', file]);
    assert.equal(stdout, '3\n');
    assert.equal(status, 4);
    const plain = folder.write(
      'plain.js',
      "console.log(process.argv.length, require.main === module, __filename); console.error('x'); process.exit(5)",
    );
    const byNode = spawnSync(process.execPath, [plain, 'a'], { encoding: 'utf8' });
    const byUs = await runCli(['run', '--quiet', '--node', process.execPath, plain, 'a']);
    assert.deepEqual([byUs.status, byUs.stdout, byUs.stderr], [byNode.status, byNode.stdout, byNode.stderr]);
  });
});
