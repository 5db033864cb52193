/** Programs in which the order of evaluation, names, scopes and errors could suffer. */

import { attempt } from './hazard.ts';
import type { Hazard } from './hazard.ts';

export const evaluationHazards: readonly Hazard[] = [
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
      attempt(() => target.push(effect()));
      attempt(() => undefined.push(effect(), [1]));`,
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
      attempt(() => [f5(), items].length());
      attempt(() => new [() => 1, [items]].length());
      attempt(() => { const [a] = [[items]].length; return a });
      attempt(() => { const [a] = text && [items]; return a });
      attempt(() => [...[f5(), ...[items].length]]);
      function f5() { return 5 }
      attempt(() => (([x] = [1]) => x)(items));
      attempt(() => (({ a } = { a: [1] }) => a)(null));
      attempt(() => { const { p: [q] = [1] } = { p: items }; return q });
      attempt(() => { const { p: [q] } = { p: items, r: [1] }; return q });
      attempt(() => { const [[q]] = [items, [1]]; return q });
      attempt(() => { for (const q of { f() {}, ...[1] }) log(q) });
      attempt(() => { const change = () => { text2 = 1 }; let text2 = 5; return [change(), ...(text2 + 1)] });
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
    sites: 5,
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
    holds: 'a class means itself in its own body, whatever becomes of the name outside, and from the same moment on',
    sites: 14,
    source: `${attempt}
      class Point { constructor(x) { this.x = x } moved(by) { return new Point(this.x + by) } list() { return [Point, new Point(1)].map((p) => p.name ?? p.x) } }
      log(new Point(1).moved(2).x, new Point(3).list());
      class Renamed { again() { return [new Renamed()] } name() { return [Renamed.name] } }
      const renamed = new Renamed(); Renamed = null;
      attempt(() => renamed.again()[0].name());
      attempt(() => [new Renamed()]);
      class Early { static first = new Early().copy(); copy() { return [new Early(), Early] } }
      log(Early.first[1] === Early, Early.first[0].copy()[0] instanceof Early);
      class Block { static { this.second = Block.make() } static make() { return { block: new Block(), list: [Block] } } }
      log(Block.second.list[0] === Block);
      attempt(() => { class Keyed { static [[Keyed].length]() {} } });
      attempt(() => { class Heir extends [Heir].constructor {} });
      const Outer = class Inner { copy() { return [new Inner(), Inner.name] } };
      log(new Outer().copy()[1], typeof Inner);
      class Shadowed { copy(Shadowed) { return [Shadowed, [Shadowed]] } }
      log(new Shadowed().copy(5));
      { class Point { block() { return [new Point(), Point.name + 'block'] } } log(new Point().block()[1]) }
      log(new Point(9).moved(1).x);`,
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
    holds: 'calls that are chained over lines run in order, on what was there, with the errors of what was written',
    sites: 40,
    source: `${attempt}
      const f = (x) => { log('f', x); return x }; const rows = [3, 1, 2]; let other = rows;
      const odd = { map(...all) { other = odd; log('map', all); return all[1] === 0 ? {} : this }, filter: 5, get join() { log('join read'); return () => ['joined'] } };
      class Store {
        items = [1, 2]; #own = [3];
        all() { return this.items
          .map((x) => [x, this.items.length])
          .filter(([x]) => x > 1)
          .concat([[f(9)]]) }
        own() { return this.#own
          .map((x) => [x])
          .flat() }
        fails() { return this.items
          .map(f)
          .nope([1]) }
        early() { return (() => this.items
          .slice(1)
          .concat(this.items))() }
      }
      const store = new Store(); log(store.all(), store.own(), store.early()); attempt(() => store.fails());
      log(rows
        .map((x) => ({ x, all: rows.length }))
        .filter(({ x }) => f(x) > 1)
        .map(({ x }) => 'x' + x)
        .join(f(',')));
      attempt(() => odd
        .map(f(1), 0)
        .filter(f(2)));
      attempt(() => odd
        .map(f(1))
        .filter(f(2)));
      attempt(() => odd
        .map([odd], f(3))
        .join(odd));
      attempt(() => [odd
        .map([other === odd], (other = rows), [other === rows])
        .map([other === odd]) === odd]);
      attempt(() => rows
        .map(f)
        .filter(5));
      attempt(() => rows
        .concat((f(1), [f(2)]), ((rows)), ...(f([3])),)
        .map(((x) => [x]))
        .nope((1)));
      attempt(() => rows
        .slice()
        .push([1])
        .push([2]));
      attempt(() => ({ deep: [{ rows }] }).deep[0].rows
        .slice(1)
        .nope(f(1)));
      const table = { 'a b': [{ rows }], of(x) { return this[x] } };
      attempt(() => table.of('a b')[0].rows
        .slice(1)
        .map(f)
        .nope(f(1)));
      attempt(() => table['a b'][0]['rows']
        .slice(1)
        .nope(f(1)));
      attempt(() => new Box([1]).of
        .map(f)
        .nope([1]));
      attempt(() => (new Map())
        .set([1], [f(2)])
        .set(f('k'), [2])
        .nope([3]));
      attempt(() => later
        .map(f)
        .filter(f)); const later = 1;
      function Box(of) { this.of = of }
      attempt(() => Object.entries({ a: 1 })
        .map(([k, v]) => [v, k, Object.keys({ k })])
        .nope());
      attempt(() => rows
        .map((x) => rows
          .filter((y) => y > x)
          .concat([rows.length]))
        .concat([[rows.length]]));
      attempt(() => rows
        .map((x) => x ? [x] : rows)
        .reverse()
        .concat(rows.slice(1), rows));
      const recursive = (depth) => [depth].concat(depth === 0 ? [] : rows
        .filter((x) => x === 1)
        .map((x) => recursive(depth - x))
        .concat([[depth]])); log(JSON.stringify(recursive(2)));
      async function waits() { return (await Promise.resolve(rows))
        .map((x) => [x])
        .concat([await f([4])])
        .flat() }
      waits()
        .then((all) => [all])
        .then((all) => { log(all); throw new Error('thrown ' + all) })
        .catch((error) => [error.message])
        .finally(() => [f('finally')])
        .then(log);
      attempt(() => rows
        ?.map((x) => [x])
        .flat()
        ?.concat([5]));`,
  },
];
