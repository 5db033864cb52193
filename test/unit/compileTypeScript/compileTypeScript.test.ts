/**
 * The compiled text is run by real Node processes, and compared with what tsc makes of the same program.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { compileTypeScript } from '../../../src/agent/transform/compileTypeScript.ts';
import { testRuntime } from '../../runtimes.ts';
import { cases, inputOf, type Case } from './cases.ts';

/** Runs each file in turn in one process and gives what each printed; an error counts as print. */
const runner = `
const results = {}; const real = console.log; let current;
const { inspect } = require('node:util');
console.log = (...all) => results[current].push(all.map((each) => typeof each === 'string' ? each : inspect(each)).join(' '));
(async () => {
  for (const file of process.argv.slice(2)) {
    current = file; results[file] = [];
    try { require(file); await new Promise((done) => setTimeout(done, 5)); } catch (error) { results[file].push('threw ' + (error && error.message)); }
  }
  real(JSON.stringify(results));
})();`;

describe('compiled TypeScript', () => {
  const folder = mkdtempSync(join(tmpdir(), 'memory-lens-ts-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'run.cjs'), runner);
  const fileOf = (index: number, who: string): string => join(folder, `${index}.${who}.cjs`);

  for (const major of [18, 24]) {
    describe(`on Node ${major}`, () => {
      const outputs = new Map<string, string[]>();
      before(function () {
        this.timeout(60_000);
        const files: string[] = [];
        for (const [index, each] of cases.entries()) {
          writeFileSync(fileOf(index, 'ours'), compiledOrError(each));
          writeFileSync(fileOf(index, 'tsc'), compileByTsc(each));
          files.push(fileOf(index, 'ours'), fileOf(index, 'tsc'));
        }
        const printed = execFileSync(testRuntime(major).executable, [join(folder, 'run.cjs'), ...files], { encoding: 'utf8' });
        for (const [file, lines] of Object.entries(JSON.parse(printed) as Record<string, string[]>)) outputs.set(file, lines);
      });

      for (const [index, each] of cases.entries()) {
        it(`prints what tsc's text prints: ${each.name}`, () => {
          const expected = outputs.get(fileOf(index, 'tsc'))!;
          assert.ok(expected.length > 0 || each.source.includes('export ='));
          assert.ok(!expected.some((line) => line.startsWith('threw ')), expected.join('\n'));
          assert.deepEqual(outputs.get(fileOf(index, 'ours')), expected);
        });
      }
    });
  }
});

/** A program that fails to compile fails its own test alone. */
function compiledOrError(each: Case): string {
  try {
    return compileTypeScript(inputOf(each)).code;
  } catch (error) {
    return `throw new Error(${JSON.stringify(String(error))});`;
  }
}

function compileByTsc({ source, options = {}, kind }: Case): string {
  const { jsx, target: _target, module: _module, ...others } = options;
  return ts.transpileModule(source, {
    fileName: kind === 'tsx' ? 'case.tsx' : 'case.ts',
    compilerOptions: {
      alwaysStrict: false,
      useDefineForClassFields: true,
      ...others,
      ...(jsx === 'react' && { jsx: ts.JsxEmit.React }),
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.CommonJS,
      esModuleInterop: true,
      isolatedModules: true,
    },
  }).outputText;
}
