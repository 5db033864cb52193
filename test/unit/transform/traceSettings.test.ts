/** What packages do with the settings of stack traces is led to the agent's, at the same places. */

import assert from 'node:assert/strict';
import { adaptPackage, withoutReplacements } from '../../../src/agent/transform/instrument.ts';

const adapted = (source: string): string => adaptPackage(source, 'commonjs') ?? source;

describe('a package that sets how stack traces are made', () => {
  const changed: readonly [string, string][] = [
    ['Error.stackTraceLimit = 5;', '$ml_x.stackTraceLimit = 5;'],
    ["const a = Error['stackTraceLimit']++", "const a = $ml_x['stackTraceLimit']++"],
    ['Error\n  .stackTraceLimit', '$ml_x\n  .stackTraceLimit'],
    ["Reflect.get(Error, 'stackTraceLimit')", "Reflect.get($ml_x, 'stackTraceLimit')"],
    ['const { stackTraceLimit } = Error;', 'const { stackTraceLimit } = $ml_x;'],
    ['let { stackTraceLimit: a } = Error;', 'let { stackTraceLimit: a } = $ml_x;'],
    ["Reflect.deleteProperty(Error, 'prepareStackTrace')", "Reflect.deleteProperty($ml_x, 'prepareStackTrace')"],
    ['Object.defineProperty( Error,"prepareStackTrace", {})', 'Object.defineProperty( $ml_x,"prepareStackTrace", {})'],
    ['if (a) delete Error.prepareStackTrace; b()', `if (a) $ml_d()${' '.repeat(23)}; b()`],
  ];
  for (const [source, expected] of changed) {
    it(`has ${JSON.stringify(source)} lead to ours`, () => {
      assert.equal(adapted(source), expected);
      assert.equal(withoutReplacements(adapted(source)), source);
    });
  }

  const unchanged = [
    "'Error.stackTraceLimit'",
    '// Error.stackTraceLimit = 1',
    '/Error.stackTraceLimit/',
    '`Error.stackTraceLimit`',
    'delete Error.stackTraceLimit',
    'Error.stackTraceLimits',
    'mine.Error.stackTraceLimit',
    'function f(Error) { return Error.stackTraceLimit; }',
    'class Error {} Error.stackTraceLimit = 1;',
    'Error.prepareStackTrace = f',
    'const { stackTraceLimit } = Error.prototype;',
    'delete Error.prepareStackTrace.mine',
    "Object.defineProperty(Error, 'stackTraceLimit', {})",
    "Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace')",
    'const { prepareStackTrace } = Error',
    'Error.stackTraceLimit = 1; this is not JavaScript',
  ];
  for (const source of unchanged) {
    it(`keeps ${JSON.stringify(source)}`, () => {
      assert.equal(adaptPackage(source, 'commonjs'), undefined);
    });
  }

  it('may have code of ours inside templates and be a module', () => {
    assert.equal(adaptPackage('export default `${Error.stackTraceLimit}`', 'module'), 'export default `${$ml_x.stackTraceLimit}`');
  });
});
