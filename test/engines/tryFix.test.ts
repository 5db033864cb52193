import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { FixTrial } from '../../src/core/fixTrial.ts';
import type { SourceEdit } from '../../src/core/profile.ts';
import { UserError } from '../../src/core/userError.ts';
import { createNodeEngine } from '../../src/engines/node/engine.ts';
import { createPythonEngine } from '../../src/engines/python/engine.ts';
import { CapturedProgram } from '../../src/engines/tryFix/capturedProgram.ts';
import { tryFix, type TryFixOptions } from '../../src/engines/tryFix/tryFix.ts';
import { testPythons, testRuntimes } from '../runtimes.ts';
import { projectRoot } from './profiling.ts';
import { createProgramFolder, isRunning, nextMs, type ProgramFolder } from './programFolder.ts';

const distFolder = path.join(projectRoot, 'dist');
const mib = 1024 * 1024;

interface TrialOfTest extends Partial<TryFixOptions> {
  readonly main: string;
  /** The file to edit, if not the main one. */
  readonly file?: string;
  /** What the fix replaces, and by what. */
  readonly replace: readonly [string, string];
  readonly runtimePath?: string;
  readonly exitCode?: number;
  /** Of what is replaced, if not where it stands in the text. */
  readonly column?: number;
  readonly limitMs?: number;
  readonly args?: readonly string[];
  readonly cwd?: string;
  readonly workspaceFolder?: string;
  readonly module?: string;
}

/** Scratch folders that this process left behind. */
function leftovers(): readonly string[] {
  return fs
    .readdirSync(os.tmpdir())
    .filter((name) => name.startsWith('memory-lens-try-'))
    .filter((name) => fs.readFileSync(path.join(os.tmpdir(), name, 'owner'), 'utf8') === String(process.pid));
}

describe('trying a fix', () => {
  let folder: ProgramFolder;
  beforeEach(() => (folder = createProgramFolder('a b#c żółć')));
  afterEach(() => {
    folder.remove();
    assert.deepEqual(leftovers(), []);
  });

  async function trial({ main, file = main, replace: [old, fresh], ...given }: TrialOfTest): Promise<FixTrial> {
    const isPython = main.endsWith('.py') || given.module !== undefined;
    const edited = path.join(folder.path, file);
    const text = fs.readFileSync(edited, 'utf8');
    const result = await tryFix(
      {
        engine: isPython ? createPythonEngine({ distFolder }) : createNodeEngine({ agentDirectory: distFolder }),
        request: {
          file: given.module === undefined ? path.join(folder.path, main) : '',
          module: given.module,
          args: given.args ?? [],
          cwd: given.cwd ?? folder.path,
          env: process.env,
          workspaceFolder: given.workspaceFolder ?? folder.path,
          runtimePath: given.runtimePath,
        },
        exit: { code: given.exitCode ?? 0, signal: null },
        limitMs: given.limitMs ?? 60_000,
        file: edited,
        edits: [replacement(text, old, fresh, given.column)],
      },
      { signal: given.signal ?? new AbortController().signal, onStep: given.onStep },
    );
    assert.equal(fs.readFileSync(edited, 'utf8'), text, 'the original is as it was');
    return result;
  }

  async function refused(given: TrialOfTest, code: string, message: RegExp): Promise<void> {
    const error = await trial(given).then(
      () => assert.fail('the fix was tried'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof UserError, String(error instanceof Error ? error.stack : error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
  }

  it('shows what it saves in a Python program, and that the output stays the same', async function () {
    const pythons = testPythons();
    if (pythons.length === 0) this.skip();
    folder.write('lib/__init__.py', '');
    folder.write('lib/sums.py', 'def total(count):\n    return sum([number * 1000 for number in range(count)])\n');
    folder.write(
      'main.py',
      'import sys\nfrom lib import sums\nprint(sums.total(500_000), __file__, file=sys.stderr)\nprint(sys.argv[1:])\n',
    );
    for (const { executable, name } of [pythons[0]!, pythons.at(-1)!]) {
      const { before, after, behaviour } = await trial({
        main: 'main.py',
        file: 'lib/sums.py',
        replace: ['[number * 1000 for number in range(count)]', 'number * 1000 for number in range(count)'],
        runtimePath: executable,
        args: ['a b', ''],
      });
      assert.equal(behaviour, 'same', name);
      // 500,000 references of 8 bytes and numbers of 28 each: 17.2 MiB.
      assert.ok(before.peakBytes > 17 * mib, `${name}: ${before.peakBytes}`);
      assert.ok(after.peakBytes < 3 * mib, `${name}: ${after.peakBytes}`);
    }
  });

  it('shows it in a JavaScript program however the edited module is loaded', async function () {
    const runtimes = testRuntimes();
    if (runtimes.length === 0) this.skip();
    folder.write('package.json', '{"type": "commonjs"}');
    folder.write('numbers.js', 'exports.make = (count) => new Array(count).fill(0);\n');
    folder.write('lib/other.js', "exports.again = () => require('../numbers').make(500_000);\n");
    folder.write(
      'main.mjs',
      "import numbers from './numbers.js';\nimport { again } from './lib/other.js';\n" +
        'const kept = [numbers.make(500_000), again()];\nconsole.log(kept.map((list) => list.length), import.meta.url);\n',
    );
    for (const { executable, major } of [runtimes[0]!, runtimes.at(-1)!]) {
      const { before, after, behaviour } = await trial({
        main: 'main.mjs',
        file: 'numbers.js',
        replace: ['new Array(count).fill(0)', 'new Uint8Array(count)'],
        runtimePath: executable,
      });
      assert.equal(behaviour, 'same', `Node ${major}`);
      // Two arrays of 500,000 elements of 8 bytes, and then of one.
      assert.ok(before.peakBytes > 7.6 * mib, `Node ${major}: ${before.peakBytes}`);
      assert.ok(after.peakBytes < 3 * mib, `Node ${major}: ${after.peakBytes}`);
    }
  });

  it('says what the program does otherwise with the fix: its output, its error output, its exit status', async () => {
    folder.write('main.js', "console.log('one');\nconsole.log('two');\nconsole.error('three');\n");
    const output = await trial({ main: 'main.js', replace: ["'two'", "'2'"] });
    assert.deepEqual([output.behaviour, output.difference], ['different', { what: 'Line 2 of its output', before: 'two', after: '2' }]);
    const errorOutput = await trial({ main: 'main.js', replace: ["'three'", "'3'"] });
    assert.deepEqual(errorOutput.difference, { what: 'Line 1 of its error output', before: 'three', after: '3' });
    const end = await trial({ main: 'main.js', replace: ["console.log('two')", 'process.exit(3)'] });
    assert.deepEqual(end.difference, { what: 'Its end', before: 'exit status 0', after: 'exit status 3' });
  });

  it('compares nothing where the program does something else each time', async () => {
    folder.write('main.js', 'console.log(process.hrtime.bigint());\nconst unused = 1;\n');
    const { behaviour, difference } = await trial({ main: 'main.js', replace: ['unused = 1', 'unused = 2'] });
    assert.deepEqual([behaviour, difference], ['varies', undefined]);
  });

  it('lets the program write into the copy alone, and starts each run afresh', async () => {
    folder.write('data/count.txt', '1');
    folder.write(
      'main.py',
      "text = open('data/count.txt').read()\nopen('data/count.txt', 'w').write(str(int(text) + 1))\nopen('new.txt', 'w').close()\nprint(text)\n",
    );
    const { behaviour } = await trial({ main: 'main.py', replace: ['print(text)', 'print(str(text))'] });
    assert.equal(behaviour, 'same');
    assert.equal(fs.readFileSync(path.join(folder.path, 'data/count.txt'), 'utf8'), '1');
    assert.deepEqual(fs.readdirSync(folder.path).sort(), ['data', 'main.py']);
  });

  it('lets what is written through a link within the workspace go into the copy', async () => {
    folder.write('real/out.txt', 'as it was');
    fs.symlinkSync('real', path.join(folder.path, 'folder'));
    fs.symlinkSync(path.join(folder.path, 'real/out.txt'), path.join(folder.path, 'file.txt'));
    fs.symlinkSync('nowhere', path.join(folder.path, 'broken'));
    folder.write(
      'main.js',
      "const fs = require('node:fs');\nconsole.log(fs.readFileSync('file.txt', 'utf8'), fs.readlinkSync('broken').length > 0);\n" +
        "fs.writeFileSync('folder/out.txt', 'changed');\nfs.writeFileSync('folder/new.txt', '');\nfs.appendFileSync('file.txt', '!');\n",
    );
    const { behaviour } = await trial({ main: 'main.js', replace: ["'!'", "'?'"] });
    assert.equal(behaviour, 'same');
    assert.equal(fs.readFileSync(path.join(folder.path, 'real/out.txt'), 'utf8'), 'as it was');
    assert.deepEqual(fs.readdirSync(path.join(folder.path, 'real')), ['out.txt']);
  });

  it('copies no copy of the workspace where the temporary folder lies in it', async () => {
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = folder.path;
    try {
      folder.write('main.js', 'console.log(1);\n');
      const { behaviour } = await trial({ main: 'main.js', replace: ['log(1)', 'log(1 )'] });
      assert.equal(behaviour, 'same');
      assert.deepEqual(fs.readdirSync(folder.path), ['main.js']);
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    }
  });

  it('tries a fix of a read-only file, and removes folders that the program made so', async function () {
    if (process.getuid?.() === 0) this.skip(); // May write everywhere.
    folder.write(
      'main.js',
      "const fs = require('node:fs');\nfs.mkdirSync('made/below', { recursive: true });\nfs.writeFileSync('made/below/file', '');\n" +
        "fs.chmodSync('made/below', 0o555);\nfs.chmodSync('made', 0o555);\nconst unused = 1;\n",
    );
    fs.chmodSync(path.join(folder.path, 'main.js'), 0o444);
    assert.equal((await trial({ main: 'main.js', replace: ['unused = 1', 'unused = 2'] })).behaviour, 'same');
  });

  it('keeps what lies around the program in reach: packages, links, the folders above the workspace', async () => {
    folder.write('package.json', '{"type": "module"}');
    folder.write('node_modules/dependency/package.json', '{"main": "index.js"}');
    folder.write('node_modules/dependency/index.js', "exports.name = 'dependency';\n");
    folder.write('shared/sibling.js', "export const name = 'sibling';\n");
    folder.write('app/data.txt', 'data');
    fs.symlinkSync('data.txt', path.join(folder.path, 'app/link.txt'));
    folder.write(
      'app/main.js',
      "import * as fs from 'node:fs';\nimport dependency from 'dependency';\nimport { name } from '../shared/sibling.js';\n" +
        "console.log(dependency.name, name, fs.readFileSync('link.txt', 'utf8'));\nexport const value = 1;\n",
    );
    const app = path.join(folder.path, 'app');
    const { behaviour } = await trial({
      main: 'app/main.js',
      replace: ['value = 1', 'value = 2'],
      cwd: app,
      workspaceFolder: app,
    });
    assert.equal(behaviour, 'same');
  });

  it('tries a fix of a Python module that is run by its name', async () => {
    folder.write('package/__init__.py', '');
    folder.write('package/__main__.py', 'print(len([0] * 1_000_000))\n');
    const { before, after, behaviour } = await trial({
      main: '',
      module: 'package',
      file: 'package/__main__.py',
      replace: ['[0] * 1_000_000', 'range(1_000_000)'],
    });
    assert.equal(behaviour, 'same');
    assert.ok(before.peakBytes - after.peakBytes > 7.6 * mib, `${before.peakBytes}, ${after.peakBytes}`);
  });

  it('takes a byte order mark for no column, and touches no text that it can not write back', async () => {
    folder.write('main.py', '\ufeffprint(1)\n');
    const { difference } = await trial({ main: 'main.py', replace: ['1', '2'], column: 6 });
    assert.deepEqual(difference, { what: 'Line 1 of its output', before: '1', after: '2' });
    folder.write('latin.py', Buffer.from("# -*- coding: latin-1 -*-\nprint('\u00e9', 1)\n", 'latin1'));
    await refused({ main: 'latin.py', replace: ['1', '2'] }, 'fixNotTried', /latin\.py is not in UTF-8/);
  });

  it('says so where the program never loads the file from the copy', async () => {
    folder.write('unused.js', 'export const value = 1;\n');
    folder.write('main.js', 'console.log(1);\n');
    await refused({ main: 'main.js', file: 'unused.js', replace: ['value = 1', 'value = 2'] }, 'fixNotTried', /unused\.js was not loaded/);
  });

  it('compares no runs that end otherwise than the one that the advice came from', async () => {
    folder.write('main.py', 'print(input())\n');
    await refused(
      { main: 'main.py', replace: ['input()', 'input( )'] },
      'fixNotTried',
      /exit status 1 where it was run to compare with, and with exit status 0 when it was profiled/,
    );
    folder.write('fails.py', 'import sys\nsys.exit(3)\n');
    assert.equal((await trial({ main: 'fails.py', replace: ['exit(3)', 'exit( 3)'], exitCode: 3 })).behaviour, 'same');
  });

  it('stops a program that does not end', async () => {
    folder.write('main.js', "import * as fs from 'node:fs';\nsetInterval(() => fs.existsSync('.'), 50);\n");
    folder.write('package.json', '{"type": "module"}');
    await refused({ main: 'main.js', replace: ['50', '60'], limitMs: 1500 }, 'fixNotTried', /had not ended after 2 s, and was stopped/);
  });

  it('says of a fix that breaks the program what is wrong, by the name of the file', async () => {
    folder.write('main.py', 'print(1)\n');
    await refused(
      { main: 'main.py', replace: ['print(1)', 'print(1'] },
      'fixNotTried',
      new RegExp(`with the fix: .*${path.basename(folder.path)}.main\\.py`),
    );
  });

  it('ends the program and removes the copy when it is canceled', async () => {
    const pidFile = path.join(folder.path, 'pid');
    folder.write('main.py', 'import os, sys, time\nopen(sys.argv[1], "w").write(str(os.getpid()))\ntime.sleep(60)\n');
    const cancel = new AbortController();
    const watch = setInterval(() => fs.existsSync(pidFile) && fs.readFileSync(pidFile, 'utf8') !== '' && cancel.abort(), 20);
    try {
      await refused({ main: 'main.py', replace: ['60', '61'], args: [pidFile], signal: cancel.signal }, 'canceled', /canceled/);
    } finally {
      clearInterval(watch);
    }
    assert.equal(isRunning(Number(fs.readFileSync(pidFile, 'utf8'))), false);
  });

  it('ends what the program left running', async function () {
    if (process.platform === 'win32') this.skip(); // It has no groups of processes.
    const beats = path.join(folder.path, 'beats');
    folder.write('child.js', "setInterval(() => require('node:fs').appendFileSync(process.argv[2], '.'), 20);\n");
    folder.write(
      'main.js',
      "const child = require('node:child_process').spawn(process.execPath, ['child.js', process.argv[2]], { stdio: 'ignore' });\n" +
        "const watch = setInterval(() => require('node:fs').existsSync(process.argv[2]) && (clearInterval(watch), child.unref()), 20);\n",
    );
    assert.equal((await trial({ main: 'main.js', replace: ['20)', '25)'], args: [beats] })).behaviour, 'same');
    const { size } = fs.statSync(beats);
    await nextMs(300);
    assert.equal(fs.statSync(beats).size, size);
  });

  it('ends a program that was canceled before it could be started', async () => {
    const program = new CapturedProgram();
    program.kill();
    const args = ['-e', 'setTimeout(() => {}, 60_000)'];
    const { exited } = await program.launch({ executable: process.execPath, args, cwd: folder.path, env: process.env });
    assert.deepEqual(await exited, { code: null, signal: 'SIGKILL' });
  });

  it('removes what an editor that crashed has left, and nothing of one that runs', async () => {
    const scratch = (owner: string): string => {
      const made = fs.mkdtempSync(path.join(os.tmpdir(), 'memory-lens-try-'));
      fs.writeFileSync(path.join(made, 'owner'), owner);
      return made;
    };
    const [stale, used] = [scratch('4194305'), scratch(String(process.ppid))]; // Above any id that Linux gives.
    try {
      folder.write('main.js', 'console.log(1);\n');
      await trial({ main: 'main.js', replace: ['log(1)', 'log(1 )'] });
      assert.deepEqual([fs.existsSync(stale), fs.existsSync(used)], [false, true]);
    } finally {
      for (const made of [stale, used]) fs.rmSync(made, { recursive: true, force: true });
    }
  });
});

/** Replaces the first occurrence, which lies within a line. */
function replacement(text: string, old: string, newText: string, givenColumn?: number): SourceEdit {
  const at = text.indexOf(old);
  assert.ok(at >= 0, old);
  const line = text.slice(0, at).split('\n').length;
  const column = givenColumn ?? at - (text.lastIndexOf('\n', at - 1) + 1);
  return { line, column, endLine: line, endColumn: column + old.length, newText };
}
