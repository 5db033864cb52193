/**
 * What functions of rewritten files say when they are printed.
 */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import vm from 'node:vm';
import { instrument } from '../../src/agent/transform/instrument.ts';
import { OriginalTexts } from '../../src/agent/transform/originalText.ts';

const { defineMarkerGlobals } = createRequire(import.meta.url)('../conformance/markerRuntime.cjs') as {
  defineMarkerGlobals: (target: object, siteCount?: number) => void;
};

const source = `
const list = [1, 2];
const unchanged = (a) => a;
function plain(a, b = [1]) { return { a, b }; } // after
const inCall = [(x) => [x] , 2][0]; const last = [3, (y) => ({ y })].at(-1);
const shapes = { method(z) { return \`\${z}\`; }, get property() { return list.map((each) => [each]); }, arrow: async (q) => q + 'text' };
class Whole { #hidden = []; static made = new Map(); over(lines) {
    return this.#hidden.concat(
      lines,
      [list],
    ); } }
exports.all = [unchanged, plain, inCall, last, shapes.method, Object.getOwnPropertyDescriptor(shapes, 'property').get, shapes.arrow, Whole, Whole.prototype.over];
`;

describe('the text of a function in a rewritten file', () => {
  it('is the one that was written, to the character', () => {
    const rewritten = instrument({ source, path: 'file.js', format: 'commonjs', firstSiteId: 0, firstCounterId: 0 });
    const texts = new OriginalTexts({ source, code: rewritten.code, mappings: rewritten.mappings });
    assert.notEqual(rewritten.code, source);
    const context = vm.createContext({});
    defineMarkerGlobals(vm.runInContext('globalThis', context) as object, 1000);
    const printed = (code: string): string[] => {
      const exports: { all?: unknown[] } = {};
      (vm.compileFunction(code, ['exports'], { parsingContext: context }) as (exports: object) => void)(exports);
      return exports.all!.map(String);
    };
    assert.ok(printed(rewritten.code).some((text) => text.includes('$ml')));
    assert.deepEqual(
      printed(rewritten.code).map((text) => texts.originalOf(text)),
      printed(source),
    );
  });

  it('is not known to a file that it does not come from', () => {
    const rewritten = instrument({ source, path: 'file.js', format: 'commonjs', firstSiteId: 0, firstCounterId: 0 });
    const texts = new OriginalTexts({ source, code: rewritten.code, mappings: rewritten.mappings });
    assert.equal(texts.originalOf('() => $ml$900()'), undefined);
    assert.equal(texts.originalOf('function log() { [native code] }'), 'function log() { [native code] }');
  });
});
