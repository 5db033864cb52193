/**
 * Counting lines must not change a program: what it sees of its own functions, its own tracing, copies of its code, hot loops.
 */

import * as assert from 'node:assert';
import { testPythons } from '../runtimes.ts';
import { comparePrograms, differences } from './comparing.ts';

for (const python of testPythons()) {
  describe(`Programs whose lines are counted, on ${python.name}`, function () {
    this.timeout(300_000);

    it('print and end the same as without', async () => {
      const compared = await comparePrograms('counted', python);
      assert.ok(compared.length >= 5);
      assert.deepStrictEqual(differences(compared), []);
    });
  });
}
