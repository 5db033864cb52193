/** A quick part of CPython's own test suite gives the same results with and without the probe; `npm run test:cpython` runs the rest. */

import assert from 'node:assert/strict';
import { testPythons } from '../runtimes.ts';
import { compareSuite, hasTestSuite } from './cpythonTests.ts';

const modules = ['list', 'dict', 'generators', 'gc', 'exceptions', 'json', 'unicode', 'atexit', 'sys_settrace'].map(
  (name) => `test_${name}`,
);

/** Single files that need no others of the suite. */
const userModules = ['generators', 'coroutines', 'scope', 'grammar', 'with', 'class', 'collections', 'enum', 'traceback'].map(
  (name) => `test_${name}`,
);

describe('CPython’s own tests', function () {
  this.timeout(10 * 60_000);
  for (const { executable, name } of testPythons()) {
    it(`give the same results with the probe on ${name}`, async function () {
      // Debian leaves them out.
      if (!hasTestSuite(executable)) this.skip();
      const { testCount, differences } = await compareSuite(executable, modules);
      assert.deepEqual(differences, []);
      assert.ok(testCount > 500, String(testCount));
    });
    it(`give the same results as the user's own files on ${name}`, async function () {
      if (!hasTestSuite(executable)) this.skip();
      const { testCount, differences } = await compareSuite(executable, userModules, true);
      assert.deepEqual(differences, []);
      assert.ok(testCount > 400, String(testCount));
    });
  }
});
