/** Lines whose text node:assert shows. */

import assert from 'node:assert/strict';
import { instrument } from '../../../src/agent/transform/instrument.ts';

const source = [
  "const assert = require('node:assert');",
  'const { ok } = assert;',
  'function oneLine(list) { assert([...list].length > 1); }',
  'for (const text of [`${ok}`, `${assert}`]) assert.ok(text.concat(text));',
  'const many = [1, 2].map((n) => [n]); ok(many.length);',
  'assert([1].concat(many).length, `told ${many}`);',
  'oneLine(many);',
].join('\n');

const { code, info } = instrument({ source, path: '/x.js', format: 'commonjs', firstSiteId: 0, firstCounterId: 0 });
const before = source.split('\n');
const after = code.split('\n');

describe('a line that node:assert reads', () => {
  for (const [line0, end] of [
    [2, before[2]?.indexOf('; }')],
    [3, before[3]?.length],
    [4, before[4]?.length],
  ] as const) {
    it(`keeps its text up to the end of the call: ${before[line0]}`, () => {
      assert.equal(after[line0]?.slice(0, end), before[line0]?.slice(0, end));
    });
  }

  it('is measured where the call says itself what is wrong', () => {
    assert.notEqual(after[5], before[5]);
    assert.ok(info.sites.some(({ line }) => line === 6));
  });

  it('has no count that nothing would count', () => {
    assert.deepEqual(
      info.functions.map(({ name, counter }) => [name, counter >= 0]),
      [
        ['', true],
        ['oneLine', false],
        ['', false],
      ],
    );
    assert.ok(!info.statements.some(({ line }) => line === 3));
  });

  it('does not stop the lines behind it from being counted', () => {
    const last = info.statements.find(({ line }) => line === 7);
    assert.ok(last !== undefined && code.includes(`$ml_c[${last.counter}]++`));
  });
});

describe('a method', () => {
  it('hands this to its markers as a value where no message can show it', () => {
    const result = instrument({
      source: 'class A { plus(b) { return new A(this.x + b.x); } grow(b) { return this.list.map((c) => c + b); } }',
      path: '/x.js',
      format: 'commonjs',
      firstSiteId: 0,
      firstCounterId: 0,
    });
    assert.match(result.code, /return \$ml\$0\(this,b\)/);
    // `this.list.map is not a function`
    assert.match(result.code, /\$ml\$1\.call\(this,/);
  });
});
