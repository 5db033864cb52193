/** However a program ends, what ran until then is in the profile, and nothing of the run is left behind. */

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import type { LineProfile, MemoryProfile } from '../../src/core/profile.ts';
import { testRuntimes } from '../runtimes.ts';
import { lineOf, profileProgram, profileUntilStopped, type TestRun } from './profiling.ts';
import { createProgramFolder, isRunning, nextMs, type ProgramFolder } from './programFolder.ts';

const mebibyte = 1_048_576;
/** One large array of 8,000,000 bytes on line 1, and many small objects on line 2. */
const keeps =
  'globalThis.kept = new Array(1_000_000).fill(1);\nglobalThis.small = Array.from({ length: 50_000 }, (_, index) => ({ index }));\n';
const announces = "process.stdout.write('ready\\n');\n";

for (const { major, executable } of testRuntimes()) {
  describe(`the profile on Node ${major}`, function () {
    // Its figures are sampled, now and then off by more than three standard errors, but not again and again.
    this.retries(2);
    this.timeout(60_000);
    let folder: ProgramFolder;
    beforeEach(() => (folder = createProgramFolder()));
    afterEach(() => folder.remove());

    async function profiled(
      name: string,
      code: string,
      options: { signal?: NodeJS.Signals; runtimeArgs?: string[] } = {},
    ): Promise<TestRun> {
      const { signal, runtimeArgs = [] } = options;
      let pid = 0;
      const run = await profileProgram(folder.write(name, code), {
        runtimePath: executable,
        runtimeArgs,
        onStart: (started) => (pid = started),
        onOutput: () => {
          if (signal !== undefined) setTimeout(() => process.kill(pid, signal), 600);
        },
      });
      assert.equal(isRunning(pid), false);
      return run;
    }

    it('is whole when the program exits, fails or rejects', async () => {
      const cases: readonly [string, string, number, RegExp | undefined][] = [
        ['end.js', keeps, 0, undefined],
        ['exit.js', `${keeps}process.exit(3);`, 3, undefined],
        ['exit.mjs', `${keeps}await null; process.exit(4);`, 4, undefined],
        ['fails.js', `${keeps}throw new Error('mine');`, 1, /^Error: mine$/],
        ['fails.mjs', `${keeps}null.x;`, 1, /^TypeError: /],
        ['rejects.js', `${keeps}Promise.reject(new RangeError('no'));`, 1, /^RangeError: no$/],
        ['later.js', `${keeps}setTimeout(() => { throw 'text'; }, 5);`, 1, /text/],
        ['nameless.js', `${keeps}throw Object.create(null);`, 1, /^Uncaught object$/],
        ['proxy.js', `${keeps}throw new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw 1; } });`, 1, /^Uncaught object$/],
        ['words.js', `${keeps}throw { toString() { process.stdout.write('asked'); return ''; } };`, 1, /^Uncaught object$/],
        ['kills.js', `${keeps}process.kill(process.pid, 'SIGKILL'); setTimeout(() => {}, 1000);`, -1, undefined],
      ];
      for (const [name, code, exitCode, error] of cases) {
        const { profile, stderr } = await profiled(name, code);
        assert.equal(profile.exit.code ?? -1, exitCode, `${name}: ${stderr}`);
        if (error !== undefined) assert.match(profile.exit.error ?? '', error);
        assert.doesNotMatch(stderr, /debugger/, name);
        expectKept(profile, name);
      }
    });

    it('tells what ran, and what was alive at the last reading, when a signal ends the program', async () => {
      for (const signal of ['SIGTERM', 'SIGINT', 'SIGKILL', 'SIGABRT'] as const) {
        const name = `${signal}.js`;
        const { profile } = await profiled(name, `${keeps}${announces}setInterval(() => {}, 1000);\n`, { signal });
        assert.equal(profile.exit.signal, signal);
        assert.match(profile.exit.error ?? '', new RegExp(signal));
        expectKept(profile, name);
      }
    });

    it('tells what ran when a signal ends a busy loop', async () => {
      const { profile } = await profiled('busy.js', `${keeps}${announces}for (;;) Math.sqrt(2);\n`, { signal: 'SIGKILL' });
      assert.equal(profile.exit.signal, 'SIGKILL');
      expectKept(profile, 'busy.js');
    });

    it('shows the line that ran out of memory', async () => {
      const code =
        'const held = [];\nfor (let index = 0; ; index += 1) {\n  held.push({ index, text: [index, index, index, index] });\n}\n';
      const { profile } = await profiled('full.js', code, { runtimeArgs: ['--max-old-space-size=40'] });
      assert.equal(profile.exit.signal, 'SIGABRT');
      const line = lineOf(profile, 'full.js', 3);
      assert.ok((line?.allocatedBytes ?? 0) > 10 * mebibyte, `allocated ${line?.allocatedBytes}`);
      assert.ok((line?.liveBytes ?? 0) > 5 * mebibyte, `live ${line?.liveBytes}`);
      assert.ok((line?.peakBytes ?? 0) > 5 * mebibyte);
    });

    it('is there when it is stopped, waiting or busy', async () => {
      for (const [name, code] of [
        ['waits.js', `${keeps}${announces}setInterval(() => {}, 1000);\n`],
        ['spins.mjs', `${keeps}${announces}for (;;) Math.sqrt(2);\n`],
        ['stubborn.js', `process.on('SIGTERM', () => {});\n${keeps.split('\n')[0]}\n${announces}for (;;) Math.sqrt(2);\n`],
      ] as const) {
        const profile = await profileUntilStopped(folder.write(name, code), executable, 200);
        const line = lineOf(profile, name, name === 'stubborn.js' ? 2 : 1);
        assertNear(line?.liveBytes, 8_000_000, 0.1, `${name} live`);
      }
    });
  });
}

describe('a run', () => {
  it('leaves no file and no process behind', async () => {
    const folder = createProgramFolder();
    const temporary = createProgramFolder();
    const before = process.env['TMPDIR'];
    const { executable } = testRuntimes().at(-1)!;
    let listening = '';
    try {
      process.env['TMPDIR'] = temporary.path;
      const { profile } = await profileProgram(folder.write('program.js', `${announces}setTimeout(() => {}, 300);`), {
        runtimePath: executable,
        onStart: (pid) =>
          void nextMs(200).then(() => {
            assert.equal(fs.readdirSync(temporary.path).length, 1);
            listening = listeningPorts(pid);
          }),
      });
      assert.equal(profile.exit.code, 0);
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    }
    assert.equal(listening, 'none');
    assert.deepEqual(fs.readdirSync(temporary.path), []);
    assert.deepEqual(fs.readdirSync(folder.path), ['program.js']);
    folder.remove();
    temporary.remove();
  });
});

/** TCP sockets of a process that listen, by Linux's tables. */
function listeningPorts(pid: number): string {
  const sockets = new Set(
    fs.readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(fs.readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return []; // Closed meanwhile.
      }
    }),
  );
  const listening = ['tcp', 'tcp6'].flatMap((table) => {
    const rows = fs.readFileSync(`/proc/${pid}/net/${table}`, 'utf8').split('\n').slice(1);
    return rows.map((row) => row.trim().split(/\s+/)).filter((cells) => cells[3] === '0A' && sockets.has(cells[9] ?? ''));
  });
  return listening.length === 0 ? 'none' : listening.join('\n');
}

function expectKept(profile: MemoryProfile, name: string): void {
  const large = lineOf(profile, name, 1);
  const small = lineOf(profile, name, 2);
  assertNear(large?.allocatedBytes, 8_000_000, 0.1, `${name}: allocated on line 1`);
  assertNear(large?.liveBytes, 8_000_000, 0.1, `${name}: live on line 1`);
  assert.ok(bytes(small, 'allocatedBytes') > 1.4 * mebibyte, `${name}: allocated on line 2: ${small?.allocatedBytes}`);
  assert.ok(bytes(small, 'liveBytes') > 0.25 * mebibyte, `${name}: live on line 2: ${small?.liveBytes}`);
}

function bytes(line: LineProfile | undefined, figure: 'allocatedBytes' | 'liveBytes'): number {
  return line?.[figure] ?? 0;
}

function assertNear(actual: number | undefined, expected: number, ratio: number, what: string): void {
  assert.ok(actual !== undefined && Math.abs(actual - expected) <= ratio * expected, `${what} is ${actual}, not about ${expected}`);
}
