/**
 * The standard library's tests of some of its modules pass as ever when these modules and their tests count as the user's own files, whose
 * lines are counted.
 */

import * as assert from 'node:assert';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { testPythons, type TestPython } from '../runtimes.ts';
import { runPlainly, runProbed } from './probedRun.ts';

/** Modules and packages, each with a test of its name; none is loaded before the program begins. */
const modules = ['argparse', 'bisect', 'dataclasses', 'difflib', 'heapq', 'html', 'json', 'pprint', 'textwrap'];

for (const python of testPythons()) {
  describe(`The standard library's own tests on ${python.name}`, function () {
    this.timeout(300_000);

    it('give the same results when lines of the tested modules are counted', async function () {
      const library = libraryFolder(python);
      // Debian's Python comes without them.
      if (!fs.existsSync(path.join(library, 'test/test_textwrap.py'))) this.skip();
      const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'memory-lens-library-')));
      try {
        const names = modules.filter((module) => copyWithTest(library, folder, module));
        assert.ok(names.includes('json') && names.includes('argparse'));
        fs.writeFileSync(path.join(folder, 'main.py'), testProgram(names));
        const run = { executable: python.executable, args: ['main.py'], cwd: folder, timeoutMs: 200_000 };
        const plain = await runPlainly(run);
        const probed = await runProbed(run);
        assert.ok(probed.messages.some((message) => message.type === 'measuring' && message.counting !== 'none'));
        assert.match(plain.stderr, /Ran [5-9]\d\d|Ran [1-9]\d{3}/);
        assert.deepStrictEqual(results(probed.stderr), results(plain.stderr));
        assert.strictEqual(probed.code, plain.code);
      } finally {
        fs.rmSync(folder, { recursive: true, force: true });
      }
    });
  });
}

function libraryFolder({ executable }: TestPython): string {
  return execFileSync(executable, ['-c', 'import os; print(os.path.dirname(os.__file__))'], { encoding: 'utf8' }).trim();
}

/** Both may be a file or a folder; false where this version has no such test. */
function copyWithTest(library: string, folder: string, module: string): boolean {
  const test = `test_${module}`;
  const source = findModule(library, module);
  const testSource = findModule(path.join(library, 'test'), test);
  if (source === undefined || testSource === undefined) return false;
  fs.cpSync(source, path.join(folder, path.basename(source)), { recursive: true });
  fs.cpSync(testSource, path.join(folder, path.basename(testSource)), { recursive: true });
  return true;
}

function findModule(folder: string, name: string): string | undefined {
  return [path.join(folder, `${name}.py`), path.join(folder, name)].find((candidate) => fs.existsSync(candidate));
}

/** Modules that the interpreter or unittest has loaded from elsewhere are loaded anew, from the copies. */
function testProgram(names: readonly string[]): string {
  return [
    'import importlib, sys, unittest',
    `names = ${JSON.stringify(names)}`,
    'for loaded in [name for name in sys.modules if name.split(".")[0] in names]:',
    '    del sys.modules[loaded]',
    'suite = unittest.TestSuite()',
    'for name in names:',
    '    module = importlib.import_module("test_" + name)',
    '    suite.addTests(unittest.defaultTestLoader.loadTestsFromModule(module))',
    'result = unittest.TextTestRunner(verbosity=2).run(suite)',
    'sys.exit(not result.wasSuccessful())',
  ].join('\n');
}

/** One line a test, without times; what tests print in between is left out. */
function results(output: string): string[] {
  return output
    .split('\n')
    .filter((line) => / \.\.\. (?:ok|FAIL|ERROR|skipped|expected failure)|^(?:FAIL|ERROR):|^Ran /.test(line))
    .map((line) => line.replace(/ in [\d.]+s$/, ''))
    .sort();
}
