/** However a program ends, why its memory is held is told, or why that could not be told; the rest of the profile is whole. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { MemoryProfile } from '../../src/core/profile.ts';
import { testRuntimes } from '../runtimes.ts';
import { lineOf, profileProgram, projectRoot, type TestRun } from './profiling.ts';
import { createProgramFolder, isRunning, type ProgramFolder } from './programFolder.ts';

const keeps = 'globalThis.kept = new Array(50_000).fill(1);\n';
const announces = "process.stdout.write('ready\\n');\n";

for (const { major, executable } of testRuntimes()) {
  describe(`an explained run on Node ${major}`, function () {
    this.timeout(60_000);
    let folder: ProgramFolder;
    beforeEach(() => (folder = createProgramFolder()));
    afterEach(() => folder.remove());

    it('is explained when it exits inside of functions, fails, or is stopped in a busy loop', async () => {
      const local = 'function work() {\n  const rows = new Array(60_000).fill(2);\n  END\n  return rows;\n}\nwork();\n';
      for (const [name, end, code] of [
        ['exits.js', 'process.exit(3);', 3],
        ['fails.js', "throw new Error('mine');", 1],
        ['spins.js', `${announces}  for (;;) Math.sqrt(rows.length);`, undefined],
      ] as const) {
        const { profile } = await run(folder.write(name, keeps + local.replace('END', end)), { stops: code === undefined });
        assert.equal(profile.exit.stopped, code === undefined, name);
        if (code !== undefined) assert.equal(profile.exit.code, code, name);
        assert.deepEqual(
          profile.globals?.map((global) => global.name),
          ['kept'],
          name,
        );
        if (name === 'fails.js') continue;
        // What a function that is still running holds is not the global's.
        const [holder] = profile.holders?.filter(({ at }) => at.line === 3) ?? [];
        assert.equal(holder?.rootKind, 'local', name);
        assert.equal(holder.path[0]?.text, 'a running function');
      }
    });

    async function run(file: string, { stops }: { stops: boolean }): Promise<TestRun> {
      const stop = new AbortController();
      const onOutput = (): void => {
        if (stops) setTimeout(() => stop.abort(), 200);
      };
      return await profileProgram(file, { runtimePath: executable, explain: true, onOutput }, { stop: stop.signal });
    }
  });
}

describe('an explained run', function () {
  this.timeout(60_000);
  const { executable } = testRuntimes().at(-1)!;
  let folder: ProgramFolder;
  let temporary: string;
  const before = process.env['TMPDIR'];
  beforeEach(() => {
    folder = createProgramFolder();
    temporary = path.join(folder.path, 'temporary');
    fs.mkdirSync(temporary);
    process.env['TMPDIR'] = temporary;
  });
  afterEach(() => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    folder.remove();
  });

  function assertUnexplained(profile: MemoryProfile, why: RegExp): void {
    const notes = profile.engine.notes.filter((note) => note.startsWith('Why memory is still held was not looked at'));
    assert.match(notes.join('\n'), why);
    assert.equal(profile.globals, undefined);
    assert.equal(profile.holders, undefined);
    assert.ok((lineOf(profile, 'program.js', 1)?.liveBytes ?? 0) > 390_000);
  }

  it('says so when its heap is larger than a snapshot is taken of', async () => {
    const file = folder.write('program.js', keeps);
    const { profile } = await profileProgram(file, { runtimePath: executable, explain: true, maxHeapSnapshotBytes: 1_048_576 });
    assert.equal(profile.exit.code, 0);
    assertUnexplained(profile, /: the heap has \d+(\.\d+)? MiB in use, .* is taken of 1\.0 MiB at most\. Let the program run on less data/);
  });

  it('says so when the snapshot can’t be written', async () => {
    const removes = `const fs = require('node:fs');\nfs.rmSync(${JSON.stringify(temporary)}, { recursive: true });\n`;
    const { profile } = await profileProgram(folder.write('program.js', keeps + removes), { runtimePath: executable, explain: true });
    assert.equal(profile.exit.code, 0);
    assertUnexplained(profile, /the heap snapshot could not be taken \(.*ENOENT/);
  });

  it('goes without an explanation when it is stopped while it is looked at, ends as it had, and leaves nothing behind', async () => {
    const many = 'globalThis.many = Array.from({ length: 150_000 }, (_, index) => ({ index }));\nprocess.exitCode = 5;\n';
    const stop = new AbortController();
    let pid = 0;
    let phase: string | undefined;
    const { profile } = await profileProgram(
      folder.write('program.js', keeps + many),
      { runtimePath: executable, explain: true, onStart: (started) => (pid = started) },
      {
        stop: stop.signal,
        onUpdate(update) {
          phase = update.phase ?? phase;
          if (phase !== undefined) stop.abort();
        },
      },
    );
    assert.equal(phase, 'Looking at what is still alive');
    assert.equal(isRunning(pid), false);
    assert.deepEqual(fs.readdirSync(temporary), []);
    assert.equal(profile.exit.code, 5);
    assert.equal(profile.exit.signal, null);
    assert.equal(profile.exit.stopped, false);
    assertUnexplained(profile, /: it was cancelled\.$/);
  });

  it('leaves no snapshot behind where nobody is there any more to read it', async () => {
    const waits = `${announces}setTimeout(() => require('node:fs').writeFileSync(process.argv[2], ''), 400);\n`;
    const ended = path.join(folder.path, 'ended');
    const cli = [path.join(projectRoot, 'dist/cli.js'), 'run', '--quiet', '--explain', '--node', executable];
    const child = spawn(process.execPath, [...cli, folder.write('program.js', keeps + waits), ended], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    child.stdout.once('data', () => child.kill('SIGKILL'));
    // The program has the output, too.
    await once(child, 'close');
    assert.ok(fs.existsSync(ended));
    assert.deepEqual(
      fs.readdirSync(temporary, { recursive: true }).filter((name) => String(name).endsWith('.heapsnapshot')),
      [],
    );
  });

  it('ends by its own signal when it kills itself', async () => {
    const kills = "process.kill(process.pid, 'SIGTERM');\nsetTimeout(() => undefined, 5000);\n";
    const { profile } = await profileProgram(folder.write('program.js', keeps + kills), { runtimePath: executable, explain: true });
    assert.equal(profile.exit.signal, 'SIGTERM');
    assertUnexplained(profile, /: the program ended before a heap snapshot could be taken\.$/);
  });
});
