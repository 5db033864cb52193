/** What can't be run as Python is refused with an error that says why; what can, runs, whatever its path, its output and its habits. */

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { UserError, UserErrorCode } from '../../src/core/userError.ts';
import type { ProfileRequest } from '../../src/engines/engine.ts';
import { testPythons } from '../runtimes.ts';
import { lineOf, profileProgram, refusedProgram, type TestRun } from './profiling.ts';
import { createProgramFolder, isRunning, type ProgramFolder } from './programFolder.ts';

const allocates = 'kept = [1] * 1_000_000\nprint("ran")\n';

/** A list of a million; its header may be that of one that was freed. */
function assertHolds(bytes: number | undefined, what: string): void {
  assert.ok(bytes !== undefined && Math.abs(bytes - 8_000_056) < 1000, `${what}: ${bytes}`);
}

for (const { name: pythonName, executable } of testPythons()) {
  describe(`the engine for ${pythonName}`, function () {
    this.timeout(60_000);
    let folder: ProgramFolder;
    beforeEach(() => (folder = createProgramFolder()));
    afterEach(() => folder.remove());

    const refused = (file: string, code: UserErrorCode, message: RegExp, request: Partial<ProfileRequest> = {}): Promise<UserError> =>
      refusedProgram(file, code, message, { runtimePath: executable, ...request });

    const profiled = (name: string, code: string, request: Partial<ProfileRequest> = {}): Promise<TestRun> =>
      profileProgram(folder.write(name, code), { runtimePath: executable, ...request });

    function expectKept({ profile, stderr }: TestRun, name: string, line = 1): void {
      assert.equal(profile.exit.code, 0, `${name}: ${stderr}`);
      assertHolds(lineOf(profile, name, line)?.allocatedBytes, name);
    }

    it('refuses what is no program', async () => {
      await refused(path.join(folder.path, 'none.py'), 'fileMissing', /There is no file .*none\.py/);
      await refused(folder.write('binary.py', Buffer.from([0x7f, 69, 76, 70, 0, 1])), 'fileIsBinary', /binary\.py is not text/);
    });

    it('says where a syntax error is', async () => {
      const file = folder.write('broken.py', 'fine = 1\nx = = 2\n');
      const error = await refused(file, 'syntaxError', /broken\.py:2:\d+: .*invalid syntax.*Nothing was profiled/);
      assert.deepEqual(
        error.actions.map((action) => (action.kind === 'openFile' ? [action.path, action.line] : [])),
        [[file, 2]],
      );
      await refused(folder.write('indented.py', 'if True:\nx = 1\n'), 'syntaxError', /indented\.py:2:\d+: .*indented block/);
    });

    it('reports a syntax error of an imported file as the error of the program that it is', async () => {
      folder.write('other.py', 'x = = 2\n');
      const { profile, stderr } = await profiled('main.py', `${allocates}import other\n`);
      assert.equal(profile.exit.code, 1);
      assert.match(profile.exit.error ?? '', /^SyntaxError/);
      assert.match(stderr, /other\.py", line 1/);
      assertHolds(lineOf(profile, 'main.py', 1)?.allocatedBytes, 'main.py');
    });

    it('takes any path: spaces, #, %, quotes and letters of all scripts', async () => {
      for (const name of ['a b#c%20d', 'què? "x" & \'y\'', 'ордер-程序-😀', '[x](y){z};$HOME', '-r']) {
        const odd = createProgramFolder(name);
        odd.write('helfer_ü.py', 'more = [1] * 1_000_000\n');
        const run = await profileProgram(odd.write(`${name}.py`, `${allocates}import helfer_ü\n`), { runtimePath: executable });
        expectKept(run, `${name}.py`);
        expectKept(run, 'helfer_ü.py');
        odd.remove();
      }
    });

    it('shows files as the person knows them, also in a folder that is a link, and only those of the workspace', async () => {
      const real = createProgramFolder('real');
      const link = path.join(folder.path, 'link');
      fs.symlinkSync(real.path, link);
      real.write('inner/part.py', 'more = [1] * 1_000_000\n');
      real.write('inner/__init__.py', '');
      real.write('venv/pyvenv.cfg', '');
      real.write('venv/installed.py', 'installed = [1] * 1_000_000\n');
      real.write('main.py', `${allocates}import inner.part\nimport sys; sys.path.append("venv")\nimport installed\nimport json\n`);
      const run = await profileProgram(path.join(link, 'main.py'), { runtimePath: executable, workspaceFolder: link, cwd: link });
      assert.deepEqual(
        run.profile.files
          .filter(({ lines }) => lines.some((line) => (line.allocatedBytes ?? 0) > 1_000_000))
          .map((file) => path.relative(link, file.path)),
        ['inner/part.py', 'main.py'],
      );
      // What an installed package allocates is the import's.
      assert.ok((lineOf(run.profile, 'main.py', 5)?.allocatedBytes ?? 0) >= 8_000_000);
      real.remove();
    });

    it('gives the program the name that was typed, its arguments and its folder', async () => {
      folder.write('sub/typed.py', 'import os, sys\nprint(sys.argv, os.getcwd())\n');
      const { stdout } = await profileProgram(path.join(folder.path, 'sub/typed.py'), {
        runtimePath: executable,
        typedFile: 'sub/../sub/typed.py',
        args: ['--a', 'b c', ''],
        cwd: folder.path,
        workspaceFolder: folder.path,
      });
      assert.equal(stdout, `['sub/../sub/typed.py', '--a', 'b c', ''] ${folder.path}\n`);
    });

    it('runs modules and packages by their names', async () => {
      folder.write('tool/__init__.py', '');
      folder.write('tool/__main__.py', `from . import part\n${allocates}`);
      folder.write('tool/part.py', 'more = [1] * 1_000_000\n');
      folder.write('single.py', allocates);
      for (const [module, file, line] of [
        ['tool', 'tool/__main__.py', 2],
        ['tool.part', 'tool/part.py', 1],
        ['single', 'single.py', 1],
      ] as const) {
        const run = await profileProgram('', { module, runtimePath: executable, cwd: folder.path, workspaceFolder: folder.path });
        assert.equal(run.profile.program.kind, 'module');
        assert.equal(run.profile.program.file, path.join(folder.path, file));
        expectKept(run, file, line);
      }
      const { profile, stderr } = await profileProgram('', {
        module: 'no_such_module',
        runtimePath: executable,
        cwd: folder.path,
        workspaceFolder: folder.path,
      });
      assert.equal(profile.exit.code, 1);
      assert.match(stderr, /No module named no_such_module/);
    });

    it('profiles a program that changes its folder, and one that deletes itself', async () => {
      const changes = await profiled('changes.py', `${allocates}import os; os.chdir("/")\n`, { typedFile: 'changes.py' });
      expectKept(changes, 'changes.py');
      const deletes = await profiled('deletes.py', `${allocates}import os; os.remove(__file__)\n`);
      expectKept(deletes, 'deletes.py');
      assert.match(deletes.profile.files[0]?.contentSha256 ?? '', /^(?!0{64})/);
    });

    it('profiles a program that forks, but not its child', async () => {
      const code = `${allocates}import os, sys\nsys.stdout.flush()\npid = os.fork()\nif pid == 0:\n    child = [1] * 2_000_000\n    os._exit(7)\nprint(os.waitpid(pid, 0)[1] >> 8)\n`;
      const run = await profiled('forks.py', code);
      assert.equal(run.stdout, 'ran\n7\n');
      expectKept(run, 'forks.py');
      assert.equal(lineOf(run.profile, 'forks.py', 7)?.allocatedBytes ?? 0, 0);
      assert.ok(
        run.profile.engine.notes.some((note) => /other processes/.test(note)),
        run.profile.engine.notes.join('\n'),
      );
    });

    it('passes on 100 MB of output', async () => {
      const code = 'line = "x" * 1023\nfor _ in range(100_000): print(line)\n';
      const { profile, stdout } = await profiled('prints.py', code);
      assert.equal(stdout.length, 102_400_000);
      assert.equal(profile.exit.code, 0);
    });

    it('says what kept the probe from being loaded', async () => {
      const file = folder.write('program.py', allocates);
      for (const flag of ['-I', '-E', '-S', '-Es']) {
        await refused(file, 'agentSilent', new RegExp(`started with ${flag}, which keeps it`), { runtimeArgs: [flag] });
      }
      expectKept(await profileProgram(file, { runtimePath: executable, runtimeArgs: ['-u', '-W', 'error', '-X', 'dev'] }), 'program.py');
    });

    it('limits the figures to functions with @profile', async () => {
      const code =
        '@profile\ndef chosen():\n    return [1] * 1_000_000, helper()\n\ndef helper():\n    return [2] * 2_000_000\n\nother = [3] * 1_000_000\nkept = chosen()\n';
      const { profile, stderr } = await profiled('limited.py', code);
      assert.equal(profile.exit.code, 0, stderr);
      assert.deepEqual(
        profile.files.flatMap(({ lines }) => lines.filter((line) => (line.allocatedBytes ?? 0) > 1_000_000).map(({ line }) => line)),
        [3],
      );
      const liveBytes = lineOf(profile, 'limited.py', 3)?.liveBytes ?? 0;
      assert.ok(Math.abs(liveBytes - 24_000_112) < 1000, `live ${liveBytes}; ${profile.engine.notes.join(' ')}`);
      assert.ok((profile.totals.unattributedLiveBytes ?? 0) >= 8_000_000);
      assert.ok(profile.engine.notes.some((note) => note.includes('@profile') && note.includes('chosen')));
    });

    it('leaves nothing running when the engine is told to stop before the program has begun', async () => {
      let pid = 0;
      const { profile } = await profileProgram(
        folder.write('waits.py', 'import time\ntime.sleep(100)\n'),
        { runtimePath: executable, onStart: (started) => (pid = started) },
        { stop: AbortSignal.abort() },
      );
      assert.equal(profile.exit.stopped, true);
      assert.equal(isRunning(pid), false);
    });
  });
}
