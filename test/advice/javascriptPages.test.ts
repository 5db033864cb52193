/** The pages about the rules for JavaScript: their examples run, print the same before and after, and are what the rules speak about. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ruleInfo } from '../../src/advice/ruleInfo.ts';
import { javascriptRules } from '../../src/advice/javascript/javascriptRules.ts';
import { projectRoot } from '../engines/profiling.ts';
import { createProgramFolder } from '../engines/programFolder.ts';
import { testRuntime } from '../runtimes.ts';
import { adviseProgram } from './advising.ts';

describe('pages about advice on JavaScript', function () {
  this.timeout(120_000);
  const { executable: runtimePath } = testRuntime(24);

  for (const { id } of javascriptRules) {
    it(`${id}: prints the same before and after, and is advised before alone`, async () => {
      const page = fs.readFileSync(path.join(projectRoot, ruleInfo(id)?.docsPage ?? ''), 'utf8');
      const [before, after, ...others] = [...page.matchAll(/^```javascript\n(.*?)^```$/gms)].map(([, code = '']) => code);
      assert.ok(before !== undefined && after !== undefined && others.length === 0, 'two programs');
      const request = { runtimePath, explain: id === 'cache-pure-call' };
      const advised = await adviseProgram('before.mjs', before, request);
      assert.ok(
        advised.advice.some(({ rule }) => rule === id),
        `${id} is silent about:\n${before}`,
      );
      const better = await adviseProgram('after.mjs', after, request);
      assert.deepEqual(
        better.advice.filter(({ rule }) => rule === id),
        [],
      );
      assert.equal(better.stdout, advised.stdout);
      assert.equal(plainOutput(after, runtimePath), better.stdout);
    });
  }
});

/** What the program prints when nobody looks. */
function plainOutput(program: string, runtimePath: string): string {
  const folder = createProgramFolder();
  try {
    return execFileSync(runtimePath, [folder.write('program.mjs', program)], { encoding: 'utf8' });
  } finally {
    folder.remove();
  }
}
