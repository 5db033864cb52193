import * as assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { instrumented, run } from './runInstrumented.ts';
import type { Format } from './runInstrumented.ts';

/** Programs whose log shows a difference if the rewriting made one; `sites`: how many expressions must have been moved at least. */
interface Hazard {
  readonly holds: string;
  readonly source: string;
  readonly sites: number;
  readonly format?: Format;
}

const attempt = 'const attempt = (work) => { try { log(work()) } catch (error) { log(error.name + ": " + error.message) } };';

const hazards: readonly Hazard[] = [
  {
    holds: 'parts are evaluated in their order',
    sites: 4,
    source: `${attempt}
      const step = (name) => { log(name); return name };
      attempt(() => [step('a'), { k: step('b'), [step('c')]: step('d') }, ...[step('e')], step('f')]);
      attempt(() => \`\${step('g')}\${[step('h')]}\${{ toString() { log('text'); return 'i' } }}\${step('j')}\`);
      attempt(() => step('k') + ['x' + step('l')] + step('m'));
      attempt(() => new (class { constructor(...all) { log(all.join()) } })(step('n'), [step('o')]));`,
  },
  {
    holds: 'a receiver is looked at before the arguments are evaluated',
    sites: 1,
    source: `${attempt}
      const effect = () => { log('argument evaluated'); return 1 };
      let nothing;
      attempt(() => nothing.push(effect()));
      attempt(() => nothing.deep.map(effect()));
      attempt(() => ({}).items.push(effect()));
      const target = { get push() { log('push read'); return (x) => x } };
      attempt(() => target.push(effect()));`,
  },
  {
    holds: 'messages of errors name what the program wrote',
    sites: 5,
    source: `${attempt}
      const items = {}; const text = 5; const nothing = null; const o = { list: {}, deep: { x: 1 } };
      attempt(() => items.push(1));
      attempt(() => o.list.push([1]));
      attempt(() => text.split(','));
      attempt(() => o.deep.x.map((x) => x));
      attempt(() => [...text]);
      attempt(() => [...o.deep.x]);
      attempt(() => new items(1));
      attempt(() => new o.list([1]));
      attempt(() => [1, 2].nope());
      attempt(() => ({ a: 1 }).nope());
      attempt(() => new Map().nope([1]));
      attempt(() => ('a' + items).nope());
      attempt(() => \`\${text}\`.nope());
      attempt(() => nothing.length.map());
      attempt(() => { const { a } = JSON.parse('null'); return a });
      attempt(() => { const [a] = JSON.parse('5'); return a });
      attempt(() => { const { a } = [].find(Boolean); return a });
      attempt(() => { for (const x of Object.assign({}, o)) log(x) });
      attempt(() => JSON.parse('{').x);
      attempt(() => undeclared.map((x) => x));
      attempt(() => [undeclared, log('never')]);
      attempt(() => (log('before'), [undeclared]));
      attempt(() => ('x' + text)());
      attempt(() => [1].map(nothing));
      attempt(() => 'a' + Symbol('s'));
      attempt(() => \`\${Symbol('s')}\`);`,
  },
  {
    holds: 'a variable that a closure changes meanwhile is read when it was',
    sites: 6,
    source: `
      let module = 1; const changeModule = () => ++module;
      function f(start) {
        let value = start; let text = 'a';
        const change = () => { value += 1; return value };
        log([value, change(), value], { value, x: change(), y: value });
        log([value, value++, value]);
        log(\`\${value} \${change()} \${value}\`);
        log([{ toString: () => change() } + 'x', value].join(), value);
        log([module, changeModule(), module]);
        text += [text, (text = 'b'), text];
        log(text);
        log({ value, [change()]: value, ...{ value } });
        const grown = []; grown.push(value, change(), value); log(grown);
      }
      f(1); f(10);`,
  },
  {
    holds: 'a variable that has no value yet fails where it did',
    sites: 3,
    source: `${attempt}
      const effect = (x) => { log('effect', x); return x };
      attempt(() => { const r = [effect(1), late]; const late = 1; return r });
      attempt(() => { const r = true ? [1] : [late]; const late = 1; return [r, late] });
      attempt(() => { const make = () => [effect(2), later]; const r = make(); const later = 1; return [r, later] });
      attempt(() => { function make() { return effect(3) ? { a: effect(4) } : { later } } const r = make(); let later = 1; return [r, later] });
      attempt(() => { switch (2) { case 1: let jumped = 1; case 2: return [effect(5), () => jumped].concat([jumped]) } });
      attempt(() => { for (const x of [effect(6), x]) log(x) });
      attempt(() => [effect(7), new Topmost(effect(8))]);
      attempt(() => { class C { static a = [effect(9), C.name]; static [[effect('k')].join()] = { C } } return [C.a, C.k.C === C] });
      attempt(() => { const r = typeof missing + ['x' + typeof missing]; return r });
      attempt(() => { const r = 'x' + typeof late2; let late2; return r });
      class Topmost {}
      attempt(() => [new Topmost(effect(8))]);`,
  },
  {
    holds: 'this, arguments, new.target and super mean the same',
    sites: 8,
    source: `${attempt}
      function sloppy(a) { arguments[0] = 'aliased'; log([a, arguments[0]], { a }, [this === undefined, typeof this]); return [...arguments] }
      function strict(a) { 'use strict'; arguments[0] = 'own'; log([a], [this === undefined, typeof this]); return { args: [...arguments], t: [this] } }
      log(sloppy.call(5, 1, 2), strict.call(5, 1, 2));
      log(sloppy(1), strict(1));
      class Base { constructor(...all) { log(all, [new.target.name]) } name() { return ['base', this.x] } get y() { return [this.x] } }
      class Derived extends Base {
        constructor(x) {
          const early = () => [this];
          attempt(() => [this]);
          attempt(early);
          super([x], { x });
          this.x = [x];
          log(early()[0] === this, { me: [this.x, new.target === Derived] });
        }
        name() { return [super.name(), { y: super.y, arrow: (() => [this.x, super.name()])() }] }
        static make() { return [new this([1]), super.name] }
      }
      log(new Derived(1).name(), Derived.make());
      const arrowArguments = (function () { return () => [arguments.length, [...arguments].map((x) => [x, this.k])] }).call({ k: 1 }, 1, 2);
      log(arrowArguments());
      log([this === module.exports], { file: __filename, n: arguments.length });`,
  },
  {
    holds: 'functions and classes keep their names and their text is not repeated',
    sites: 2,
    source: `
      const a = () => {}; const b = function () {}; const c = class {}; let d; d = () => [1];
      const o = { e: () => [1], f: function () {}, g: class {}, ['h' + 1]: () => {}, i() {}, get j() { return [1] }, k: [() => {}][0], l: function named() {} };
      const { m = () => {}, n = class {} } = {}; const [p = () => {}] = [];
      class K { q = () => []; static r = class {}; #s = () => {}; s() { return this.#s.name } static t = [() => {}] }
      log(a.name, b.name, c.name, d.name, o.e.name, o.f.name, o.g.name, o.h1.name, o.i.name, '-' + o.k.name + '-', o.l.name, m.name, n.name, p.name);
      log(new K().q.name, K.r.name, new K().s(), '-' + K.t[0].name + '-', [() => {}].map((f) => '-' + f.name + '-').join());
      (function iife() { log([iife.name, iife.length]) })();
      log([function () {}.name, (() => {}).name, class {}.name].join('|'));`,
  },
  {
    holds: 'await and yield stay in their functions',
    sites: 6,
    source: `${attempt}
      const later = (x) => Promise.resolve(x);
      function* numbers() { const got = [yield [1], { x: yield { a: 2 } }]; log(got); const list = []; list.push(yield 'p'); log(\`\${yield* [7, 8]}\`, list); return [yield] }
      const it = numbers(); for (let i = 0; i < 7; i++) log(it.next('in' + i));
      async function all() {
        const list = [];
        list.push(await later(1), [await later(2)]);
        log(list, { a: await later([3]) }, \`\${await later('t')}\`);
        let text = ''; text += await later('x'); text += 'y' + (await later('z')); log(text);
        for await (const x of [later({ v: 1 }), later([2])]) log([x]);
        log(await Promise.all([later(1), later([2])].map(async (p) => [await p])));
        try { await later(1).then(() => { throw new Error('rejected ' + [1]) }) } catch (error) { log(error.message) }
        return [await later(4)];
      }
      all().then((x) => log('done', x));
      async function* gen() { yield [await later(1)]; yield* [[2], later([3])] }
      (async () => { for await (const x of gen()) log('gen', [x]) })();`,
  },
  {
    holds: 'a generator resumed from a call sees and changes the variables it shares',
    sites: 2,
    source: `
      function* gen() { let shared = 1; const read = (go) => [shared, go(), shared, { shared }]; yield read; shared = 2; yield; shared = 3 }
      const it = gen(); const read = it.next().value;
      log(read(() => it.next().done), read(() => it.next().done));
      function* self() { let x = 1; const log2 = [x, yield x, x]; x = 5; log(log2, [x]) }
      const s = self(); s.next(); s.next('sent');`,
  },
  {
    holds: 'private members, fields and static blocks work',
    sites: 9,
    source: `${attempt}
      class Store {
        #items = []; #seen = new Map(); #text = ''; list = [this.#items, { n: 1 }]; static all = []; static #hidden = { a: [1] };
        handler = (x) => [x, this.list]; ['computed' + 1] = [this]; 'quoted' = { q: 1 }; 5 = [5]; empty;
        static { Store.all.push([this === Store, Store.#hidden.a]); const local = [1]; log(local, { local }) }
        add(x) { this.#items.push({ x }); this.#seen.set(x, [x]); this.#text += 'x' + x; return this }
        has(x) { return #items in x ? [this.#seen.has(x)] : { no: [#items in x] } }
        show() { return { items: this.#items, seen: [...this.#seen], text: this.#text, all: [...this.list.map((y) => [y])] } }
        static wrong(x) { return [x.#items] }
        breakIt() { this.#items = {}; this.#items.push([1]) }
        loseIt() { this.#items = null; this.#items.push([1]) }
      }
      const store = new Store().add(1).add('b');
      log(store.show(), store.handler(2), store.computed1[0] === store, store.quoted, store[5], Object.keys(store), Store.all);
      log(store.has(1 && store), attempt(() => Store.wrong({})));
      attempt(() => store.loseIt());`,
  },
  {
    holds: 'optional chains stop where they did',
    sites: 3,
    source: `${attempt}
      const effect = (x) => { log('effect', x); return x }; const nothing = null; const o = { list: [3, 1], f: (x) => [x], n: null };
      attempt(() => nothing?.list.map((x) => effect(x)).filter(effect([1])));
      attempt(() => o?.list.map((x) => [effect(x)]));
      attempt(() => o.n?.x[effect('key')].push([effect('arg')]));
      attempt(() => o.f?.([effect(1)]));
      attempt(() => o.g?.([effect(2)]));
      attempt(() => o.g?.([effect(3)]).map((x) => x));
      attempt(() => [o?.list?.slice(1), { a: o.n?.b.c }, \`\${o.n?.d}\`]);
      attempt(() => (o?.n).list);
      attempt(() => delete o?.list);
      attempt(() => [1]?.map((x) => [x]));`,
  },
  {
    holds: 'templates handed to tags keep their identity, regular expressions their state',
    sites: 3,
    source: `
      const seen = new Set(); const tag = (strings, ...values) => { seen.add(strings); return [strings.raw[0], ...values] };
      const make = (x) => [tag\`a\${x}\\n\`, tag\`b\${[x]}\`];
      log(make(1), make({ k: 2 }), seen.size);
      for (let i = 0; i < 2; i++) { const r = /a/g; log(r.test('aa'), r.lastIndex, r.exec('aa')) }
      const once = /x/y; log([once, /y/.source, /[/]/u.flags], 'a-b'.split(/-/), 'aXb'.replace(/x/i, (m) => \`<\${m}>\`));`,
  },
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

describe('a rewritten program', () => {
  for (const { holds, source, sites, format = 'commonjs' } of hazards) {
    it(`shows that ${holds}`, async () => {
      const result = instrumented(source, format);
      assert.ok(result.siteCount >= sites, `${result.siteCount} expressions were moved, not ${sites}`);
      const original = await run(source, format);
      assert.ok(original.log.length > 1);
      assert.deepEqual((await run(result.code, format, false)).log, original.log);
      assert.deepEqual((await run(result.code, format, true)).log, original.log);
    });
  }
});
