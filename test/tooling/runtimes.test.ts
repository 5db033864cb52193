/**
 * The Node versions that the tests run programs on.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { coveredMajors } from '../../scripts/runtimes.mjs';
import { missingRuntimes, testPythons, testRuntime, testRuntimes } from '../runtimes.ts';

describe('the test runtimes', () => {
  it('are each the Node of the version that they claim to be', () => {
    const runtimes = testRuntimes();
    assert.ok(runtimes.length > 0);
    for (const { major, executable } of runtimes) {
      const { stdout } = spawnSync(executable, ['-p', 'process.versions.node.split(".")[0]'], { encoding: 'utf8' });
      assert.equal(stdout.trim(), String(major));
    }
  });

  it('are every covered version, there or reported as missing', () => {
    const known = [...testRuntimes().map(({ major }) => major), ...missingRuntimes()];
    assert.deepEqual(
      known.sort((a, b) => a - b),
      [...coveredMajors],
    );
  });

  it('say how to fetch one that is not there', () => {
    assert.throws(() => testRuntime(17), /npm run runtimes/);
  });
});

describe('the test Pythons', () => {
  it('are each of the version that they claim to be', () => {
    const pythons = testPythons();
    assert.ok(pythons.length > 0, 'there is no Python 3.8 or newer on this machine');
    for (const { minor, executable } of pythons) {
      const { stdout } = spawnSync(executable, ['-c', 'import sys; print(*sys.version_info[:2])'], { encoding: 'utf8' });
      assert.equal(stdout.trim(), `3 ${minor}`, executable);
    }
  });

  it('have names of their own', () => {
    const names = testPythons().map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
  });
});
