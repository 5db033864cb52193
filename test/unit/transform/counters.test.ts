import * as assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { instrumented, run } from './runInstrumented.ts';
import type { Format } from './runInstrumented.ts';

/** How often the statement that starts on each line ran, by line from 1. */
async function countLines(source: string, format: Format = 'commonjs'): Promise<Record<number, number>> {
  const result = instrumented(source, format);
  const { counters } = await run(result.code, format);
  return Object.fromEntries(result.info.statements.map(({ line, counter }) => [line, counters[counter] ?? -1]));
}

describe('the count of a line', () => {
  it('is how often its first statement ran, through branches, loops and jumps', async () => {
    const source = [
      'let n = 0;', // 1
      'for (let i = 0; i < 10; i++) {', // 2
      '  if (i % 2) continue;', // 3
      '  n += i;', // 4
      '  if (i > 5)', // 5
      '    n += 1;', // 6
      '  else if (i > 3)', // 7
      '    n += 2;', // 8
      '  while (n > 100) break;', // 9
      '}', // 10
      'do', // 11
      '  n--;', // 12
      'while (n > 20)', // 13
      'n = 0;', // 14
      'outer: for (const a of [1, 2, 3]) {', // 15
      '  for (const b of [1, 2, 3]) {', // 16
      '    if (b === 2) continue outer;', // 17
      '    n++;', // 18
      '  }', // 19
      '  n = -1;', // 20
      '}', // 21
      'log(n);', // 22
    ].join('\n');
    assert.deepEqual(await countLines(source), {
      1: 1,
      2: 1,
      3: 10,
      4: 5,
      5: 5,
      6: 2,
      7: 3,
      8: 1,
      9: 5,
      11: 1,
      12: 4,
      14: 1,
      15: 1,
      16: 3,
      17: 6,
      18: 3,
      20: 0,
      22: 1,
    });
  });

  it('stays exact when calls throw, and counts handlers and finally blocks', async () => {
    const source = [
      'function risky(i) {', // 1
      '  if (i === 2)', // 2
      "    throw new Error('two');", // 3
      '  return i;', // 4
      '}', // 5
      'for (let i = 0; i < 4; i++) {', // 6
      '  try {', // 7
      '    risky(i);', // 8
      '    log(i);', // 9
      '  } catch {', // 10
      "    log('caught');", // 11
      '  } finally {', // 12
      "    log('finally');", // 13
      '  }', // 14
      '  switch (i) {', // 15
      '    case 1:', // 16
      '      log(1);', // 17
      '    case 2:', // 18
      '      log(2);', // 19
      '      break;', // 20
      '    default:', // 21
      "      log('other');", // 22
      '  }', // 23
      '}', // 24
    ].join('\n');
    const counts = await countLines(source);
    assert.deepEqual(counts, { 2: 4, 3: 1, 4: 3, 6: 1, 7: 4, 8: 4, 9: 3, 11: 1, 13: 4, 15: 4, 17: 1, 19: 2, 20: 2, 22: 2 });
  });

  it('is that of generators, async functions, arrows and class members', async () => {
    const source = [
      'function* numbers() {', // 1
      '  yield 1;', // 2
      '  yield 2;', // 3
      '  yield 3;', // 4
      '}', // 5
      'for (const x of numbers()) if (x === 2) break;', // 6
      'const double = (x) =>', // 7
      '  x * 2;', // 8
      '[1, 2, 3].map(double);', // 9
      'class Point {', // 10
      '  x = [1];', // 11
      '  static all = new Map();', // 12
      '  static {', // 13
      '    this.count = 0;', // 14
      '  }', // 15
      '  get double() {', // 16
      '    return this.x.length * 2;', // 17
      '  }', // 18
      '}', // 19
      'new Point().double + new Point().double;', // 20
      'async function wait() {', // 21
      '  await null;', // 22
      '  log(1);', // 23
      '  await Promise.reject(new Error());', // 24
      '  log(2);', // 25
      '}', // 26
      'wait().catch(() => 0);', // 27
    ].join('\n');
    const counts = await countLines(source);
    assert.deepEqual(counts, {
      2: 1,
      3: 1,
      4: 0,
      6: 1,
      7: 1,
      8: 3,
      9: 1,
      10: 1,
      11: 2,
      12: 1,
      14: 1,
      17: 2,
      20: 1,
      22: 1,
      23: 1,
      24: 1,
      25: 0,
      27: 1,
    });
  });

  it('goes on behind directives and in modules', async () => {
    assert.deepEqual(await countLines(`#!/usr/bin/env node\n'use strict'\nlog(1)\nlog(2)`), { 2: 1, 3: 1, 4: 1 });
    assert.deepEqual(await countLines(`import 'node:fs'\nexport const a = [1]\nexport default a\nlog(await a)`, 'module'), {
      2: 1,
      3: 1,
      4: 1,
    });
  });

  it('of a function is how often it was called', async () => {
    const result = instrumented('function f(n) { return n > 0 ? f(n - 1) : [n] }\nf(4);\nconst g = () => f(0); g(); g();');
    const { counters } = await run(result.code, 'commonjs');
    assert.deepEqual(
      result.info.functions.map(({ name, line, counter }) => [name, line, counters[counter]]),
      [
        ['', 1, 1],
        ['f', 1, 7],
        ['g', 3, 2],
      ],
    );
  });
});

describe('a site', () => {
  it('runs as often as its expression is evaluated, and stands on its line', async () => {
    const source = [
      'const table = {', // 1
      '  a: [1, 2],', // 2
      '  b: new Map(),', // 3
      '};', // 4
      'for (let i = 0; i < 5; i++) {', // 5
      "  const row = { i, name: 'n' + i, list: [i] };", // 6
      '  if (i > 2) log(`${row.name}`);', // 7
      '}', // 8
    ].join('\n');
    const result = instrumented(source);
    const { executions } = await run(result.code, 'commonjs');
    const byLine: Record<number, number[]> = {};
    for (const { id, line } of result.info.sites) (byLine[line] ??= []).push(executions[id] ?? 0);
    assert.deepEqual(byLine, { 1: [1], 2: [1], 3: [1], 6: [5], 7: [2] });
  });

  it('hands over the collection that grows, without running anything of the program', async () => {
    const source = `
      const list = []; list.push(1);
      class Store { items = []; #own = []; add(x) { this.items.push(x); this.#own.push(x) } }
      new Store().add(2);
      const seen = { get map() { log('read'); return new Map() } }; seen.map.set(1, 2);`;
    const result = instrumented(source);
    const { receivers, log } = await run(result.code, 'commonjs', true);
    assert.deepEqual(
      log.filter((line) => line === 'read'),
      ['read'],
    );
    const kinds = new Map(result.info.sites.map(({ id, kind }) => [id, kind]));
    const grown = receivers.filter(([id]) => kinds.get(id as number) === 'grow').map((details) => details.slice(1));
    assert.deepEqual(
      grown.map((details) => JSON.stringify(details)),
      ['[[1]]', '[{"items":[2]},"items"]', '[[2]]', '[{"map":{}},"map"]'],
    );
  });

  it('is made for what is put into a collection as well, on its own line', async () => {
    const source = [
      'const rows = []; const seen = new Map();', // 1
      'for (let i = 0; i < 3; i++) {', // 2
      '  rows.push({ i, list: [i] },', // 3
      '    [i]);', // 4
      '  seen.set(`k${i}`, { row: rows[i] });', // 5
      "  if (i > 1) rows[rows.length] = 'last' + i;", // 6
      '}', // 7
      'log(rows, seen);', // 8
    ].join('\n');
    const result = instrumented(source);
    const { executions, log } = await run(result.code, 'commonjs', true);
    assert.deepEqual(
      result.info.sites.filter(({ line }) => line > 2).map(({ id, kind, line }) => [line, kind, executions[id]]),
      [
        [3, 'grow', 3],
        [3, 'literal', 3],
        [4, 'literal', 3],
        [5, 'grow', 3],
        [5, 'literal', 3],
        [5, 'literal', 3],
        [6, 'grow', 1],
        [6, 'literal', 1],
      ],
    );
    assert.deepEqual(log, (await run(source, 'commonjs')).log);
  });

  it('stands on the line of the call’s name where calls are chained over lines', async () => {
    const source = [
      'function shape(rows) {', // 1
      '  return rows', // 2
      '    .map((row) => ({ row }))', // 3
      '    .filter(({ row }) => row > 1).slice(0)', // 4
      '    .map(({ row }) =>', // 5
      '      [row]);', // 6
      '}', // 7
      'for (let i = 0; i < 3; i++) shape([1, 2, 3]);', // 8
      'const late = Promise', // 9
      '  .resolve([1])', // 10
      '  .then((x) => [x]);', // 11
      'late.then(log);', // 12
      'const whole = [1]', // 13
      '  .concat(2);', // 14
      'log(shape([whole]));', // 15
    ].join('\n');
    const result = instrumented(source);
    const { executions, log } = await run(result.code, 'commonjs', true);
    const byLine = result.info.sites.map(({ id, kind, line }) => `${line} ${kind} ${executions[id]}`);
    assert.deepEqual(byLine.sort(), [
      '10 call 1',
      '10 literal 1',
      '11 call 1',
      '11 literal 1',
      '12 call 1',
      '13 call 1',
      '15 literal 1',
      '3 call 4',
      '3 literal 10',
      '4 call 4',
      '5 call 4',
      '6 literal 6',
      '8 literal 3',
    ]);
    assert.deepEqual(log, (await run(source, 'commonjs')).log);
  });

  it('of a chain without end is one for the whole', () => {
    const calls = (count: number): string => `list${'\n.concat([1])'.repeat(count)}`;
    assert.ok(instrumented(calls(20)).info.sites.filter(({ kind }) => kind === 'call').length === 20);
    const { code, info } = instrumented(calls(500));
    assert.ok(info.sites.length < 100, String(info.sites.length));
    assert.ok(code.length < 500_000, String(code.length));
  });

  it('is told from what was left: closures and literals that give their functions names', () => {
    const { info } = instrumented('const api = {\n  get: () => [1],\n  list: [1],\n};\nfunction f() {}\n');
    assert.deepEqual(
      info.sites.map(({ line, kind }) => [line, kind]),
      [
        [2, 'literal'],
        [3, 'literal'],
      ],
    );
    assert.deepEqual(
      info.residuals.map(({ line, fixedBytes }) => [line, fixedBytes]),
      [
        [1, undefined],
        [2, 64],
        [5, 64],
      ],
    );
  });

  it('in the header of a loop runs with each turn, also where it was left', async () => {
    const source = [
      'const all = [];', // 1
      'for (let i = 0; i < 4 && (() => true)();', // 2
      '  i += (() => 1)()) {', // 3
      '  all[i] = i;', // 4
      '}', // 5
      'let n = 0; while (((x) => x)(n++) < 3) all[n] = n;', // 6
      'for (const { f = () => 1 } of [{}, {}]) log(f());', // 7
      'do n--; while ((() => n)() > 0);', // 8
      'for (; (() => n++)() < 3; );', // 9
    ].join('\n');
    const { info, code } = instrumented(source);
    const { counters, log } = await run(code, 'commonjs');
    const closures = info.residuals.filter(({ fixedBytes }) => fixedBytes !== undefined);
    assert.deepEqual(
      closures.map(({ line, counter }) => [line, counters[counter]]),
      [
        [2, 4],
        [3, 4],
        [6, 3],
        [7, 2],
        [8, 4],
        [9, 1],
      ],
    );
    assert.deepEqual(log, (await run(source, 'commonjs')).log);
  });

  it('says how it allocates', () => {
    const source = [
      "const fs = require('fs'); const own = require('./own.js');", // 1
      'const a = [1];', // 2
      'const b = [...a];', // 3
      'const c = new Map();', // 4
      'c.set(a, b);', // 5
      'const d = a.map(String);', // 6
      "const e = fs.readFileSync('x');", // 7
      'own.anything(e, d);', // 8
      'let s = `${a}`;', // 9
      "s += 'x';", // 10
      'const dict = {};', // 11
      'dict[s] = a;', // 12
      'const sum = a[0] + b[0] + Math.max(1, 2);', // 13
    ].join('\n');
    const { info } = instrumented(source);
    assert.deepEqual(
      info.sites.map(({ line, kind }) => `${line} ${kind}`),
      [
        '1 packageCall',
        '1 packageCall',
        '2 literal',
        '3 call',
        '4 new',
        '5 grow',
        '6 call',
        '7 packageCall',
        '9 literal',
        '10 literal',
        '11 literal',
        '12 grow',
      ],
    );
    assert.ok(info.callSites.some(({ callee, line }) => callee === 'anything' && line === 8));
  });

  it('knows when its result arrives only after an await', async () => {
    const source = "const pkg = require('pkg'); (async () => { const x = await pkg.parse('a'); log(x, await null) })();";
    const result = instrumented(source);
    assert.deepEqual(
      result.info.sites.filter(({ awaited }) => awaited === true).map(({ kind }) => kind),
      ['packageCall'],
    );
    assert.deepEqual((await run(result.code, 'commonjs')).log, (await run(source, 'commonjs')).log);
  });
});
