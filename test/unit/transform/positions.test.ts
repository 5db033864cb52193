import * as assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import * as vm from 'node:vm';
import { describe, it } from 'mocha';
import { OriginalTexts } from '../../../src/agent/transform/originalText.ts';
import { instrument } from '../../../src/agent/transform/instrument.ts';
import { instrumented } from './runInstrumented.ts';

const { defineMarkerGlobals } = createRequire(import.meta.url)('../../conformance/markerRuntime.cjs') as {
  defineMarkerGlobals: (target: object, siteCount: number) => void;
};

const source = [
  '#!/usr/bin/env node', // 0
  "'use strict';", // 1
  'const make = (x) => ({ x, list: [x] }); const add = a => b => [a, b], id = x => (x);', // 2
  'function outer(items) { // [comment]', // 3
  '  if (items.length > 1) return items.map((item) => {', // 4
  '    const row = { item,', // 5
  "      text: 'a' + item, /* ( */", // 6
  '      nested: [', // 7
  '        { deep: `${item}` },', // 8
  '      ],', // 9
  '    };', // 10
  '    return row;', // 11
  '  });', // 12
  '  return make(items[0]);', // 13
  '}', // 14
  'class Store { #a = [1]; b = () => [this.#a]; static async *gen(x = [1]) { yield* [x] } get it() { return { a: this.#a } } }', // 15
  'let s = ""; for (const x of [1, 2]) s += "x" + x; const tail = [s,', // 16
  '  s].concat(outer([1, 2]), outer([3]),', // 17
  '  make(4)); log(JSON.stringify(tail), [() => Store, make][0], new Store().b());', // 18
  'function held(f) { return f } const inCalls = [held(x => [x]), held(x => (y => (x))), held(x => y => x)];', // 19
].join('\r\n');

function position(mappings: Int32Array, line0: number, column0: number): [number, number] | undefined {
  let found: [number, number] | undefined;
  for (let at = 0; at < mappings.length; at += 4) {
    const [line, column, originalLine, originalColumn] = mappings.subarray(at, at + 4) as unknown as [number, number, number, number];
    if (line === line0 && column <= column0) found = [originalLine, originalColumn + column0 - column];
  }
  return found;
}

describe('the mappings of a rewritten file', () => {
  it('lead each of its words back to where it stands in the original, in markers as well', () => {
    const { code, mappings } = instrumented(source);
    const lines = source.split('\r\n');
    const codeLines = code.split(/\r\n|\n/);
    let checked = 0;
    for (const [line0, text] of codeLines.entries()) {
      for (const match of text.matchAll(/(?<![\w$'"`.])(?:items|row|nested|deep|make|outer|Store|gen|tail|concat|stringify|length)\b/g)) {
        const found = position(mappings, line0, match.index);
        assert.ok(found, `${line0}:${match.index} ${match[0]}`);
        const original = lines[found[0]]?.slice(found[1]) ?? '';
        // A variable that is handed over maps to the expression's use of it, a marker's parameter to the expression.
        const isParameter = /^(?:\/\*[\w-]+\*\/)?function \$ml\$/.test(text) && match.index < text.indexOf(')');
        if (!isParameter) assert.ok(original.startsWith(match[0]), `${match[0]} at ${line0}:${match.index} leads to ${original}`);
        checked += 1;
      }
    }
    assert.ok(checked > 30, String(checked));
  });

  it('are sorted, and lines stay', () => {
    const { code, mappings } = instrumented(source);
    for (let at = 4; at < mappings.length; at += 4) {
      const before = (mappings[at - 4] ?? 0) * 100_000 + (mappings[at - 3] ?? 0);
      assert.ok(before <= (mappings[at] ?? 0) * 100_000 + (mappings[at + 1] ?? 0));
    }
    const codeLines = code.split(/\r\n|\n/);
    for (const [line0, text] of source.split(/\r\n/).entries()) {
      const word = /(?:const|function|class|static|let) \w+|text|nested|deep|return \w+/.exec(text)?.[0];
      const isMoved = codeLines[line0]?.includes('$ml$') === true || !/[:]/.test(text);
      if (word !== undefined && /^(?:const|function|class|let|return row)/.test(word)) assert.ok(codeLines[line0]?.includes(word), word);
      assert.ok(isMoved || codeLines[line0] !== undefined);
    }
  });

  it('say where V8 finds each function', () => {
    const { code, info } = instrumented(source);
    const codeLines = code.split(/\r\n|\n/);
    const starts = info.functions.slice(1).map((entry) => [entry.name, codeLines[entry.rewrittenLine0]?.slice(entry.rewrittenColumn0)[0]]);
    assert.deepEqual(starts, [
      ['make', '('],
      ['add', 'a'],
      ['', 'b'],
      ['id', 'x'],
      ['outer', '('],
      ['', '('],
      ['b', '('],
      ['gen', '('],
      ['get it', '('],
      ['', '('],
      ['held', '('],
      ['', 'x'],
      ['', 'x'],
      ['', 'y'],
      ['', 'x'],
      ['', 'y'],
    ]);
  });

  it('go on to the file that the source was compiled from', () => {
    // Every line of the compiled text stands for the line 10 further down, two columns to the right; line 2 for none.
    const result = instrument({
      source: 'const a = [1];\nconst helper = [0];\nconst b = [a, helper];',
      path: '/a.ts',
      format: 'commonjs',
      firstSiteId: 1,
      firstCounterId: 1,
      originalPosition: (line, column) => (line === 2 ? undefined : { line: line + 10, column: column + 2 }),
    });
    assert.deepEqual(
      result.info.sites.map(({ line }) => line),
      [11, 13],
    );
    assert.deepEqual(
      result.info.statements.map(({ line }) => line),
      [11, 13],
    );
    const lastLine0 = 2;
    const column0 = result.code.split('\n')[lastLine0]?.indexOf('b =') ?? -1;
    assert.deepEqual(position(result.mappings, lastLine0, column0), [12, 8]);
  });
});

describe('the original text of a function', () => {
  it('is what toString() gave before', () => {
    const result = instrumented(source);
    const texts = (code: string): string[] => {
      const found: string[] = [];
      const body = code.slice(code.indexOf('\n') + 1);
      const globals = {
        found,
        log: () => undefined,
        $ml_c: [],
        $ml_n: [],
        $ml_t: [],
        $ml_f: [0],
        $ml_z: undefined,
        $ml_i: noop,
        $ml_o: noop,
      };
      const names =
        'make, add, add(1), id, outer, Store, Store.gen, new Store().b, Object.getOwnPropertyDescriptor(Store.prototype, "it").get';
      vm.runInNewContext(`${body}\n;for (const f of [${names}].concat(inCalls)) found.push(f.toString())`, globals);
      return found;
    };
    const originals = texts(source);
    const rewritten = texts(result.code);
    assert.equal(originals.length, 12);
    assert.ok(rewritten.every((text) => text.includes('$ml')));
    const known = new OriginalTexts({ source, code: result.code, mappings: result.mappings });
    assert.deepEqual(
      rewritten.map((text) => known.originalOf(text)),
      originals,
    );
  });
});

function noop(): void {
  // The agent's part in a marker.
}

describe('the place of an error', () => {
  const failing = [
    'const x = [1].foo.bar;',
    'const x = [\n  1,\n].foo\n  .bar;',
    'const x = { a: [1] }.b.c;',
    'const x = `${1}`.foo.bar;',
    'const x = /a/.foo.bar;',
    'const x = new Map([[1]].slice(1)).foo.bar;',
    'const x = new Map().foo\n  .bar()',
    'const x = () => 1\nnew Map().foo\nx().foo.bar',
    "const x = ('a' + [1]).foo.bar;",
    'const x = [1].map((x) => [x]).foo.bar;',
    'const x = [1]\n  .map((x) => [x])\n  .foo.bar;',
    'const list = [1]; const x = list\n  .map((x) => [x])\n  .filter(Boolean)\n  .nope(1);',
    'const list = [1]; const x = list\n  .map((x) => [x])\n  .filter(1)\n  .flat();',
    'const list = [1]; list.push([1, { a: [list].foo.bar }]);',
    'const list = [1]; list.push([1, [list].nope()]);',
    'const list = [1]; const x = [[1], { a: list,\n  b: list.foo.bar }];',
    'const list = [1]; const x = [[1], { a: list,\n  b: `${list} ${\n  list.foo.bar} ` }];',
    'const f = (x) =>\n  x.foo.bar; const y = [[f(1)], 2];',
    'throw new Error(`${1}`)',
    'const make = () => { throw new Map([[1]].concat()).foo.bar }; make();',
  ];

  /** Line and column from 0 of the innermost frames in the program, by function. */
  function framesOf(code: string): { readonly name: string; readonly line0: number; readonly column0: number }[] {
    try {
      const context = vm.createContext({});
      defineMarkerGlobals(vm.runInContext('globalThis', context) as object, 1000);
      vm.runInContext(code, context, { filename: '/program.js' });
    } catch (error) {
      const stack = String((error as Error).stack);
      return [...stack.matchAll(/at (?:(\S+) \()?\/program\.js:(\d+):(\d+)/g)].map(([, name = '', line, column]) => ({
        name,
        line0: Number(line) - 1,
        column0: Number(column) - 1,
      }));
    }
    return [];
  }

  for (const program of failing) {
    it(`is found again: ${JSON.stringify(program)}`, () => {
      const { code, mappings } = instrumented(program);
      assert.notEqual(code, program);
      const original = framesOf(program)[0];
      assert.ok(original);
      const [innermost] = framesOf(code);
      assert.deepEqual(position(mappings, innermost?.line0 ?? -1, innermost?.column0 ?? -1), [original.line0, original.column0]);
    });
  }
});
