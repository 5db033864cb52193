/**
 * What ships is the bundle, from which parts of Babel are left out: it must compile every program as the source does, on Node 18 too.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compileTypeScript } from '../../../src/agent/transform/compileTypeScript.ts';
import { testRuntime } from '../../runtimes.ts';
import { cases, inputOf } from './cases.ts';

const bundle = fileURLToPath(new URL('../../../dist/typescript.cjs', import.meta.url));
const program = `
const { compileTypeScript } = require(process.argv[1]);
const inputs = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
console.log(JSON.stringify(inputs.map((input) => compileTypeScript(input).code)));`;

describe('the bundled TypeScript compiler', () => {
  for (const major of [18, 26]) {
    it(`gives the same code as its source on Node ${major}`, function () {
      this.timeout(60_000);
      const inputs = cases.flatMap((each) => [inputOf(each)]);
      const printed = execFileSync(testRuntime(major).executable, ['-e', program, bundle], {
        input: JSON.stringify(inputs),
        encoding: 'utf8',
      });
      assert.deepEqual(
        JSON.parse(printed),
        inputs.map((input) => compileTypeScript(input).code),
      );
    });
  }
});
