import assert from 'node:assert/strict';
import { findBindings } from '../../../src/advice/javascript/bindings.ts';
import { isPure } from '../../../src/advice/javascript/purity.ts';
import { SourceFile } from '../../../src/advice/sourceFile.ts';

/** Asks about the function that is named `f`. */
function isPureFunction(text: string): boolean {
  const source = new SourceFile({ path: '/p/program.ts', language: 'javascript' }, text);
  assert.equal(source.hasSyntaxErrors, false, text);
  const bindings = findBindings(source);
  const named = bindings.all.find(({ name }) => name === 'f');
  const definition = named?.initializer ?? named?.definition.parent;
  assert.ok(definition, text);
  return isPure(source, bindings, definition);
}

describe('a JavaScript function', () => {
  it('is pure where its result is made of its arguments, constants and pure functions alone', () => {
    for (const text of [
      'function f(n) { return n * n; }',
      'const f = n => n * n;',
      'const f = (n) => n < 2 ? n : f(n - 1) + f(n - 2);',
      'const f = function g(n) { return n < 2 ? n : g(n - 1) + g(n - 2); };',
      'const LIMIT = -10; function f(n) { return Math.min(n, LIMIT) + Math.PI; }',
      'function g(n) { return n + 1; } function f(n) { return g(n) * 2; }',
      "function f(text) { const words = []; for (const word of text.split(' ')) words.push(word.toUpperCase()); return words.join('-'); }",
      "const f = (text) => text.split('').reverse().join('');",
      'const f = (text) => [...text].sort().map((each, i) => { let sum = i; sum += each.length; return sum; });',
      'function f(n) { const counts = {}; counts[n] = 1; let total = 0; for (let i = 0; i < n; i++) total += i; return { total, counts }; }',
      'function f(n) { if (n < 0) throw new RangeError(`${n} is below zero`); return Array.from({ length: n }, (_, i) => String(i)); }',
      'function f(text: string): string { const seen = new Map<string, number>(); seen.set(text, 1); return JSON.stringify([...seen] as unknown[]); }',
      'const f = (text) => { try { return JSON.parse(text); } catch (error) { return error instanceof SyntaxError ? undefined : null; } };',
      'const f = (a, b) => Math.max(...[a, b]) + /x/.exec(a).index + Number.MAX_SAFE_INTEGER + parseInt(b, 10);',
    ]) {
      assert.equal(isPureFunction(text), true, text);
    }
  });

  it('is not where it does, reads or changes anything else', () => {
    for (const text of [
      'function f(n) { console.log(n); return n; }',
      'let count = 0; function f(n) { count += 1; return n; }',
      'let count = 0; function f(n) { count++; return n; }',
      'let last; function f(n) { for (last of [n]); return n; }',
      'let last; function f(n) { [last] = [n]; return n; }',
      'let last; function f(n) { for ([last] of [[n]]); return n; }',
      'const seen = []; function f(n) { seen.push(n); return n; }',
      'const table = {}; function f(n) { return table[n]; }',
      'const table = {}; function f(n) { return { table }; }',
      'let total = 0; total = 1; function f(n) { return n + total; }',
      'function f(n) { return n + Math.random(); }',
      "function f(n) { return n + Math['random'](); }",
      'function f(n) { const { random } = Math; return n + random(); }',
      'function f(n) { return n + Date.now(); }',
      'function f(n) { return new Date(n); }',
      'function f(n) { return n + performance.now(); }',
      'function f(list) { list.push(1); return list.length; }',
      'function f(list) { list[0] = 1; return 1; }',
      'function f(list) { const copy = list; copy[0] = 1; return 1; }',
      'function f(work) { return work(1); }',
      'function f(thing) { return thing.run(1); }',
      'function f(n) { return this.base + n; }',
      'function f(n) { return arguments.length + n; }',
      'function f(n) { return new.target === undefined ? n : 0; }',
      'function f(n) { return unknown(n); }',
      'function f(n) { return () => n; }',
      'function f(n) { return { get() { return n; } }; }',
      'function f(n) { delete n.a; return n; }',
      "function f(n) { return import('./' + n); }",
      'function g(n) { console.log(n); } function f(n) { return g(n); }',
      'function g(n) { return f(n) + Math.random(); } function f(n) { return n > 1 ? g(n - 1) : n; }',
      'let g = (n) => n; g = console.log; function f(n) { return g(n); }',
      "import { g } from './g.js'; function f(n) { return g(n); }",
      'function* f(n) { yield n; }',
      'async function f(n) { return await n; }',
      'const Math = { max: console.log }; function f(n) { return Math.max(n); }',
      'const String = console.log; function f(n) { return String(n); }',
      'class Map {} function f(n) { return new Map(n); }',
    ]) {
      assert.equal(isPureFunction(text), false, text);
    }
  });
});
