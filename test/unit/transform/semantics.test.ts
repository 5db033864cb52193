import * as assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { evaluationHazards } from './evaluationHazards.ts';
import { instrumented, run } from './runInstrumented.ts';
import { syntaxHazards } from './syntaxHazards.ts';

describe('a rewritten program', () => {
  for (const { holds, source, sites, format = 'commonjs' } of [...evaluationHazards, ...syntaxHazards]) {
    it(`shows that ${holds}`, async () => {
      const result = instrumented(source, format);
      assert.ok(result.siteCount >= sites, `${result.siteCount} expressions were moved, not ${sites}`);
      const original = await run(source, format);
      assert.ok(original.log.length > 1);
      assert.deepEqual((await run(result.code, format, false)).log, original.log);
      assert.deepEqual((await run(result.code, format, true)).log, original.log);
    });
  }
});
