import * as assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { InstrumentError, instrument, maxSourceLength } from '../../../src/agent/transform/instrument.ts';

function refusal(source: string, format: 'commonjs' | 'module' = 'commonjs'): string {
  try {
    instrument({ source, path: '/a.js', format, firstSiteId: 1, firstCounterId: 1 });
  } catch (error) {
    assert.ok(error instanceof InstrumentError, String(error));
    assert.match(error.message, /^It .*\.$/);
    return error.code;
  }
  return 'none';
}

describe('a file is run as it is', () => {
  it('when it does not parse', () => {
    assert.equal(refusal('const = 1'), 'syntax');
    assert.equal(refusal('export const a = 1'), 'syntax');
    assert.equal(refusal('export const a = 1', 'module'), 'none');
    assert.equal(refusal('return 1'), 'none');
    assert.equal(refusal('with (a) b', 'module'), 'syntax');
  });

  it('when it uses our names', () => {
    assert.equal(refusal('const $ml_c = 1'), 'reservedNames');
    assert.equal(refusal('const a = "$ml$1"'), 'reservedNames');
  });

  it('when it is too large or too deep', () => {
    assert.equal(refusal(' '.repeat(maxSourceLength + 1)), 'tooLarge');
    assert.equal(refusal('['.repeat(50_000) + ']'.repeat(50_000)), 'tooDeep');
  });

  it('but not when it is empty', () => {
    for (const source of ['', '// nothing', '#!/usr/bin/env node', "'use strict'", '#!/usr/bin/env node\n;']) {
      assert.equal(refusal(source), 'none');
      assert.equal(refusal(source, 'module'), 'none');
    }
  });
});
