/** Python programs from the command line, on the oldest and the newest Python that are here. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseProfile } from '../../src/core/decodeProfile.ts';
import { testPythons, type TestPython } from '../runtimes.ts';
import { createTestFolder, isRunning, runCli, type CliResult, type TestFolder } from './commandLine.ts';

const founding = [
  'def my_function():',
  '    a = [1] * (10 ** 6)',
  '    b = [2] * (2 * 10 ** 7)',
  '    del b',
  '    return a',
  '',
  'if __name__ == "__main__":',
  '    my_function()',
  '',
].join('\n');

const pythons = [...testPythons()].sort((a, b) => a.minor - b.minor);
const ends = [...new Set([pythons[0], pythons.at(-1)])].filter((python): python is TestPython => python !== undefined);

for (const { name: pythonName, executable, minor } of ends) {
  describe(`memory-lens run with ${pythonName}`, function () {
    this.timeout(60_000);
    let folder: TestFolder;
    beforeEach(() => (folder = createTestFolder()));
    afterEach(() => folder.remove());

    const run = (args: readonly string[], options: Parameters<typeof runCli>[1] = {}): Promise<CliResult> =>
      runCli(['run', '--python', executable, ...args], { cwd: folder.path, ...options });

    it('shows the founding example at a glance', async () => {
      folder.write('founding.py', founding);
      const { status, stdout, stderr } = await run(['founding.py']);
      assert.equal(status, 0);
      assert.equal(stdout, '');
      assert.match(stderr, new RegExp(`^\nMemory Lens: founding\\.py\npython 3\\.${minor}\\.\\d+ · ran for .* · exact\n`));
      const rows = stderr.split('\n').filter((line) => line.includes('│'));
      assert.match(rows[0] ?? '', /^Line +Mem in use +Increment +Allocated +Live +Peak +Runs +│ Source$/);
      assert.match(rows[2] ?? '', /^ +2 +7\.6 MiB +\+7\.6 MiB +7\.6 MiB +- +4\.8% +1 .*│ {5}a = \[1\]/);
      assert.match(rows[3] ?? '', /^ +3 +160\.2 MiB +\+152\.6 MiB +152\.6 MiB +- +peak 95% +1 .*│ {5}b = \[2\]/);
      assert.match(rows[4] ?? '', /^ +4 +7\.6 MiB +-152\.6 MiB +- +- +- +1 .*│ {5}del b/);
    });

    it('passes everything through, and gives a profile that show prints, too', async () => {
      const code =
        'import sys\nprint(sys.argv)\nprint(sys.stdin.read(), end="")\nprint("to standard error", file=sys.stderr)\nkept = [1] * 1000000\nsys.exit(5)\n';
      folder.write('sub/program.py', code);
      const programArgs = ['--json', 'x y', '', '-m', '--', '"$HOME"', 'żółć'];
      const { status, stdout, stderr } = await run(['--json', 'p.json', '--quiet', 'sub/program.py', ...programArgs], { input: 'in\nput' });
      assert.equal(status, 5);
      assert.equal(stdout, `['sub/program.py', '--json', 'x y', '', '-m', '--', '"$HOME"', 'żółć']\nin\nput`);
      assert.equal(stderr, 'to standard error\n');
      const profile = parseProfile(readFileSync(join(folder.path, 'p.json'), 'utf8'), 'p.json');
      assert.deepEqual([profile.runtime.name, profile.exit.code, profile.program.kind], ['python', 5, 'file']);
      const shown = await runCli(['show', 'p.json'], { cwd: folder.path });
      assert.match(shown.stdout, /7\.6 MiB +\+7\.6 MiB +7\.6 MiB .*│ kept = \[1\]/);
    });

    it('runs a module, with what follows it as its arguments', async () => {
      folder.write('tool/__init__.py', '');
      folder.write('tool/__main__.py', 'import sys\nkept = [1] * 1000000\nprint(sys.argv[1:])\n');
      const { status, stdout, stderr } = await run(['-m', 'tool', '-x', '--quiet']);
      assert.equal(status, 0, stderr);
      assert.equal(stdout, "['-x', '--quiet']\n");
      assert.match(stderr, /^\nMemory Lens: tool\/__main__\.py\n/);
      assert.match(stderr, /7\.6 MiB .*│ kept = \[1\]/);
      const missing = await run(['-m', 'no_such_module']);
      assert.equal(missing.status, 1);
      assert.match(missing.stderr, /No module named no_such_module/);
    });

    it('counts every execution where asked to, and records every allocation', async () => {
      const code = 'total = 0\nfor index in range(300000):\n    total += 1\nkept = [str(index) for index in range(300000)]\n';
      folder.write('counts.py', code);
      const lineOf = async (...args: string[]) => {
        const { status, stderr } = await run(['--json', 'p.json', '--quiet', ...args, 'counts.py']);
        assert.equal(status, 0, stderr);
        const profile = parseProfile(readFileSync(join(folder.path, 'p.json'), 'utf8'), 'p.json');
        return { profile, line: profile.files[0]?.lines.find(({ line }) => line === 3) };
      };
      const bounded = await lineOf();
      assert.ok((bounded.line?.executionCount ?? 0) >= 100_000, `${bounded.line?.executionCount}`);
      assert.equal(bounded.line?.executionCountIsMinimum, true);
      assert.ok(bounded.profile.engine.notes.some((note) => note.includes('--count')));
      const all = await lineOf('--count', '--exact');
      assert.equal(all.line?.executionCount, 300_000);
      assert.equal(all.line.executionCountIsMinimum, undefined);
      assert.equal(all.profile.engine.precision, 'exact');
    });

    it("with a syntax error as Python does: Python's own report, where it is, and 1", async () => {
      const { status, stderr } = await run([folder.write('broken.py', 'fine = 1\nx = = 2\n')]);
      assert.equal(status, 1);
      assert.match(stderr, /SyntaxError: invalid syntax/);
      assert.match(stderr, /\nmemory-lens: .*broken\.py:2:5: .*Nothing was profiled: mend the file first\.\n$/);
    });

    it('prints the profile of what ran on Ctrl+C', async () => {
      const file = folder.write('endless.py', 'kept = [1] * 1000000\nprint("ready", flush=True)\nwhile True: pass\n');
      let pid = 0;
      const { status, stderr } = await run([file], {
        onOutput(child, stdout) {
          if (!stdout.includes('ready') || pid !== 0) return;
          pid = child.pid ?? -1;
          child.kill('SIGINT');
        },
      });
      assert.equal(status, 130);
      assert.match(stderr, /KeyboardInterrupt/);
      assert.match(stderr, /7\.6 MiB .*│ kept = \[1\]/);
      assert.equal(isRunning(pid), false);
    });
  });
}

describe('memory-lens run with Python', () => {
  let folder: TestFolder;
  beforeEach(() => (folder = createTestFolder()));
  afterEach(() => folder.remove());

  it('refuses a Python that is missing or is none: 2', async () => {
    const file = folder.write('program.py', 'print(1)\n');
    for (const [python, pattern] of [
      ['/no/such/python', /no executable \/no\/such\/python.*--python PATH/],
      [process.execPath, /does not answer as Python does/],
    ] as const) {
      const { status, stdout, stderr } = await runCli(['run', '--python', python, file], { cwd: folder.path });
      assert.equal(status, 2);
      assert.equal(stdout, '');
      assert.match(stderr, pattern);
    }
  });
});
