/**
 * The native recorder for Windows, under wine. No Python for Windows can be had from Debian or npm, so mockHost.c plays it; the same host
 * with the library for this machine shows that it plays it well.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { ensureDebianPackages } from '../../scripts/debianPackages.mjs';
import { buildLibrary } from '../../scripts/native.mjs';
import { nativeTargets } from '../../scripts/nativeTargets.mjs';

const wineFolder = '/usr/lib/wine';
const source = path.join(import.meta.dirname, 'mockHost.c');
const modes = [
  ['exact', 'records each block on its line, whole stacks, the peak and what was freed'],
  ['sampled', 'estimates within 5 % from samples'],
  ['broken', 'refuses frames that can’t be read, and does not crash'],
] as const;

describe('with a host in place of Python', function () {
  this.timeout(600_000);
  const folder = mkdtempSync(path.join(tmpdir(), 'memory-lens-mock-'));

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  describe('on this machine', () => {
    const host = path.join(folder, 'host');
    let library: string;

    before(async function () {
      const target = nativeTargets.find(({ name }) => name === `${process.platform}-${process.arch}`);
      if (target === undefined) this.skip();
      library = await buildLibrary(target, folder);
      execFileSync('cc', ['-O1', '-Wall', '-Wextra', '-Werror', '-o', host, source, '-ldl']);
    });

    for (const [mode, what] of modes) {
      it(what, () => {
        const result = spawnSync(host, [library, mode], { encoding: 'utf8', timeout: 60_000 });
        assert.deepEqual([result.stdout, result.status], ['ok\n', 0], result.stderr);
      });
    }
  });

  describe('on win32-x64', () => {
    const host = path.join(folder, 'host.exe');
    // A Windows of our own, so that nothing is left in the home folder.
    const env = {
      ...process.env,
      WINEPREFIX: path.join(folder, 'wine'),
      WINEDEBUG: '-all',
      WINEDLLOVERRIDES: 'mscoree,mshtml=',
      DISPLAY: '',
    };
    let library: string;

    before(async function () {
      const target = nativeTargets.find(({ name }) => name === 'win32-x64');
      assert.ok(target !== undefined);
      // wine's own processor is this machine's.
      const problem =
        process.arch === 'x64' ? await ensureDebianPackages([...target.packages, 'wine64']) : 'Wine runs programs for x64 on x64.';
      if (problem !== undefined) {
        console.log(`      No Windows: ${problem}`);
        this.skip();
      }
      library = await buildLibrary(target, folder);
      execFileSync(target.compiler, ['-O1', '-Wall', '-Wextra', '-Werror', '-static', '-o', host, source]);
    });

    after(() => {
      if (existsSync(env.WINEPREFIX)) spawnSync(path.join(wineFolder, 'wineserver64'), ['-k'], { env, timeout: 30_000 });
    });

    for (const [mode, what] of modes) {
      it(what, () => {
        // The first start makes the Windows.
        const result = spawnSync(path.join(wineFolder, 'wine64'), [host, library, mode], { encoding: 'utf8', env, timeout: 300_000 });
        assert.deepEqual([result.stdout.replaceAll('\r', ''), result.status], ['ok\n', 0], result.stderr);
      });
    }
  });
});
