/**
 * TypeScript programs that print what they do. tsc is the referee: what it compiles must print the same as what we compile.
 */
import type { CompileInput, CompilerOptions } from '../../../src/agent/transform/compileTypeScript.ts';

export interface Case {
  readonly name: string;
  readonly source: string;
  readonly options?: CompilerOptions;
  readonly kind?: 'ts' | 'tsx';
}

export function inputOf({ source, kind = 'ts', options }: Case): CompileInput {
  return { source, path: '/project/case.ts', kind, format: 'commonjs', ...(options && { options }) };
}

const legacy: CompilerOptions = { experimentalDecorators: true };
const metadata: CompilerOptions = { experimentalDecorators: true, emitDecoratorMetadata: true, strict: true, alwaysStrict: false };
const assigned: CompilerOptions = { useDefineForClassFields: false };
const fakeReact = `const React = { Fragment: 'frag', createElement: (...all: unknown[]) => all };\n`;
const recorder = `
const log = (...all: unknown[]) => console.log(...all);
function rec(label: string) { return (target: any, key?: any, third?: any): any => { log(label, typeof target, String(key), typeof third === 'object' ? Object.keys(third).sort() : third); }; }
`;
const fakeReflect = `
(Reflect as any).metadata = (key: string, value: any) => (target: any, member?: string) => {
  const show = (v: any): any => Array.isArray(v) ? v.map(show) : v === undefined ? 'undefined' : v.name;
  console.log(typeof target, member, key, show(value));
};
const dec: any = () => undefined;
`;

export const cases: readonly Case[] = [
  {
    name: 'numeric, text, computed and merged enums',
    source: `
enum A { X, Y = 5, Z, W = 'w'.length, V = Z | 1, 'quoted-name' = 9, Neg = -1 }
enum A { Late = 20, After }
enum S { One = 'one', Two = \`two\`, Three = One + Two }
const enum C { P = 1 << 4, Q = P | 1 }
const base = 7;
enum D { A1 = base, B1 = A.Y, C1 = A['Z'] * 2 }
declare enum Ambient { No }
console.log(JSON.stringify(A), S, C.Q, C[16], D, A[A.Z]);
export enum E { K = 1 }
console.log(exports.E.K, E[1]);
function local() { enum L { A = 3 } return L; }
console.log(local());`,
  },
  {
    name: 'namespaces with variables that change, nested, merged and dotted',
    source: `
namespace N {
  export let count = 0;
  export var total: number;
  export const { a, b: [c, ...rest], ...others } = { a: 1, b: [2, 3, 4], d: 5, e: 6 };
  export function bump() { count++; total = (total ?? 0) + count; return { count, total }; }
  export class K { static made = 0; constructor() { K.made++; count += 10; } }
  export enum E { X = 4 }
  export interface I { z: number }
  export type T = string;
  const hidden = 'h';
  export const say = () => hidden;
  export namespace Deep { export let x = count; export function up() { return ++count; } }
  let shadow = 1; { let count = 'inner'; shadow += count.length; }
  for (count of [1, 2]) ;
  [count, shadow] = [count + 1, 2];
  ({ count } = { count: count + 1 });
  export const f = function () { return typeof this; };
  console.log(f(), shadow, count, f.name);
}
namespace N { console.log(count, a, rest, others, bump(), new K() instanceof K, E.X, Deep.up(), say()); export const again = count; }
namespace A.B.C { export const v = N.again; export import Alias = N.Deep; console.log(Alias.x); }
namespace A.B { console.log(C.v); }
namespace OnlyTypes { export interface Q {} }
namespace Empty {}
declare namespace Amb { const q: number; }
class Host { static s = 1 } namespace Host { export const extra = Host.s + 1; }
function fun() { return fun.prop; } namespace fun { export let prop = 'p'; }
enum Col { R } namespace Col { export function parse() { return Col.R; } }
namespace Self { export const Self = 5; export const twice = Self * 2; }
console.log(JSON.stringify(N), JSON.stringify(A), Host.extra, fun(), Col.parse(), Self, typeof Empty);
export namespace Out { export const q = 1; } export namespace Out { export const r = q + 1; }
console.log(exports.Out);`,
  },
  {
    name: 'parameter properties, fields, abstract members and overloads with defined fields',
    source: `
class P { y = 1; z; constructor(private readonly x: number, public w = x * 2, protected v?: string) { this.z = this.x + this.y; } }
class Q extends P { own = 'o'; #secret = 3; constructor(readonly extra: string[]) { super(5); this.own += this.extra.length; } get secret() { return this.#secret; } }
abstract class R { abstract go(): number; abstract readonly n: number; declare ghost: string; sure!: string; opt?: number; run() { return this.go() + this.n; } }
class T extends R { n = 2; override go() { return 40; } }
function over(a: string): string; function over(a: number): number; function over(this: void, a: any) { return a; }
class U { constructor(a: number); constructor(public a: any) {} m(): void; m(a?: any) { return a; } static { console.log('static'); } [key: string]: any }
console.log(new P(1), new Q(['a']), new Q([]).secret, new T().run(), Object.keys(new T()), over(1), new U(3));`,
  },
  {
    name: 'fields that are assigned in the constructor, setters of the base class included',
    options: assigned,
    source: `
const outer = 'outer';
class Base { set watched(v: any) { console.log('set', v); } constructor() { console.log(Object.keys(this)); } }
class D extends Base {
  watched = 1; nothing; declare ghost: string; 'quoted' = 2; 3 = 4; fn = () => this.watched; #p = 5; q = this.#p + 1; static s = outer; static t = this.s + 1;
  seen = outer; viaParameter = this.dep;
  constructor(private dep: string, second = outer) { super(); console.log(second, this.q); }
}
class E extends Base { own = 1; }
class F { a = 1; b = this.a + 1; constructor(readonly c = 3) { this.a += this.c; } }
class G extends F { d = 9; constructor(flag: boolean) { super(flag ? 1 : 2); } }
const H = class { x = 1; static y = 2; };
console.log(new D('dep'), D.s, D.t, new E(), new F(), new G(false), new H(), H.y, 'nothing' in new D(''), Object.keys(new F()));`,
  },
  {
    name: 'decorators as experimentalDecorators has them',
    options: legacy,
    source: `${recorder}
function replace(target: any): any { return class extends target { replaced = true; static tag = 'r'; }; }
@rec('class 1') @rec('class 2')
class A {
  @rec('field') a = 1;
  @rec('static field') static b = 2;
  @rec('method') @rec('method 2') m(@rec('param 0') x: number, @rec('param 1') y = 2, { z }: any = {}) { return x + y; }
  @rec('static method') static sm() { return A.b; }
  @rec('accessor') get g() { return 1; } set g(v) {}
  @rec('computed') ['comp' + 'uted']() {}
  @rec('symbol') [Symbol.iterator]() {}
  @rec('text') 'te xt' = 1;
  @rec('number') 5 = 1;
  constructor(@rec('ctor 0') private p: string, @rec('ctor 1') q?: number) {}
}
function twice(target: any, key: string, descriptor: PropertyDescriptor) { const original = descriptor.value; descriptor.value = function (n: number) { return original.call(this, n) * 2; }; }
function property(target: any, key: string) { Object.defineProperty(target, key, { get() { return 'got ' + this['_' + key]; }, set(v) { this['_' + key] = v; }, configurable: true }); }
class B { @twice m(n: number) { return n + 1; } static make() { return new B(); } }
@replace class C { static self = C; static who() { return C.tag; } static tag = 'c'; name2 = 'n'; me() { return C; } }
export default @replace class Named { x = 1 }
@replace export class Exported { y = 2 }
console.log(new B().m(3), new C(), C.who(), C.self === C, new C().me() === C, new A('x'), exports.default.tag, new Exported());`,
  },
  {
    name: 'accessors that decorators put on the prototype, with assigned fields',
    options: { ...legacy, ...assigned },
    source: `
function property(target: any, key: string) { Object.defineProperty(target, key, { get() { return 'got ' + this['_' + key]; }, set(v) { this['_' + key] = v; }, configurable: true }); }
class A { @property title = 'x'; @property later!: string; constructor(public z = 1) { this.later = 'l'; } }
const a = new A(); console.log(a.title, a.later, Object.keys(a));`,
  },
  {
    name: 'the types that emitDecoratorMetadata tells',
    options: metadata,
    source: `${fakeReflect}
interface I { a: string } type Alias = { b: string }; enum Num { A } enum Str { A = 'a' } class Known {}
declare const Unknown: any; import type { Readable } from 'node:stream'; import { EventEmitter } from 'node:events'; import * as http from 'node:http';
@dec class S {
  @dec a: string; @dec b: number[]; @dec c: I; @dec d: Alias; @dec e: Num; @dec f: Str; @dec g: Known; @dec h?: Date; @dec i: string | null; @dec j: string | number;
  @dec k: () => void; @dec l: 'x' | 'y'; @dec m: Promise<string>; @dec n: any; @dec o: Map<string, I>; @dec p; @dec q: bigint; @dec r: symbol; @dec s: -1; @dec t: [string]; @dec u: Readable; @dec v: EventEmitter; @dec w: http.Server; @dec x: boolean; @dec y: true; @dec z: undefined;
  @dec method(a: string, b: Known, c: boolean[], ...d: number[]): Promise<void> { return null as any; }
  @dec async later() {} @dec plain() {} @dec get got(): number { return 1; } @dec set put(v: string) {}
  constructor(private known: Known, @dec other: EventEmitter, third = 3, fourth: I = null as any) {}
}
class T { constructor(@dec a: Known) {} m(@dec a: string) {} }
console.log(S.name, T.name);`,
  },
  {
    name: 'decorators of the standard',
    source: `
function log(v: any, c: any) { console.log(c.kind, String(c.name), c.static ?? '', c.private ?? ''); if (c.kind === 'method') return function (this: any, ...a: any[]) { return v.apply(this, a) + 1; }; c.addInitializer?.(function (this: any) { console.log('init', String(c.name), typeof this); }); }
function double(v: any, c: any) { return (x: number) => x * 2; }
@log class A { @log m(a: number) { return a; } @double f = 2; @log static s = 1; @log accessor acc = 5; @log get g() { return 1; } @log #p() { return 1; } call() { return this.#p(); } accessor bare = 3; static accessor st = 4; }
const a = new A(); console.log(a.m(1), a.f, a.acc, a.bare, A.st, a.call(), A.name);`,
  },
  {
    name: 'imports that are only types go, the others stay and run in order',
    source: `
import type { Stats } from 'node:fs'; import { type PathLike, readFileSync, Dir } from 'node:fs'; import * as path from 'node:path'; import fs = require('node:fs'); import type T = require('node:os');
import os from 'node:os'; import 'node:util'; import { join as j, default as p } from 'node:path';
let d: Dir; let s: Stats | PathLike;
export { j }; export * from 'node:querystring'; export * as url from 'node:url'; export type { Stats }; export type X = 1; export interface Y {}
export const one = 1, { two } = { two: 2 }; export function f() { return g(); } function g() { return one; } export { g as default };
export let live = 1; live++; live += 5;
console.log(typeof readFileSync, typeof path.join, typeof fs.statSync, typeof os.EOL, typeof p.join, Object.keys(exports).filter((k) => !/^(parse|stringify|un?escape|encode|decode|unescapeBuffer)/.test(k)).sort(), exports.live, f());`,
  },
  { name: 'export =', source: `class A { static x = 1 } namespace A { export const y = 2; } console.log(A.y); export = A;` },
  {
    name: 'expressions of types',
    source: `
const a = <any>{ x: 1 }; const b = a as { x: number } satisfies object; const c = a!.x!; const d = (a as any)!.x as unknown as number; let e!: string; e = 'e';
const generic = <T,>(t: T): T => t; const inst = generic<string>; function isString(v: unknown): v is string { return typeof v === 'string'; } function assertIt(v: unknown): asserts v {}
class G<in out T extends object = {}> implements Iterable<T> { *[Symbol.iterator](): Iterator<T> {} method?<U>(): U; } type M = { readonly [K in keyof G<any>]?: G<any>[K] }; declare function nothing(): void; declare global { interface Window { q: 1 } } declare module 'x' { const y: 1; } abstract class Z { protected abstract q(): void }
(a as any).x = 5; (<any>a).x++; for (const k of [1] as number[]) a.x += k; label: for (;;) { break label; } let tuple: [a: string, b?: number] = ['t']; const u = a?.x ?? 0 as const;
async function* gen(this: any, ...r: readonly string[]): AsyncGenerator<string> { yield* r; } const big = 10n ** 2n; enum K { A } const as = 1; const type = 2; const of = as + type; let abstract = of, declare = abstract, namespace = declare;
console.log(a, b, c, d, e, inst('q'), isString(1), u, tuple, big, namespace, new G() instanceof G, gen.length); export {};`,
  },
  {
    name: 'resources that are disposed of',
    source: `
const sym: any = Symbol; const res = (n: string) => ({ [sym.dispose]() { console.log('end', n); }, async [sym.asyncDispose]() { console.log('async end', n); } });
{ using a = res('a'), b = res('b'); console.log('in'); }
async function f() { await using c = res('c'); using d = res('d'); for (using e of [res('e')]) console.log('loop'); return 1; } f().then(console.log); export {};`,
  },
  {
    name: 'JSX with a factory',
    kind: 'tsx',
    options: { jsx: 'react' },
    source: `${fakeReact}const P = (p: { a?: number }) => null; const ns = { C: 'c' }; const arr = [1]; const props = { q: 1 };
const gen = <T,>(x: T) => x; console.log(JSON.stringify([<div id="a" data-x={1} {...props}>text {arr.map((x) => <P a={x} key={x} />)} <></> &amp; more</div>, <ns.C />, <P a={gen<number>(2)}>  two
  lines </P>])); namespace UI { export const Tag = 'tag'; export const use = () => <Tag />; } console.log(UI.use()); export {};`,
  },
  {
    name: 'JSX with a factory of another name',
    kind: 'tsx',
    options: { jsx: 'react', jsxFactory: 'h', jsxFragmentFactory: 'F' },
    source: `const h = (...a: unknown[]) => a; const F = 'F'; console.log(JSON.stringify(<><b x="1">t</b></>)); export {};`,
  },
  {
    name: 'a script stays sloppy, a module is strict, alwaysStrict makes a script strict',
    source: `var q = 1; console.log(typeof q, (function (this: any) { return typeof this; })(), typeof module, typeof require, typeof __dirname);`,
  },
  { name: 'alwaysStrict', options: { alwaysStrict: true }, source: `console.log((function (this: any) { return typeof this; })());` },
  { name: 'strictness of a module', source: `console.log((function (this: any) { return typeof this; })()); export {};` },
  {
    name: 'async, generators, private names and modern syntax, which stay as they are',
    source: `
class A { #x = 1; static #y = 2; has(o: any) { return #x in o; } static get y() { return A.#y; } async *items() { yield this.#x; for await (const z of [2, Promise.resolve(3)]) yield z; } }
let n: any = null; n ??= 5; n &&= 6; n ||= 7; const o = { a: { b: [1, 2, 3] } }; const { a: { b: [first, ...tail] } } = o; try { throw 1; } catch { console.log('caught'); }
(async () => { for await (const v of new A().items()) console.log(v); })(); console.log(new A().has(new A()), A.y, n, first, tail, o?.a?.b?.at?.(-1), 1_000, /(?<y>a)/.exec('a')?.groups?.y, \`\${n}\`); export {};`,
  },
];
