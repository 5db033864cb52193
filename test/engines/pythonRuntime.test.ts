/** The Python that a person expects is found, or it is said what is wrong with it. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { UserError } from '../../src/core/userError.ts';
import { findPythonRuntime, type PythonSearch } from '../../src/engines/python/pythonRuntime.ts';
import { oldPython, testPythons } from '../runtimes.ts';
import { createProgramFolder, type ProgramFolder } from './programFolder.ts';

describe('the search for Python', function () {
  this.timeout(60_000);
  const [python] = testPythons();
  assert.ok(python !== undefined, 'there is no Python on this machine');
  let folder: ProgramFolder;
  beforeEach(() => (folder = createProgramFolder()));
  afterEach(() => folder.remove());

  const search = (given: Partial<PythonSearch> = {}): PythonSearch => ({
    workspaceFolder: folder.path,
    cwd: folder.path,
    env: { PATH: '' },
    ...given,
  });

  async function refused(given: Partial<PythonSearch>, code: string, message: RegExp): Promise<void> {
    const error = await findPythonRuntime(search(given)).then(
      (found) => assert.fail(`${found.executable} was taken`),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof UserError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    assert.deepEqual(
      error.actions.map((action) => (action.kind === 'openSetting' ? action.setting : '')),
      ['memoryLens.pythonPath'],
    );
  }

  function script(name: string, text: string): string {
    const file = folder.write(name, `#!/bin/sh\n${text}\n`);
    fs.chmodSync(file, 0o755);
    return file;
  }

  function environment(name: string): string {
    const place = path.join(folder.path, name);
    execFileSync(python!.executable, ['-m', 'venv', '--without-pip', place]);
    return place;
  }

  it('takes the one that was chosen, by its path or its name, and knows its version', async () => {
    for (const runtimePath of [python.executable, path.relative(folder.path, python.executable)]) {
      const found = await findPythonRuntime(search({ runtimePath }));
      assert.equal(found.executable, python.executable);
      assert.match(found.version, new RegExp(`^3\\.${python.minor}\\.`));
      assert.ok(fs.existsSync(path.join(found.libraryFolder, 'json')));
    }
    fs.symlinkSync(python.executable, path.join(folder.path, 'mine'));
    const named = await findPythonRuntime(search({ runtimePath: 'mine', env: { PATH: folder.path } }));
    assert.equal(path.basename(named.executable), 'mine');
  });

  it('takes the chosen one, then the active environment, then .venv, then venv, then python3, then python on the path', async () => {
    const bin = path.join(folder.path, 'bin');
    fs.mkdirSync(bin);
    fs.symlinkSync(python.executable, path.join(bin, 'python'));
    const env = { PATH: bin };
    const at = async (given: Partial<PythonSearch>): Promise<string> =>
      path.relative(folder.path, (await findPythonRuntime(search(given))).executable);
    assert.equal(await at({ env }), 'bin/python');
    fs.symlinkSync(python.executable, path.join(bin, 'python3'));
    assert.equal(await at({ env }), 'bin/python3');
    environment('venv');
    assert.equal(await at({ env }), 'venv/bin/python');
    environment('.venv');
    assert.equal(await at({ env }), '.venv/bin/python');
    assert.equal(await at({ env: { ...env, VIRTUAL_ENV: environment('active') } }), 'active/bin/python');
    assert.equal(await at({ env, runtimePath: 'venv' }), 'venv/bin/python');
    assert.equal(await at({ env, runtimePath: 'bin/python' }), 'bin/python');
  });

  it('goes on to the next name where the first one on the path is none', async () => {
    script('bin/python3', 'echo "pyenv: python3: command not found" >&2; exit 127');
    fs.symlinkSync(python.executable, path.join(folder.path, 'bin/python'));
    const found = await findPythonRuntime(search({ env: { PATH: path.join(folder.path, 'bin') } }));
    assert.equal(path.basename(found.executable), 'python');
  });

  it('runs what a shim starts, not the shim', async () => {
    const shim = script('bin/python3', `exec ${python.executable} "$@"`);
    assert.equal((await findPythonRuntime(search({ runtimePath: shim }))).executable, python.executable);
  });

  it('says that there is none, and what the chosen one is instead', async () => {
    await refused({}, 'runtimeMissing', /no python3 or python on the path.*3\.8 or newer/);
    await refused({ runtimePath: '/no/such/python' }, 'runtimeMissing', /no executable \/no\/such\/python/);
    await refused({ runtimePath: script('other', 'echo hello') }, 'runtimeMissing', /other does not answer as Python does \(hello\)/);
    await refused({ runtimePath: process.execPath }, 'runtimeMissing', /does not answer as Python does/);
    await refused({ runtimePath: script('fails', 'echo "no luck" >&2; exit 3') }, 'runtimeMissing', /\(no luck\)/);
  });

  it('says that a virtual environment is broken, how, and does not take another Python in its place', async () => {
    const place = environment('.venv');
    const own = path.join(place, 'bin', 'python');
    const env = { PATH: path.dirname(python.executable) };
    const at = new RegExp(`environment ${place.replaceAll('.', '\\.')} can't be used: `);
    fs.rmSync(own);
    await refused({ env }, 'runtimeMissing', new RegExp(`${at.source}there is no`));
    fs.symlinkSync('/gone/python3', own);
    await refused({ env }, 'runtimeMissing', new RegExp(`${at.source}.*link to a Python that is gone`));
    await refused({ env, runtimePath: own }, 'runtimeMissing', /link to a Python that is gone/);
    fs.rmSync(own);
    fs.writeFileSync(own, '#!/bin/sh\necho "No module named encodings" >&2\nexit 1\n', { mode: 0o755 });
    await refused({ env }, 'runtimeMissing', new RegExp(`${at.source}its Python does not run \\(No module named encodings\\)`));
  });

  it('refuses PyPy in plain words', async () => {
    const says = JSON.stringify(['3.9.16', 'PyPy', '', '/lib']);
    await refused({ runtimePath: script('pypy3', `echo '${says}'`) }, 'runtimeUnsupported', /pypy3 is PyPy.*CPython/);
  });

  for (const [major, minor] of [
    [2, 7],
    [3, 6],
    [3, 7],
  ] as const) {
    // prettier-ignore
    const executable = oldPython(major, minor);
    (executable === undefined ? it.skip : it)(`refuses Python ${major}.${minor}, which is too old`, async () => {
      const message = new RegExp(`is Python ${major}\\.${minor}\\.\\d+\\. Memory Lens needs Python 3\\.8 or newer`);
      await refused({ runtimePath: executable }, 'runtimeTooOld', message);
    });
  }
});
