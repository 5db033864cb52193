import * as assert from 'node:assert/strict';
import { initSync, parse } from 'cjs-module-lexer';
import { describe, it } from 'mocha';
import { instrumented } from './runInstrumented.ts';

/** What Node finds of a CommonJS file's exports by reading it, as an `import` of it does. */
function namesIn(source: string): { names: string[]; reexports: string[] } {
  const { exports, reexports } = parse(source);
  return { names: [...exports].sort(), reexports: [...reexports].sort() };
}

const forms: Readonly<Record<string, string>> = {
  'assignments one by one':
    "exports.a = [1]; module.exports.b = { x: [1] }; exports['c'] = () => [1]; exports.d = exports.e = void 0; function f() { exports.g = [f] }",
  'a literal': "const a = [1], b = () => [a]; module.exports = { a, b, 'c': a, d: b, e: function () { return [1] }, f: [1] };",
  'a literal with a spread': "module.exports = { a, ...require('b'), c };",
  'another module': "module.exports = require('./other.js');",
  'a chain': "exports = module.exports = require('./lib/x'); exports.extra = [1];",
  'what esbuild writes':
    'const list = [1];\n// Annotate the CommonJS export names for ESM import in node:\n0 && (module.exports = {\n  a,\n  b\n});',
  'what TypeScript writes':
    "'use strict'; Object.defineProperty(exports, '__esModule', { value: true }); exports.a = void 0; __exportStar(require('./x'), exports); tslib_1.__exportStar(require('./y'), exports); Object.defineProperty(exports, 'b', { enumerable: true, get: function () { return x_1.b; } }); exports.c = [1];",
  'what Babel writes':
    "'use strict'; Object.defineProperty(exports, '__esModule', { value: true }); var _x = require('./x'); Object.keys(_x).forEach(function (key) { if (key === 'default' || key === '__esModule') return; if (key in exports && exports[key] === _x[key]) return; Object.defineProperty(exports, key, { enumerable: true, get: function () { return _x[key]; } }); }); const y = [_x];",
  'functions around them':
    '(function (root) { if (root) { exports.a = [root]; module.exports.b = `${root}` } else module.exports = { c, d } })(this);',
};

describe('the exports that Node finds in a rewritten CommonJS file', () => {
  initSync();
  for (const [form, source] of Object.entries(forms)) {
    it(`are those of the original, written as ${form}`, () => {
      const found = namesIn(source);
      assert.ok(found.names.length + found.reexports.length > 0);
      assert.deepEqual(namesIn(instrumented(source).code), found);
    });
  }
});
