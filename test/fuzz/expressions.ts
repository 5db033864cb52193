/**
 * Expressions of generated programs.
 */
import type { Random } from './random.ts';

export interface Variable {
  readonly name: string;
  readonly kind: 'const' | 'let' | 'function' | 'class' | 'param';
}

/** What may be written where the text stands. */
export interface Place {
  readonly variables: readonly Variable[];
  readonly strict: boolean;
  readonly async: boolean;
  readonly generator: boolean;
  /** Has its own `this`, `arguments` and `new.target`. */
  readonly inFunction: boolean;
  readonly inMethod: boolean;
  readonly privateNames: readonly string[];
  readonly labels: readonly string[];
  readonly inLoop: boolean;
  readonly depth: number;
}

/** Nesting at which generated code becomes simple. */
export const maxDepth = 6;
const arrayMethods = [
  'map',
  'filter',
  'flatMap',
  'slice',
  'concat',
  'join',
  'keys',
  'entries',
  'sort',
  'reverse',
  'flat',
  'toString',
  'forEach',
  'find',
  'some',
  'at',
];
const textMethods = ['split', 'slice', 'toUpperCase', 'repeat', 'replace', 'padStart', 'trim', 'concat', 'match', 'substring', 'toString'];

export abstract class Expressions {
  protected readonly random: Random;
  /** Direct eval and `with` forbid most of the rewriting around them, so most programs have none. */
  protected readonly dynamic: boolean;
  protected names = 0;

  constructor(random: Random, dynamic: boolean) {
    this.random = random;
    this.dynamic = dynamic;
  }

  abstract block(place: Place, count: number): string;

  /** Never contains a bare comma, nor starts with `{` or `function` where that matters: it is parenthesised where it could. */
  expression(place: Place): string {
    const r = this.random;
    if (place.depth >= maxDepth || r.chance(0.25)) return this.leaf(place);
    const inner = { ...place, depth: place.depth + 1 };
    const one = (): string => this.expression(inner);
    const guarded = (text: string): string => `tryIt(() => ${text})`;
    switch (r.below(38)) {
      case 0:
        return `[${one()}, ${one()}]`;
      case 1:
        return `({ a: ${one()}, [t('key', 'k')]: ${one()}, b() { return [1]; }, get c() { return { d: 1 }; }, f: () => {}, g: function () {}, h: class {}, ...${one()} })`;
      case 2:
        return `\`x\${t('tpl', ${one()})}y\${${this.leaf(place)}}\``;
      case 3:
        return `('s' + ${one()})`;
      case 4:
        return `t('n${r.below(100)}', ${one()})`;
      case 5:
        return `[...[${one()}], ...${r.pick(["'ab'", 'new Set([1])', `iter('sp')`])}]`;
      case 6:
        return `[${one()}, 2, 'c'].${r.pick(arrayMethods)}(${this.callback(inner)})`;
      case 7:
        return guarded(`'a-b c'.${r.pick(textMethods)}(${r.pick(['1', "'b'", `' '`, '2'])})`);
      case 8:
        return `(${one()} ? ${one()} : [${one()}])`;
      case 9:
        return `(${one()} ${r.pick(['&&', '||', '??'].slice(0, 2))} ${one()})`;
      case 10:
        return `(${one()}, ${one()})`;
      case 11:
        return `new ${r.pick(['Array', 'Box', 'Base', 'Map', 'Set'])}(${r.pick(['', '[1, 2].map((x) => [x, x])'])})`;
      case 12:
        return `/a(?<n>b)?/g.exec(${r.pick(["'xab'", "'a'"])})`;
      case 13:
        return `tag\`a\${${one()}}b\``;
      case 14:
        return `(${r.pick(['', 'async '])}(x, y = ${this.leaf(place)}) => ${r.pick(['[x, y]', '({ x })', '{ tick(); return [y]; }', '`${typeof x}`'])})`;
      case 15:
        return `(function ${r.chance(0.5) ? 'named' : ''}(x) { tick(); return [typeof this, x, arguments.length]; })(${one()})`;
      case 16:
        return `(class ${r.chance(0.5) ? 'Inner' : ''} { static v = [1]; w = { z: ${this.leaf({ ...place, privateNames: [], async: false, generator: false, inFunction: false })} }; })`;
      case 17:
        return guarded(
          `${this.anyName(place)}?.a?.[${this.leaf(place)}]?.map(${this.callback({ ...inner, async: false, generator: false })})`,
        );
      case 18:
        return guarded(`${this.anyName(place)}.${r.pick(['push', 'map', 'concat', 'slice', 'x.y', 'set', 'toString'])}([1])`);
      case 19:
        return guarded(`${this.anyName(place)}([1], ...[2, 3])`);
      case 20:
        return `Object.${r.pick(['keys', 'values', 'entries', 'assign', 'freeze'])}({ a: ${one()}, b: 1 })`;
      case 21:
        return `JSON.parse(JSON.stringify([1, { a: 'b' }]))`;
      case 22:
        return `JSON.stringify({ toJSON() { return [1]; } })`;
      case 23:
        if (place.async) return `(await ${this.awaited(inner)})`;
        if (place.generator) return `(yield ${one()})`;
        return `typeof ${this.anyName(place)}`;
      case 24:
        if (place.inFunction && !place.inMethod) return r.pick(['[typeof this]', '[new.target === undefined]', '[...arguments].length']);
        return `[typeof this]`;
      case 25:
        if (place.inMethod) return r.pick(['[this === undefined]', 'typeof super.m', '{ t: typeof this }'].slice(0, 2));
        return `coerce('c${r.below(9)}') + ${r.pick(["'z'", '1', `\`\${coerce('d')}\``])}`;
      case 26: {
        const name = place.privateNames.at(-1);
        return name === undefined || !place.inMethod
          ? `[${one()}].length`
          : guarded(`[this.${name}, ${name} in this, this.${name}?.length]`);
      }
      case 27:
        return `((x) => { tick(); ${this.block({ ...inner, async: false, generator: false, inLoop: false, labels: [], inFunction: false, variables: [...inner.variables, { name: 'x', kind: 'param' }] }, 1)} return [x]; })(${one()})`;
      case 28:
        return `new Proxy([1, 2], spy).${r.pick(['map((x) => [x])', 'concat([3])', 'slice(1)', 'length', 'at(0)'])}`;
      case 29:
        if (!this.dynamic || !place.inFunction) return `structuredClone([{ a: 1 }])`;
        return guarded(`eval('[' + ${JSON.stringify(this.leaf({ ...place, privateNames: [], async: false, generator: false }))} + ']')`);
      case 30:
        return `(state.list = [${one()}, state.list.length])`;
      case 31:
        return `String(${one()}) + Array(2).length`;
      case 32:
        return `({ a: [${one()}] }.a)`;
      case 33:
      case 34:
        return guarded(this.mistake({ ...inner, async: false, generator: false }));
      case 35:
        return guarded(this.chain({ ...inner, async: false, generator: false }));
      default:
        return `[${one()}, , ${one()}].length`;
    }
  }

  /** What often throws: the error's text must not change either. */
  private mistake(place: Place): string {
    const r = this.random;
    const one = (): string => this.expression({ ...place, depth: Math.max(place.depth, maxDepth - 2) });
    const name = this.anyName(place);
    return r.pick([
      `[...${one()}]`,
      `Math.max(...${one()})`,
      `(([a]) => [a])(${one()})`,
      `(({ a: { b } }) => [b])(${one()})`,
      `{ const [a, ...b] = ${one()}; return [a, b]; }`,
      `{ const { a, ...b } = ${one()}; return [a, b]; }`,
      `{ for (const [k, v] of ${one()}) return [k, v]; }`,
      `{ for (const k of ${one()}) return { k }; }`,
      `new (${one()})([1])`,
      `new ${name}([1], 2)`,
      `${one()}([1])`,
      `${one()}.foo([1])`,
      `${one()}.foo.bar`,
      `${one()}['x' + 1]([2])`,
      `${name}.foo([1], [2])`,
      `${name}.foo.bar([1])`,
      `${name}[${one()}]({ a: 1 })`,
      `${name}?.foo([1])`,
      `'a' in ${one()}`,
      `${one()} instanceof ${one()}`,
      `(class extends ${one()} {})`,
      `null[[${name}]]`,
      `undefined.foo([${one()}])`,
      `new Map(${one()})`,
      `new Set([${one()}]).forEach(${one()})`,
      `[1].map(${one()})`,
      `[3, 1].reduce(${one()})`,
      `Symbol() + [${one()}]`,
      `\`\${Symbol()}\${${one()}}\``,
      `Object.defineProperty(${one()}, 'a', { value: [1] })`,
      `Object.freeze([1]).push(${one()})`,
      `JSON.parse(${one()})`,
      `'abc'.repeat(-1, [${one()}])`,
      `new Array(-1)`,
      `(${name} = [${one()}])`,
      `[${name}, undeclared, ${one()}]`,
      `({ [${name}.a]: [${one()}] }).b`,
      `tag\`a\${${one()}}\`.foo([1])`,
      `${name}\`x\${[1]}\``,
      `Promise.resolve(${one()}).foo([1])`,
      `[${one()}].at(0).foo.bar([1])`,
      `super_.x([1])`,
    ]);
  }

  /** Calls chained over lines, on what may not have such methods. */
  private chain(place: Place): string {
    const r = this.random;
    const one = (): string => this.expression({ ...place, depth: Math.max(place.depth, maxDepth - 2) });
    const name = this.anyName(place);
    const links = Array.from({ length: 2 + r.below(4) }, () =>
      r.pick([
        `.map(${this.callback(place)})`,
        `.map(${this.callback(place)})`,
        `.filter(${r.pick(['Boolean', name, '(x, i) => i === 0'])})`,
        `.concat([${one()}], ${name})`,
        `.slice(${r.pick(['', '0,', '1'])})`,
        `.flat()`,
        `.join('-')`,
        `.split('-')`,
        `.at(0)`,
        `.push(${one()}, [${name}])`,
        `.set([${one()}], ${one()}).values()`,
        `.then(${this.callback(place)})`,
        `.toString()`,
        `.foo([1])`,
        `[0]`,
        `?.at(-1)`,
        `(${one()})`,
      ]),
    );
    const start = r.pick([
      name,
      `${name}.a`,
      `state.list`,
      `t('chain', ${one()})`,
      `new Box([${one()}]).of`,
      `Object.values(${one()})`,
      `Array.of(${one()}, 1)`,
      `new Map()`,
      `soon(${one()})`,
      `this.list`,
      `[${one()}]`,
      `(${one()})`,
    ]);
    return start + links.map((link) => `\n  ${link}`).join('');
  }

  private callback(place: Place): string {
    const inner: Place = {
      ...place,
      async: false,
      generator: false,
      inLoop: false,
      labels: [],
      variables: [...place.variables, { name: 'x', kind: 'const' }],
    };
    return this.random.pick([
      `(x) => [x]`,
      `(x, i) => ({ x, i })`,
      `x => ${this.leaf(inner)}`,
      `(x) => { tick(); return \`\${x}\`; }`,
      `function (x) { tick(); return [typeof this, x]; }`,
      `({ length } = 'ab') => [length]`,
    ]);
  }

  private leaf(place: Place): string {
    const name = this.anyName(place);
    return this.random.pick([
      String(this.random.below(5)),
      `'${this.random.pick(['a', 'b', ''])}'`,
      '[]',
      '({})',
      'null',
      'undefined',
      'true',
      name,
      name,
      name,
      `[${name}]`,
      `({ ${name}, z: ${name} })`,
      `'' + typeof ${name}`,
      `\`\${typeof ${name}}\``,
    ]);
  }

  protected anyName(place: Place): string {
    if (place.variables.length === 0 || this.random.chance(0.05)) return this.random.pick(['state', 'state', 'Base']);
    return this.random.pick(place.variables.slice(-6)).name;
  }

  protected name(): string {
    return `v${++this.names}`;
  }

  protected assignment(place: Place, guarded = false): string {
    const r = this.random;
    const targets = place.variables.filter(({ kind }) => kind === 'let' || kind === 'param');
    const target = targets.length > 0 ? r.pick(targets).name : 'globalThis.slot';
    const value = this.expression({ ...place, depth: Math.max(place.depth, maxDepth - 2) });
    const text = r.pick([
      `${target} = ${value}`,
      `${target} ??= ${value}`,
      `${target} = '' + ${target}?.length + ${value}`,
      `${target} += [1]`,
      `[${target}] = [${value}, 1]`,
      `({ a: ${target} = ${value} } = {})`,
      `${target} = { ...${value}, a: ${value} }`,
      `state.list.push(${value}, [${value}])`,
      `state[${value}] = { a: ${value} }`,
      `state.count++, state.list[state.count] = [${value}]`,
      `delete state.gone`,
    ]);
    return guarded ? `try { ${text}; } catch (e) { log(e); }` : text;
  }

  protected awaited(place: Place): string {
    return this.random.pick([
      `[${this.expression(place)}]`,
      `Promise.resolve({ a: ${this.expression(place)} })`,
      `Promise.all([${this.expression(place)}, soon([1])])`,
      `soon(${this.expression(place)}).then((x) => [x])`,
      `Promise.reject(new Error('no')).catch((e) => e.message + ${this.expression(place)})`,
      `{ then(done) { done({ b: 1 }); } }`,
    ]);
  }

  protected multiline(place: Place): string {
    const one = (): string => this.expression({ ...place, depth: place.depth + 2 });
    return this.random.pick([
      `{\n  a: ${one()},\n  b: [\n    ${one()},\n    { c: ${one()} },\n  ],\n  get d() { return [1]; },\n  e() { return super.toString; },\n}`,
      `[\n  ${one()},\n  ...[${one()}],\n  [\n    t('in', ${one()}),\n  ],\n].map(\n  (x) => [x],\n)`,
      `t('call', [1])\n  .concat([${one()}])\n  .map((x) => ({ x }))\n  .filter(\n    Boolean,\n  ).length`,
      `\`a\${\n  ${one()}\n}b\${[1,\n 2]}\``,
    ]);
  }
}
