/**
 * Where things stand after compiling, which files are modules, what is read of tsconfig.json, and what a syntax error says.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  compileTypeScript,
  CompileError,
  detectFormat,
  loadCompilerOptions,
  type CompileInput,
  type CompileResult,
} from '../../../src/agent/transform/compileTypeScript.ts';
import { testRuntime } from '../../runtimes.ts';

const folder = mkdtempSync(join(tmpdir(), 'memory-lens-ts-'));
after(() => rmSync(folder, { recursive: true, force: true }));

describe('the place of compiled TypeScript', () => {
  const source = [
    'enum Colour { Red = "r", Green = "g" }',
    'namespace Shapes {',
    '  export let count = 0;',
    '  export class Square {',
    '    constructor(private readonly side: number) { count++; }',
    '    get area(): number { return this.side ** 2; }',
    '  }',
    '}',
    'interface Unused { a: string }',
    'type Alias =',
    '  | string',
    '  | number;',
    'function make<T>(value: T): T[] {',
    '  const made: T[] = [value as T]; const marker1 = 1;',
    '  return made;',
    '}',
    'class Box {',
    '  items: string[] = ["markerItem"];',
    '}',
    'const last = (x: number): number => x satisfies number; const marker2 = make(last(2));',
    'console.log(new Shapes.Square(3).area, Colour.Red, marker2, new Box());',
  ].join('\n');

  it('leaves every statement on its line, and maps every name to its column', () => {
    for (const options of [{}, { experimentalDecorators: true }]) {
      const result = compile({ source, options });
      for (const text of ['marker1', 'made;', '"markerItem"', 'marker2', 'console', 'Square', 'last(2)', 'count++', 'ount = 0']) {
        const original = positionOf(source, text);
        const generated = positionOf(result.code, text === 'count++' ? 'Shapes.count++' : text);
        assert.equal(generated.line, original.line, `${text} moved\n${result.code}`);
        if (text !== 'ount = 0') assert.deepEqual(map(result, generated), original, text);
      }
    }
  });

  it('maps a field that moved into the constructor to where it stands', () => {
    const result = compile({ source, options: { useDefineForClassFields: false } });
    const generated = positionOf(result.code, '"markerItem"');
    assert.deepEqual(map(result, generated), positionOf(source, '"markerItem"'));
  });

  it('maps what stands after the helpers of decorators, modules and resources', () => {
    const lines = [
      'import fs from "node:fs";',
      'function d(v: any, c: any) {}',
      '@d class A { @d m() {',
      '  return fs.marker; } }',
      '{ using r = null;',
      '  afterAll(r); }',
    ];
    for (const format of ['commonjs', 'module'] as const) {
      const result = compile({ source: lines.join('\n'), format });
      for (const text of ['marker', 'afterAll']) {
        assert.deepEqual(map(result, positionOf(result.code, text)), positionOf(lines.join('\n'), text));
      }
    }
  });

  it('lists its mappings in ascending order', () => {
    const { mappings } = compile({ source });
    for (let i = 4; i < mappings.length; i += 4) {
      assert.ok(mappings[i]! > mappings[i - 4]! || (mappings[i] === mappings[i - 4] && mappings[i + 1]! >= mappings[i - 3]!));
    }
  });

  it('compiles 20,000 lines in a few seconds at most', function () {
    this.timeout(60_000);
    const block = (i: number): string => source.replace(/\b(Colour|Shapes|Unused|Alias|make|Box|last|marker2)\b/g, `$1${i}`);
    const many = Array.from({ length: 1000 }, (_, i) => block(i)).join('\n');
    assert.ok(many.split('\n').length >= 20_000);
    // Of the processor, for the machine may be busy with other things.
    const before = process.cpuUsage();
    compile({ source: many });
    const { user, system } = process.cpuUsage(before);
    const spentMs = (user + system) / 1000;
    assert.ok(spentMs < 15_000, `${spentMs.toFixed(0)} ms`);
  });
});

describe('the module system of a file', () => {
  const esm = 'import type { A } from "a"; export const x: number = 1;';

  it('is said by the extension first, then by package.json', () => {
    assert.equal(detectFormat('', '/a.mts', 'commonjs'), 'module');
    assert.equal(detectFormat(esm, '/a.cts', 'module'), 'commonjs');
    assert.equal(detectFormat('', '/a.ts', 'module'), 'module');
    assert.equal(detectFormat(esm, '/a.tsx', 'commonjs'), 'commonjs');
  });

  it('is an ES module by its syntax where nothing is said', () => {
    assert.equal(detectFormat(esm, '/a.ts', undefined), 'module');
    assert.equal(detectFormat('console.log(await 1);', '/a.ts', undefined), 'module');
    assert.equal(detectFormat('console.log(import.meta.url);', '/a.ts', undefined), 'module');
    assert.equal(detectFormat('const a = <b/>; export default a;', '/a.jsx', undefined), 'module');
  });

  it('is CommonJS where only types are imported, or the file could not run as a module', () => {
    assert.equal(detectFormat('import type { A } from "a"; let a: A;', '/a.ts', undefined), 'commonjs');
    assert.equal(detectFormat('const a = import("b");', '/a.ts', undefined), 'commonjs');
    assert.equal(detectFormat('async function f() { await 1; }', '/a.ts', undefined), 'commonjs');
    assert.equal(detectFormat('import a = require("a"); export = a;', '/a.ts', undefined), 'commonjs');
    assert.equal(detectFormat('import a from "a"; console.log(__dirname);', '/a.ts', undefined), 'commonjs');
    assert.equal(detectFormat(esm, '/a.ts', undefined, { module: 'commonjs' }), 'commonjs');
    assert.equal(detectFormat('export const = ', '/a.ts', undefined), 'commonjs');
  });
});

describe('compiled ES modules', () => {
  it('run as modules, `import x = require()` included', () => {
    for (const major of [18, 24]) {
      const source = `import fs = require('node:fs'); import type { Stats } from 'node:fs'; import * as path from 'node:path'; import { type PathLike, existsSync, Dir } from 'node:fs';
        export * as again from 'node:url'; enum E { A = 1 } export namespace N { export let v = E.A; } N.v++; declare const q: Dir;
        const top = await Promise.resolve(2); console.log(typeof fs.readFileSync, typeof path.join, existsSync === fs.existsSync, N.v, top, typeof import.meta.url, typeof require);`;
      const file = join(folder, `module${major}.mjs`);
      writeFileSync(file, compile({ source, format: 'module' }).code);
      assert.equal(run(major, file), 'function function true 2 2 string undefined\n');
    }
  });

  it('keep imports that are not used where verbatimModuleSyntax asks for it', () => {
    const source = 'import { a } from "./a.js"; import { type B } from "./b.js"; import type C from "./c.js";';
    const { code } = compile({ source, format: 'module', options: { verbatimModuleSyntax: true } });
    assert.match(
      code,
      /import \{ a \} from ["']\.\/a\.js["'];\s*import ["']\.\/b\.js["']|import \{ a \} from ["']\.\/a\.js["'];\s*import \{\s*\} from ["']\.\/b\.js["']/,
    );
    assert.doesNotMatch(code, /c\.js/);
    assert.doesNotMatch(compile({ source, format: 'module' }).code, /import/);
  });

  it('import the JSX runtime that tsconfig.json, a comment or the caller names', () => {
    const jsx = (extra: Partial<CompileInput>): string =>
      compile({ source: 'export const a = <b c="d" />;', kind: 'tsx', format: 'module', ...extra }).code;
    assert.match(jsx({ jsxRuntime: 'automatic' }), /from ["']react\/jsx-runtime["']/);
    assert.match(jsx({ options: { jsx: 'react-jsx', jsxImportSource: 'preact' } }), /from ["']preact\/jsx-runtime["']/);
    assert.match(jsx({ options: { jsx: 'react-jsxdev' } }), /from ["']react\/jsx-dev-runtime["']/);
    assert.match(jsx({ options: { jsx: 'react' }, jsxRuntime: 'automatic' }), /React\.createElement/);
    assert.match(jsx({ source: '/** @jsxImportSource vue */ export const a = <b/>;' }), /from ["']vue\/jsx-runtime["']/);
    assert.match(jsx({ source: '/** @jsx h */ export const a = <b/>;' }), /\bh\(["']b["']/);
    assert.match(
      compile({ source: 'const a = <b/>;', kind: 'jsx', jsxRuntime: 'automatic' }).code,
      /require\(["']react\/jsx-runtime["']\)|React/,
    );
  });
});

describe('a source that can’t be compiled', () => {
  it('says what is wrong and where in the original', () => {
    assert.throws(
      () => compile({ source: 'const a: number = 1;\nconst b: = 2;', path: '/some where/x.ts' }),
      (error: unknown) => error instanceof CompileError && error.line1 === 2 && error.column0 === 9 && error.message === 'Unexpected token',
    );
  });
});

describe('compiler options', () => {
  it('come from the nearest tsconfig.json with comments, and through extends', () => {
    const deep = join(folder, 'project', 'src', 'deep');
    mkdirSync(join(folder, 'project', 'node_modules', '@base', 'config'), { recursive: true });
    mkdirSync(deep, { recursive: true });
    writeFileSync(
      join(folder, 'project', 'node_modules', '@base', 'config', 'tsconfig.json'),
      '{"compilerOptions":{"experimentalDecorators":true,"target":"ES2021"}}',
    );
    writeFileSync(
      join(folder, 'project', 'tsconfig.base.json'),
      '{"extends":"@base/config/tsconfig.json","compilerOptions":{"jsx":"React-JSX","strict":true,}}',
    );
    writeFileSync(
      join(folder, 'project', 'tsconfig.json'),
      '// mine\n{ "extends": "./tsconfig.base.json", /* c */ "compilerOptions": { "strict": false } }',
    );
    const { options, path, problem } = loadCompilerOptions(deep);
    assert.equal(problem, undefined);
    assert.equal(path?.split(/[\\/]/).at(-2), 'project');
    const { module: _impliedByTarget, ...written } = options;
    assert.deepEqual(written, { experimentalDecorators: true, target: 'es2021', jsx: 'react-jsx', strict: false });
  });

  it('are empty, with the reason, where the file is broken', () => {
    const broken = join(folder, 'broken');
    mkdirSync(broken);
    writeFileSync(join(broken, 'tsconfig.json'), '{ "extends": "./nowhere.json" }');
    const { options, problem } = loadCompilerOptions(broken);
    assert.deepEqual(options, {});
    assert.match(problem!, /can't be read/);
  });
});

describe('class fields by target', () => {
  it('are assigned below ES2022 and defined from there on', () => {
    const source = 'class Base { set a(v) { console.log("set"); } } class B extends Base { a = 1; } new B(); console.log("done");';
    const outputs = [{ target: 'es2021' }, { target: 'es2022' }, { target: 'es5', useDefineForClassFields: true }, {}].map(
      (options, index) => {
        const file = join(folder, `target${index}.cjs`);
        writeFileSync(file, compile({ source, options }).code);
        return run(24, file);
      },
    );
    assert.deepEqual(outputs, ['set\ndone\n', 'done\n', 'done\n', 'done\n']);
  });
});

function compile(input: Partial<CompileInput> & { source: string }): CompileResult {
  return compileTypeScript({ path: '/project/file.ts', kind: 'ts', format: 'commonjs', ...input });
}

function run(major: number, file: string): string {
  const result = spawnSync(testRuntime(major).executable, [file], { encoding: 'utf8' });
  assert.equal(result.stderr.replace(/^.*ExperimentalWarning[\s\S]*$/m, ''), '');
  return result.stdout;
}

/** Both from 0. */
function positionOf(text: string, part: string): { line: number; column: number } {
  const at = text.indexOf(part);
  assert.notEqual(at, -1, `${part} is not in\n${text}`);
  const before = text.slice(0, at).split('\n');
  return { line: before.length - 1, column: before.at(-1)!.length };
}

/** What the last mapping at or before a position says. */
function map({ mappings }: CompileResult, { line, column }: { line: number; column: number }): { line: number; column: number } {
  let found = { line: -1, column: -1 };
  for (let i = 0; i < mappings.length; i += 4) {
    if (mappings[i] === line && mappings[i + 1]! <= column)
      found = { line: mappings[i + 2]!, column: mappings[i + 3]! + column - mappings[i + 1]! };
  }
  return found;
}
