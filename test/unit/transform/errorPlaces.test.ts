/** What the rewriting tells of errors, so that they are shown with the text that the person wrote. */
import * as assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { InstrumentError, instrument } from '../../../src/agent/transform/instrument.ts';
import { instrumented, run } from './runInstrumented.ts';

/** Node shows no line that holds these words. */
const hidden = 'node-do-not-add-exception-line';

describe('a throw statement', () => {
  const source = [
    "const fail = (text) => { throw new Error('made ' + text) };", // 1
    'async function late(x) {', // 2
    '  throw await x, [x];', // 3
    '}', // 4
    'for (const work of [', // 5
    "  () => fail('here'),", // 6
    "  () => { throw (1, 'two') },", // 7
    '  () => { throw missing },', // 8
    '  () => {', // 9
    '    throw class { static a = [1] }', // 10
    '  },', // 11
    ']) try { work() } catch (error) { log(String(error), error?.name) }', // 12
    'late([5]).catch(log);', // 13
  ].join('\n');

  it('tells its file, its place and its value, which it throws', async () => {
    const { code, info } = instrumented(source);
    const { thrown, log } = await run(code, 'commonjs');
    const nameOf = (value: unknown): unknown =>
      (value as Partial<Error>).message ?? (typeof value === 'function' ? 'class' : JSON.stringify(value));
    assert.deepEqual(
      thrown.map(({ line, column, value }) => [line, column, nameOf(value)]),
      [
        [1, 25, 'made here'],
        [7, 10, '"two"'],
        [10, 4, 'class'],
        [3, 2, '[[5]]'],
      ],
    );
    // What tells the file from others is the first of its counters.
    assert.ok(thrown.every(({ file }) => file === info.functions[0]?.counter));
    const original = await run(source, 'commonjs');
    const withoutCode = (lines: readonly string[]): string[] => lines.map((line) => line.replace(/^class .*/s, 'class'));
    assert.deepEqual(withoutCode(log), withoutCode(original.log));
  });

  it('tells the place in the file that the source was compiled from, and nothing where it has none', async () => {
    const { code } = instrument({
      source: 'try { throw 1 } catch {}\ntry { throw 2 } catch {}',
      path: '/a.ts',
      format: 'commonjs',
      firstSiteId: 1,
      firstCounterId: 1,
      originalPosition: (line, column) => (line === 2 ? undefined : { line: line + 10, column: column + 2 }),
    });
    const { thrown } = await run(code, 'commonjs');
    assert.deepEqual(
      thrown.map(({ line, column, value }) => [line, column, value]),
      [[11, 8, 1]],
    );
  });
});

describe('the lines that Node is kept from showing', () => {
  const source = [
    '#!/usr/bin/env node', // 0
    "'use strict'", // 1
    'const half = (x) => x / 2;', // 2
    '// as it is', // 3
    'const rows = [', // 4
    '  1,', // 5
    '];', // 6
    'if (rows.length)', // 7
    '  log(half(2)', // 8
    '  )', // 9
    'const text = `', // 10
    '  ${rows[0]} as it is', // 11
    '`;', // 12
    'log(text, 1 /', // 13
    '  4/[2])', // 14
  ].join('\n');

  it('are those whose text was changed, markers and all, and no others', () => {
    const { code, changedLines } = instrumented(source);
    const originals = source.split('\n');
    const lines = code.split('\n');
    const differing = originals.flatMap((line, index) => (lines[index] === line ? [] : [index]));
    // Where a literal of several lines was moved, empty ones are left, at which nothing can fail.
    assert.deepEqual(
      [...changedLines].filter((index) => index < originals.length),
      differing.filter((index) => lines[index] !== ''),
    );
    assert.ok(differing.includes(2) && !differing.includes(0) && !differing.includes(3));
    for (const [index, line] of lines.entries()) {
      assert.equal(line.split(hidden).length - 1, index >= originals.length || changedLines.includes(index) ? 1 : 0, line);
    }
  });

  it('are all lines of markers that hold something, and only these behind the original', () => {
    const { code, changedLines } = instrumented(
      'const a = [{\n  b: `${x.y\n} // ${\n  x.z} ${x}\n`,\n\n  c: x.\n  y /\n  x.z, d: [1,\n  2]\n}].concat(1,\n  x);\nx.\n  y;',
    );
    const lines = code.split('\n');
    assert.deepEqual(
      [...changedLines],
      lines.flatMap((line, index) => (line.includes(hidden) ? [index] : [])),
    );
    const firstMarker = lines.findIndex((line) => line.includes('function $ml$'));
    assert.equal(firstMarker, 14);
    assert.ok(lines.length - firstMarker > 10);
    // Left out are what is empty and what holds only the rest of a text or closing parentheses.
    const shown = lines.slice(firstMarker).filter((line) => !line.includes(hidden));
    assert.deepEqual(
      shown.filter((line) => /\w/.test(line)),
      [],
    );
  });

  it('say what they said, and end where they ended', async () => {
    const { code } = instrumented(source);
    const body = (text: string): string => text.slice(text.indexOf('\n'));
    assert.deepEqual((await run(body(code), 'commonjs')).log, (await run(body(source), 'commonjs')).log);
  });
});

describe('a file that does not parse', () => {
  it('says where', () => {
    const placeOf = (source: string): unknown => {
      try {
        instrumented(source);
      } catch (error) {
        assert.ok(error instanceof InstrumentError);
        return error.position && { ...error.position };
      }
      return 'none';
    };
    assert.deepEqual(placeOf('let a;\nlet b = ;'), { line: 2, column: 8 });
    assert.deepEqual(placeOf('export {}'), { line: 1, column: 0 });
    assert.equal(placeOf('const a = "$ml$1"'), undefined);
  });
});

describe('the main module’s top level', () => {
  const source = [
    "'use strict';",
    'const list = [1], { a } = { a: [2] }, count = 3, f = () => list;',
    'let text = `${count}`; var sum = count + 1, less = count - 1;',
    'class Kept {}',
    'const made = new Kept(), later = f();',
    'log(a, text, sum, less, made, later);',
  ].join('\n');

  it('tells what it holds, and that before anything runs', async () => {
    const { code } = instrumented(source, 'commonjs', true);
    const { holders, log } = await run(code, 'commonjs');
    assert.equal(holders.length, 1);
    const [list, text, sum, made, later, ...others] = holders[0]?.() ?? [];
    assert.deepEqual(JSON.stringify([list, text, sum, made, later]), '[[1],"3",4,{},[1]]');
    assert.equal(list, later);
    assert.deepEqual(others, []);
    assert.deepEqual(log, (await run(source, 'commonjs')).log);
    // Strict it stays: the directive is first.
    assert.match(code, /^'use strict';/);
    assert.ok(code.indexOf('$ml_h(') < code.indexOf('list'));
  });

  it('tells nothing where there is nothing, or nobody asks', async () => {
    for (const [text, asked] of [
      ['log(1); let a = 1; function f() { const b = [1]; return b } { const c = [f] }', true],
      [source, false],
    ] as const) {
      assert.deepEqual((await run(instrumented(text, 'commonjs', asked).code, 'commonjs')).holders, []);
    }
  });
});
