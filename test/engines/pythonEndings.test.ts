/** However a Python program ends, what ran until then is in the profile, and nothing of the run is left behind. */

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import type { MemoryProfile } from '../../src/core/profile.ts';
import { profileSums } from '../../src/core/profileSums.ts';
import type { ProfileUpdate } from '../../src/engines/engine.ts';
import { testPythons } from '../runtimes.ts';
import { lineOf, profileProgram, profileUntilStopped, type TestRun } from './profiling.ts';
import { createProgramFolder, isRunning, nextMs, type ProgramFolder } from './programFolder.ts';

const mebibyte = 1_048_576;
/** 8,000,056 bytes on line 1, alive to the end; 24 bytes of header and 1,000,000 in each of the ten on line 2. */
const keeps = 'kept = [1] * 1_000_000\nsmall = [bytes(1_000_000) for _ in range(10)]\n';
const announces = "print('ready', flush=True)\n";

for (const { name: pythonName, executable } of testPythons()) {
  describe(`the profile on ${pythonName}`, function () {
    this.timeout(60_000);
    let folder: ProgramFolder;
    beforeEach(() => (folder = createProgramFolder()));
    afterEach(() => folder.remove());

    async function profiled(name: string, code: string, signal?: NodeJS.Signals): Promise<TestRun> {
      let pid = 0;
      const run = await profileProgram(folder.write(name, code), {
        runtimePath: executable,
        onStart: (started) => (pid = started),
        onOutput: () => {
          if (signal !== undefined) setTimeout(() => process.kill(pid, signal), 100);
        },
      });
      assert.equal(isRunning(pid), false);
      return run;
    }

    it('is whole when the program ends by itself, exits or fails', async () => {
      const cases: readonly [string, string, number, RegExp | undefined][] = [
        ['end.py', '', 0, undefined],
        ['exits.py', 'import sys\nsys.exit(3)', 3, undefined],
        ['exitsWithText.py', "raise SystemExit('no more')", 1, undefined],
        ['fails.py', "raise ValueError('mine')", 1, /^ValueError: mine$/],
        ['failsLater.py', 'def fail():\n    None.x\nfail()', 1, /^AttributeError: /],
        ['exitsAtOnce.py', 'import os\nos._exit(4)', 4, undefined],
        ['memoryError.py', 'bytearray(1 << 60)', 1, /^MemoryError/],
      ];
      for (const [name, code, exitCode, error] of cases) {
        const { profile, stderr } = await profiled(name, `${keeps}${code}\n`);
        assert.equal(profile.exit.code, exitCode, `${name}: ${stderr}`);
        if (error === undefined) assert.equal(profile.exit.error, undefined, name);
        else assert.match(profile.exit.error ?? '', error);
        expectKept(profile, name);
        const didNotEnd = profile.engine.notes.some((note) => note.includes('did not end by itself'));
        assert.equal(didNotEnd, name === 'exitsAtOnce.py', name);
      }
    });

    it('tells what ran, and what was alive, when a signal ends the program, waiting or busy', async () => {
      for (const signal of ['SIGTERM', 'SIGKILL', 'SIGABRT'] as const) {
        for (const [name, code] of [
          ['waits.py', 'import time\ntime.sleep(100)\n'],
          ['spins.py', 'while True: pass\n'],
        ] as const) {
          const { profile } = await profiled(name, `${keeps}${announces}${code}`, signal);
          assert.equal(profile.exit.signal, signal);
          assert.match(profile.exit.error ?? '', new RegExp(signal));
          expectKept(profile, name);
        }
      }
    });

    it('is whole after Ctrl+C, which Python takes for an error', async () => {
      const { profile, stderr } = await profiled('waits.py', `${keeps}${announces}import time\ntime.sleep(100)\n`, 'SIGINT');
      assert.match(stderr, /KeyboardInterrupt/);
      assert.match(profile.exit.error ?? '', /^KeyboardInterrupt/);
      expectKept(profile, 'waits.py');
    });

    it('shows the line that ran out of memory, under a limit and by the system', async () => {
      const grows = 'held = []\nwhile True:\n    held.append(bytes(1_000_000))\n';
      const limit = 'import resource; resource.setrlimit(resource.RLIMIT_AS, (400_000_000, 400_000_000))\n';
      const limited = await profiled('limited.py', `${limit}${grows}`);
      assert.equal(limited.profile.exit.code, 1);
      // What memory is left may not be enough to say why it ends.
      assert.match(limited.profile.exit.error ?? 'MemoryError', /^MemoryError/);
      const line = lineOf(limited.profile, 'limited.py', 4);
      assert.ok((line?.peakBytes ?? 0) > 50 * mebibyte, `peak ${line?.peakBytes}`);
      // As the system's out-of-memory killer does.
      const kills =
        'import os\nheld = []\nwhile True:\n    held.append(bytes(1_000_000))\n    if len(held) == 100: os.kill(os.getpid(), 9)\n';
      const killed = await profiled('killed.py', kills);
      assert.equal(killed.profile.exit.signal, 'SIGKILL');
      assert.match(killed.profile.exit.error ?? '', /SIGKILL, as the system does when memory runs out/);
      assertNear(lineOf(killed.profile, 'killed.py', 4)?.liveBytes, 100 * 1_000_033, 0.01, 'live');
    });

    it('is there when it is stopped, waiting, busy or unwilling', async () => {
      for (const [name, code] of [
        ['waits.py', `${keeps}${announces}import time\ntime.sleep(100)\n`],
        ['spins.py', `${keeps}${announces}while True: pass\n`],
        ['stubborn.py', `${keeps}import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n${announces}while True: pass\n`],
      ] as const) {
        const profile = await profileUntilStopped(folder.write(name, code), executable, 50);
        assert.equal(profile.exit.error, undefined);
        expectKept(profile, name);
      }
    });

    it('can be watched while the program runs', async () => {
      const code = `${keeps}import time\nmore = []\nfor _ in range(50):\n    more.append(bytes(100_000))\n    time.sleep(0.02)\n`;
      const updates: ProfileUpdate[] = [];
      const { profile } = await profileProgram(
        folder.write('grows.py', code),
        { runtimePath: executable },
        { onUpdate: (update) => updates.push(update) },
      );
      const live = updates.flatMap((update) => (update.profile === undefined ? [] : [update.profile]));
      assert.ok(live.length >= 2, `${live.length} live profiles`);
      const growth = live.map((one) => lineOf(one, 'grows.py', 6)?.liveBytes ?? 0);
      assert.ok(growth[0]! < growth.at(-1)! && growth.at(-1)! <= 50 * 100_033 + 4096, growth.join(' '));
      for (const one of live) for (const sum of profileSums(one)) assert.ok(sum.holds, sum.metric);
      const { timeline, totals } = profile;
      assert.ok(timeline.atMs.length > 30, `${timeline.atMs.length} points`);
      assert.ok(Math.max(...timeline.heapUsedBytes) > 20 * mebibyte);
      assert.ok(Math.max(...timeline.rssBytes) > 20 * mebibyte);
      assert.ok(totals.peakAtMs > profile.durationMs / 2, `peak at ${totals.peakAtMs} of ${profile.durationMs} ms`);
    });
  });
}

describe('a run of a Python program', () => {
  it('shows resident memory that no line explains as such', async function () {
    this.timeout(20_000);
    const folder = createProgramFolder();
    const code = 'import mmap, time\nm = mmap.mmap(-1, 100_000_000)\nfor at in range(0, 100_000_000, 4096): m[at] = 1\ntime.sleep(0.1)\n';
    try {
      const { profile } = await profileProgram(folder.write('maps.py', code), { runtimePath: testPythons().at(-1)!.executable });
      const { unattributedRssBytes = 0, peakRssBytes } = profile.totals;
      assert.ok(peakRssBytes > 100_000_000, `${peakRssBytes}`);
      // The recorder's own memory is taken off as a whole, though not all of it is resident.
      assert.ok(unattributedRssBytes > 60_000_000 && unattributedRssBytes < 110_000_000, `${unattributedRssBytes}`);
      assert.ok(profile.engine.notes.some((note) => note.includes('explained by no line')));
    } finally {
      folder.remove();
    }
  });

  it('leaves no file and no process behind', async function () {
    this.timeout(20_000);
    const folder = createProgramFolder();
    const temporary = createProgramFolder();
    const before = process.env['TMPDIR'];
    const { executable } = testPythons().at(-1)!;
    let listening: string[] = [];
    try {
      process.env['TMPDIR'] = temporary.path;
      await profileProgram(folder.write('program.py', `import time\n${announces}time.sleep(0.3)\n`), {
        runtimePath: executable,
        onOutput: () => void nextMs(50).then(() => (listening = fs.readdirSync(temporary.path))),
      });
      assert.equal(listening.length, 1);
      assert.deepEqual(fs.readdirSync(temporary.path), []);
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
      folder.remove();
      temporary.remove();
    }
  });
});

function expectKept(profile: MemoryProfile, name: string): void {
  assertNear(lineOf(profile, name, 1)?.liveBytes, 8_000_056, 0.01, `${name}: live of line 1`);
  assertNear(lineOf(profile, name, 2)?.liveBytes, 10 * 1_000_033, 0.01, `${name}: live of line 2`);
  assertNear(lineOf(profile, name, 1)?.netBytes, 8_000_056, 0.01, `${name}: increment of line 1`);
  for (const sum of profileSums(profile)) assert.ok(sum.holds, `${name}: ${sum.metric}`);
}

function assertNear(found: number | undefined, expected: number, toleranceRatio: number, what: string): void {
  assert.ok(found !== undefined && Math.abs(found - expected) <= expected * toleranceRatio, `${what} should be ${expected}, is ${found}`);
}
