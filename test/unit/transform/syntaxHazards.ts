/** Programs in which forms of the language could suffer. */

import { attempt } from './hazard.ts';
import type { Hazard } from './hazard.ts';

export const syntaxHazards: readonly Hazard[] = [
  {
    holds: 'labels, switch, loops without braces and jumps go the same way',
    sites: 3,
    source: `
      outer: for (let i = 0; i < 3; i++) for (const j of [1, 2, 3]) { if (j === 2) continue outer; if (i === 2) break outer; log([i, j]) }
      function pick(x) { switch (x) { case 1: log('one'); case 2: { log('two'); break } case 3: return ['three']; default: log('other'); case 4: log('four') } return 'end' }
      log(pick(1), pick(2), pick(3), pick(4), pick(5));
      let n = 0; do n++; while (n < 3)
      if (n) log('if'); else log('else')
      if (!n) log('no')
      else if (n > 2) log([n])
      else log('never')
      while (n--) if (n) continue; else log('zero')
      block: { log('in'); if (n) break block; log('never') }
      for (var k in { a: 1, b: 2 }) log('k' + k)
      for (;;) { if (k) break }
      const closures = []; for (let i = 0; i < 3; i++) closures.push(() => [i]); log(closures.map((f) => f()));
      try { try { throw new Error('x' + n) } finally { log('finally') } } catch ({ message = [1] }) { log(message) } finally { log(['done']) }
      const f = (x) => x ? { x } : [x], g = (x) => ({ x }), h = async (x) => ([x]), i = (x) => (log('seq'), [x])
      log(f(1), f(0), g(2), i(3)); h(4).then(log)`,
  },
  {
    holds: 'eval and with see the variables that they name',
    sites: 0,
    source: `${attempt}
      function evaluates(code) { let x = [1]; const r = [x, eval(code), x, { x }]; return r }
      log(evaluates('x = [2]; var injected = 1; injected'));
      function injects(code) { eval(code); return (() => [typeof Array, 'x' + typeof later])() }
      log(injects('var later = 1; var Array = 2'));
      function outer() { let y = 1; const change = (code) => eval(code); return [y, change('y = 5'), y, { y }] }
      log(outer());
      function uses(o) { with (o) { log([a, typeof b], { a }); a = [2]; (() => [a])() } return o }
      log(uses({ a: 1 }));
      log(uses(new Proxy({ a: 1 }, { has(t, k) { if (typeof k === 'string') log('has ' + k); return k in t } })).a);`,
  },
  {
    holds: 'functions that sloppy code declares in blocks are found',
    sites: 2,
    source: `
      function f(flag) { if (flag) { function inner() { return ['inner'] } } return inner ? [inner(), new Set([typeof inner])] : [typeof inner] }
      log(f(true), f(false));
      { function block() { return { b: 1 } } } log([block()], 'x' + typeof block);
      if (true) function odd() { return [1] }
      log([odd()]);`,
  },
  {
    holds: 'strict functions in a sloppy file stay strict',
    sites: 3,
    source: `${attempt}
      const frozen = Object.freeze({}); const sealed = Object.freeze([]);
      function strict(list) { 'use strict'; const dict = {}; Object.freeze(dict); dict['a' + 1] = [1]; return dict }
      function sloppy() { const dict = {}; Object.freeze(dict); dict['a' + 1] = [1]; return dict }
      attempt(() => strict([])); attempt(() => sloppy());
      class C { static m() { return [typeof this, (function () { return [this] })()] } }
      attempt(() => { const { m } = C; return m() });
      Object.defineProperty(Number.prototype, 'me', { get() { 'use strict'; return [typeof this] } });
      Object.defineProperty(Number.prototype, 'boxed', { get() { return [typeof this] } });
      attempt(() => [(5).me, (5).boxed]);`,
  },
  {
    holds: 'statements that end without a semicolon stay apart',
    sites: 3,
    source: `
      let a = 1
      let b = [a]
      log(b)
      ;[1, 2].forEach((x) => log(x))
      const c = { a }
      ++a
      const d = \`\${a}\`
      log(c, d)
      do { a-- } while (a > 0) log('same line')
      if (a) { log(1) } else { log(2) } log('behind'); var f = function () { return [1] }
      log(f()); function g() { return/x/.test('x')
        ?[1]:{} } log(g()); function h() { for (const x of[1,2])log(x); return[a] } log(h()); switch (1) { case 1:[1].map(log) }
      log(typeof[1], [1]instanceof Array, void[1], 'a'in{ a })`,
  },
  {
    holds: 'strings that grow by += come out the same',
    sites: 4,
    source: `${attempt}
      let s = ''; const o = { text: 'a', get g() { log('get'); return 'g' }, set g(x) { log('set', x) } }; let n = 1; let nothing;
      for (let i = 0; i < 3; i++) { s += i; s += 'x' + i; s += \`\${s.length}\` }
      o.text += 'b' + n; o.g += 'h'; n += 1; n += '1'; log(s, o.text, n);
      attempt(() => (nothing.text += 'x' + log('not evaluated')));
      attempt(() => { const fixed = 'a'; fixed += 'b'; return fixed });
      attempt(() => { 'use strict'; undeclared1 += 'b' });
      let t = 'a'; const r = (t += 'b') + (t += (t = 'q', 'c')); log(r, t);
      let u = 'a'; u += { toString() { u = 'changed'; return 'b' } }; log(u);
      let v = ''; v += Symbol.iterator.description + [1]; log(v);`,
  },
  {
    holds: 'destructuring, defaults and spreads do what they did',
    sites: 4,
    source: `${attempt}
      const { a, b: { c = [1] } = {}, ...rest } = { a: [1], d: 2, e: { f: 3 } }; log(a, c, rest);
      const [x, , y = { k: x }, ...others] = [1, 2, undefined, 4, [5]]; log(x, y, others);
      let p, q; [p, q] = [q, p] = [1, 2]; ({ p, q = ['d'] } = { p: [p] }); log(p, q);
      function f(u, v = [u], { w = { v } } = {}, ...z) { return [u, v, w, z] } log(f(1), f(1, 2, { w: 3 }, 4, [5]));
      function shadow(u, get = () => [u]) { var u = 'inner'; return [u, get()] } log(shadow('outer'));
      log({ ...null, ...'ab', ...[1], ...{ get g() { return ['got'] } } }, [...'ab', ...new Set([1]), ...new Map([[1, 2]])], Math.max(...[1, 2]));
      log({ __proto__: [1] } instanceof Array, { '__proto__': null } instanceof Object, Object.keys({ ['__proto__']: 1 }));
      const __proto__ = [9]; log(Object.keys({ __proto__ }), [, 1, ,].length, [, 1][0]);
      for (const [k, { v }] of Object.entries({ a: { v: [1] } })) log(k, v);
      for (const { length } of ['ab', [1]]) log(length);`,
  },
  {
    holds: 'exports of a CommonJS file and directives are there',
    sites: 2,
    source: `'use strict'; 'other'
      exports.a = [1]; exports.b = function () { return [typeof this] }; module.exports.c = { d: exports.a };
      log((function () { return this })() === undefined);
      Object.defineProperty(exports, '__esModule', { value: true });
      Object.defineProperty(exports, 'e', { enumerable: true, get: function () { return exports.a } });`,
  },
  {
    holds: 'a module may await at its top, import itself and use its meta',
    sites: 5,
    format: 'module',
    source: `import { Buffer as Bytes } from 'node:buffer'; import path, * as all from 'node:path';
      export const a = [await Promise.resolve(1)]; export let b = { url: typeof import.meta.url, n: [import.meta.dirname === undefined] };
      export default [typeof this]; export function f(x = [a]) { return { x, b: [Bytes.from('a' + x)] } } export class C { static s = [C.name] }
      log(f(), C.s, path.join('a', 'b'), all.posix.join('a', ['c'].join()), this === undefined);
      b = { changed: [b.url] }; export { b as renamed };
      const dynamic = await import('node:' + 'path'); log([typeof dynamic.join]);
      label: for await (const x of [Promise.resolve([1])]) { log(x); continue label }`,
  },
  {
    holds: 'anonymous defaults are called default',
    sites: 0,
    format: 'module',
    source: `export default class { static make() { return [new this()] } static n = this.name } log('loaded');`,
  },
  {
    holds: 'calls of packages get their arguments and give their results',
    sites: 4,
    source: `${attempt}
      const pkg = require('pkg'); const { parse, none } = require('pkg'); const made = pkg.make([1]);
      log(pkg.parse({ a: [1] }), parse('x' + 1), made.deep([2]), [none()]);
      attempt(() => pkg.missing([1])); attempt(() => made.missing.deep([1])); attempt(() => { const { a } = none(); return a });
      attempt(() => pkg.none().foo([1]));`,
  },
  {
    holds: 'comments, escapes and odd spacing come along',
    sites: 5,
    source: `
      const list = [ // first )
        1, /* [ */ 2, // two
        (x) => [x], // closing ]
        { a /* key */ : /* value */ [ 3 // three
        ] },
      ]; // end
      log(list.length, list[2](1), list[3]);
      const quarter = 1 /
        4/[2] +
        4/ [8]; log(quarter);
      const lastly = (x) => x ||
        /re/
      log(String(lastly(0)));
      function f(a) { return [ // comment
        a, /* last */ ] } log(f(1));
      const \\u0061b = 1; log([a\\u0062, { \\u0061b }], \`\${ /* in */ ab // line
      }\`);
      log( ( /* before */ [ ( /* deep */ (1, 2) ) ] /* after */ ), [,,], [[],[[]]], {}, { }, [/re]/.source, '}'])
      const ternary = ab ? [ab]:{ab}; log(ternary);log([...'a']['length'], {a:1}['a'], [1][0], \`\${ab}\`[0])`,
  },
  {
    holds: 'what is put into a collection is evaluated in order and once',
    sites: 5,
    source: `${attempt}
      const f = (x) => { log('f', x); return x }; let changing = 1; const change = () => ++changing;
      const list = []; const map = new Map(); const set = new Set();
      list.push({ a: [1, f(2)], b: { c: f(3) } }, [f(4)], ...[f(5)]); log(list);
      list.push([changing], [change()], { changing }, \`\${changing}\`); log(list.slice(4));
      map.set(f('k'), [f('v'), { k: f('w') }]).set([1], { n: list.length }); log(map);
      set.add([f(6)]).add(new Set([f(7)])); log(set);
      const odd = { push(...all) { changing += 10; log('pushed', all); return { add: (x) => [x] } } };
      odd.push([changing], { changing: [changing] }).add([changing]);
      log(odd.push([() => changing][0](), [odd.push([1]), changing]));
      attempt(() => odd.missing.push([f('not evaluated')])); attempt(() => odd.push.push({ a: [f('not evaluated')] }));
      class Tree { nodes = []; add(x) { this.nodes.push({ x, in: this, list: [this.nodes.length] }); return this } get size() { return [this.nodes.length] } }
      const tree = new Tree().add(1).add(2); log(tree.size, tree.nodes.map(({ x, list }) => [x, list]), tree.nodes[0].in === tree);
      const table = {}; for (const k of ['a', 'b', 'a']) table[k] = [...(table[k] ?? []), { k, at: f(k) }]; log(table);
      const grown = []; grown[grown.length] = { n: grown.length }; grown[f(1)] = [grown.length, f('r')]; log(grown);`,
  },
  {
    holds: 'globals with getters are read in order',
    sites: 2,
    source: `${attempt}
      Object.defineProperty(globalThis, 'seen', { configurable: true, get() { log('seen read'); return { Made: class Made { constructor(x) { this.x = x } }, list: [1] } } });
      const f = (x) => { log('f', x); return x };
      attempt(() => [seen.list, f(1), seen.list]); attempt(() => new seen.Made(f(2)).x); attempt(() => [typeof seen, typeof unseen, f(3)]);
      attempt(() => ({ ...seen.list, k: f(4), seen: [seen.list] })); delete globalThis.seen; attempt(() => [f(5), seen]);`,
  },
  {
    holds: 'functions named inside themselves, recursion and parameters of the same name work',
    sites: 4,
    source: `
      const fact = function self(n) { return n > 1 ? [n, ...self(n - 1)] : [self.name, n] }; log(fact(4));
      const tree = (depth) => depth === 0 ? { leaf: [depth] } : { left: tree(depth - 1), right: [tree(depth - 1)], depth }; log(JSON.stringify(tree(2)));
      function outer(Array, Object, list = [Array, { Object }]) { return [Array, Object.keys, list].concat([Array.map ? Array.map((x) => [x]) : 'none']) }
      log(outer([1, 2], { keys: 3 }));
      function mutual(a, b = () => [a, c], c = { a }) { a = 'changed'; return [b(), c, a] } log(mutual(1), mutual(1, undefined, 2));
      const o = { toString() { return 'o' }, m() { return [super.toString(), \`\${this}\`] }, *[Symbol.iterator]() { yield [this === o] } }; log(o.m(), [...o]);
      class A { static #n = [0]; static next() { return [++A.#n[0], { n: A.#n }] } static async *[Symbol.asyncIterator]() { yield [1] } } log(A.next(), A.next());
      (async () => { for await (const x of A) log(x) })();
      var hoisted = [typeof later]; function later() { return { hoisted } } log(hoisted, later());`,
  },
];
