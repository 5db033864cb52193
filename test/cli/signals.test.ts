import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseProfile } from '../../src/core/decodeProfile.ts';
import type { MemoryProfile } from '../../src/core/profile.ts';
import { createTestFolder, isRunning, runCli, type CliResult, type TestFolder } from './commandLine.ts';

const announce = "globalThis.kept = new Array(1_000_000).fill(1);\nprocess.stdout.write('pid ' + process.pid + '\\n');\n";
const forever = 'setInterval(() => {}, 1000);\n';

interface Interrupted extends CliResult {
  readonly pid: number;
  readonly profile: MemoryProfile;
}

describe('a signal to memory-lens run', function () {
  // Its figures are sampled, now and then off by more than three standard errors, but not again and again.
  this.retries(2);
  let folder: TestFolder;
  beforeEach(() => (folder = createTestFolder()));
  afterEach(() => folder.remove());

  /** Runs a program and, once it has said its process id and has had a moment, sends signals to the command line, one after another. */
  async function interrupt(code: string, signals: readonly NodeJS.Signals[], pauseMs = 400): Promise<Interrupted> {
    const output = join(folder.path, 'profile.json');
    let sent = false;
    const send = (child: ChildProcess): void => {
      if (sent) return;
      sent = true;
      signals.forEach((signal, index) => setTimeout(() => child.kill(signal), pauseMs * (index + 1)));
    };
    const result = await runCli(['run', '--json', output, folder.write('program.js', announce + code)], {
      cwd: folder.path,
      onOutput: (child, stdout) => {
        if (stdout.includes('\n')) send(child);
      },
    });
    const pid = Number(/^pid (\d+)/.exec(result.stdout)?.[1]);
    assert.ok(pid > 0, result.stderr);
    assert.equal(isRunning(pid), false, 'the program has ended');
    return { ...result, pid, profile: parseProfile(readFileSync(output, 'utf8'), output) };
  }

  it('that interrupts it ends the program, and the profile of what ran is printed', async () => {
    const { status, stderr, profile } = await interrupt(forever, ['SIGINT']);
    assert.equal(status, 130);
    assert.match(stderr, /Memory Lens: program\.js/);
    assert.match(stderr, /^ {3}1 {2,}(7\.[3-9]|8\.0) MiB /m);
    assert.match(stderr, /was ended by SIGINT\.\n$/);
    assert.equal(profile.exit.signal, 'SIGINT');
  });

  it('that interrupts it is left to a program that handles it', async () => {
    const { status, stdout, profile } = await interrupt(
      `process.on('SIGINT', () => { console.log('bye'); process.exit(5); });\n${forever}`,
      ['SIGINT'],
    );
    assert.equal(status, 5);
    assert.match(stdout, /bye/);
    assert.equal(profile.exit.stopped, false);
  });

  it('that interrupts it twice stops a program that ignores it', async () => {
    const { profile } = await interrupt(`process.on('SIGINT', () => {});\n${forever}`, ['SIGINT', 'SIGINT']);
    assert.equal(profile.exit.stopped, true);
    assert.ok(profile.totals.liveBytes > 7_000_000);
  });

  it('that terminates it stops the program, a busy one too', async () => {
    for (const code of [forever, 'for (;;) {}\n']) {
      const { status, stderr, profile } = await interrupt(code, ['SIGTERM']);
      assert.equal(status, 143, code);
      assert.equal(profile.exit.stopped, true);
      assert.match(stderr, /^ {3}1 {2,}(7\.[3-9]|8\.0) MiB /m);
    }
  });

  it('that terminates it ends even a program that ignores it', async () => {
    const { status, profile } = await interrupt(`process.on('SIGTERM', () => {});\n${forever}`, ['SIGTERM']);
    assert.equal(status, 137);
    assert.equal(profile.exit.stopped, true);
  });

  it('that says that the terminal is gone stops the program', async () => {
    const { profile } = await interrupt(forever, ['SIGHUP']);
    assert.equal(profile.exit.stopped, true);
  });
});
