import assert from 'node:assert/strict';
import { OriginalTexts } from '../../../src/agent/transform/originalText.ts';
import { instrumented, run } from './runInstrumented.ts';

const plain = [
  "function declared(a, b) { 'use strict'; return a + b; }",
  'const arrow = (a) => a * 2, bare = a => ({ a });',
  'const expression = function (a, b, c, d) { return [a, b, c, d]; };',
  'const nested = (a) => (b) => a + b;',
  'function callback(list) { return list; }',
  'log(declared(1, 2), arrow("x"), bare(null), expression(1, 2, 3), nested(4)(5));',
  '[7].map((each, index) => each + index); callback(',
  '  true);',
].join('\n');

describe('the look at arguments', () => {
  it('is given those of plain functions, in the order of the calls', async () => {
    const { code, info } = instrumented(plain, 'commonjs', false, true);
    const { looks } = await run(code, 'commonjs');
    const nameOf = (counter: unknown): string | undefined => info.functions.find((each) => each.counter === counter)?.name;
    assert.deepEqual(
      looks.map(([counter, ...seen]) => [nameOf(counter), ...seen]),
      [
        ['declared', 1, 2],
        ['arrow', 'x'],
        ['bare', null],
        ['expression', 1, 2, 3, undefined],
        ['nested', 4],
        ['', 5],
        ['', 7, 0],
        ['callback', true],
      ],
    );
  });

  it('leaves out methods, constructors, getters, functions that wait, and parameters that are no plain names', async () => {
    const { code } = instrumented(
      `class Shape { constructor(a) { this.a = a; } method(a) { return a; } static make(a) { return new Shape(a); } }
const object = { method(a) { return a; }, set it(a) { this.a = a; } };
async function waits(a) { return a; }
const waitsToo = async (a) => a;
function* yields(a) { yield a; }
function none() { return 1; }
function many(a, b, c, d, e) { return a + b + c + d + e; }
const parts = ({ a }, b) => a + b, rest = (...a) => a, standard = (a = 1) => a;
function twice(a, a) { return a; }
Shape.make(1).method(2); object.method(3); object.it = 4; waits(5); waitsToo(6); [...yields(7)]; none(); many(1, 2, 3, 4, 5);
log(parts({ a: 1 }, 2), rest(1, 2), standard(3), twice(1, 2));`,
      'commonjs',
      false,
      true,
    );
    assert.deepEqual((await run(code, 'commonjs')).looks, []);
  });

  it('changes neither counts and lines nor what functions say of themselves, and stands on the lines of the functions', async () => {
    const [without, withLooks] = [instrumented(plain), instrumented(plain, 'commonjs', false, true)];
    assert.ok(!without.code.includes('$ml_q') && withLooks.code.includes('$ml_q'));
    const [runWithout, runWith] = [await run(without.code, 'commonjs'), await run(withLooks.code, 'commonjs')];
    assert.deepEqual(runWith.log, runWithout.log);
    assert.deepEqual(runWith.counters, runWithout.counters);
    assert.deepEqual(withLooks.changedLines, without.changedLines);
    assert.equal(withLooks.code.split('\n').length, without.code.split('\n').length);
    assert.deepEqual(withLooks.info.sites, without.info.sites);
    const texts = new OriginalTexts({ source: plain, code: withLooks.code, mappings: withLooks.mappings });
    const declared = /function declared[^]*?\}/.exec(withLooks.code)?.[0] ?? '';
    assert.ok(declared.includes('$ml_q'));
    assert.equal(texts.originalOf(declared), "function declared(a, b) { 'use strict'; return a + b; }");
    const at = withLooks.info.functions.find(({ name }) => name === 'callback');
    const line = withLooks.code.split('\n')[at?.rewrittenLine0 ?? -1] ?? '';
    assert.match(line.slice(at?.rewrittenColumn0), /^\(list\)/);
  });
});
