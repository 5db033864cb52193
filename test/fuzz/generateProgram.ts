/**
 * Makes JavaScript programs that say what they do: what a rewrite can break (order, names, scopes, `this`, errors, identity) shows in
 * what they log. They always end: each loop turn and each call takes from a common fuel.
 *
 * A program uses `log(...)`, `t(label, value)` which logs and gives the value back, and `tick()`; the runner provides them.
 */
import { Expressions, maxDepth, type Place, type Variable } from './expressions.ts';
import { Random } from './random.ts';

export interface GeneratedProgram {
  readonly code: string;
  readonly format: 'commonjs' | 'module';
}

export function generateProgram(seed: number): GeneratedProgram {
  const random = new Random(seed);
  const format = random.chance(0.5) ? 'module' : 'commonjs';
  const strict = format === 'module' || random.chance(0.3);
  const generator = new Generator(random, random.chance(0.2));
  const place: Place = {
    variables: [],
    strict,
    async: format === 'module',
    generator: false,
    inFunction: false,
    inMethod: false,
    privateNames: [],
    labels: [],
    inLoop: false,
    depth: 0,
  };
  const directive = format === 'commonjs' && strict ? "'use strict';\n" : '';
  const imports = format === 'module' ? "import { EOL, default as os } from 'node:os';\nimport * as path from 'node:path';\n" : '';
  const body = generator.block(place, 6 + random.below(8));
  const exports =
    format === 'module'
      ? `\nexport default ${generator.expression({ ...place, async: false, depth: 2 })};\nexport const exported = [1, 2];`
      : '';
  return { code: `${directive}${imports}${body}${exports}\n`, format };
}

class Generator extends Expressions {
  /** Statements, with the names they declare known from their declaration on (and functions in all of it). */
  block(outer: Place, count: number): string {
    let place = { ...outer };
    const lines: string[] = [];
    for (let i = 0; i < count; i++) {
      const { text, declared } = this.#statement(place);
      lines.push(text);
      place = { ...place, variables: [...place.variables, ...declared] };
    }
    if (this.random.chance(0.3) && lines.length > 1) {
      // A use before the declaration: the temporal dead zone, or a hoisted function.
      const name = `v${this.names - this.random.below(3)}`;
      lines.unshift(
        `try { log('early', [typeof ${name} === 'function', ${this.random.pick([name, `[${name}]`, `{ a: ${name} }.a`, `'s' + ${name}`])}].length); } catch (e) { log(e); }`,
      );
    }
    return lines.join('\n');
  }

  #statement(place: Place): { text: string; declared: Variable[] } {
    const deep = place.depth >= maxDepth;
    const r = this.random;
    const expression = (): string => this.expression(place);
    const none = (text: string): { text: string; declared: Variable[] } => ({ text, declared: [] });
    const inner = { ...place, depth: place.depth + 1 };
    const choice = r.below(deep ? 6 : 27);
    switch (choice) {
      case 0:
      case 1: {
        const kind = r.pick(['const', 'let', 'var'] as const);
        const name = this.name();
        return { text: `${kind} ${name} = ${expression()};`, declared: [{ name, kind: kind === 'const' ? 'const' : 'let' }] };
      }
      case 2:
      case 3:
        return none(`log(${expression()}, ${expression()});`);
      case 4:
        return none(`try { ${this.assignment(place)}; } catch (e) { log(e); }`);
      case 5:
        return none(`log(${this.multiline(place)});`);
      case 6:
      case 7:
        return this.#functionDeclaration(inner);
      case 8:
        return this.#classDeclaration(inner);
      case 9:
        return none(`if (${expression()}) ${this.#body(inner)}${r.chance(0.5) ? ` else ${this.#body(inner)}` : ''}`);
      case 10:
        return none(`for (let i = 0; i < ${1 + r.below(3)}; i++) ${this.#loopBody(inner, 'i')}`);
      case 11: {
        const label = this.name();
        const text = this.#loopBody({ ...inner, labels: [...place.labels, label] }, 'x');
        return none(
          `${label}: for (const x of ${r.pick(['[1, 2]', `[${expression()}, 3]`, `'ab'`, 'new Set([1, 2])', `iter('${label}')`])}) ${text}`,
        );
      }
      case 12:
        return none(`for (const k in ${r.pick(['{ a: 1, b: 2 }', `({ x: ${expression()} })`, '[5, 6]'])}) ${this.#loopBody(inner, 'k')}`);
      case 13:
        return none(`do { tick(); ${this.block({ ...inner, inLoop: true }, 2)} } while (${r.chance(0.5) ? 'false' : 'log("w"), false'});`);
      case 14:
        return none(`switch (${r.pick([expression(), '1', '"a"'])}) {${this.#cases(inner)} }`);
      case 15:
      case 16:
        return none(
          `try { ${this.block(inner, 2)} ${r.chance(0.3) ? `throw ${expression()};` : ''} } catch ${r.chance(0.2) ? '' : `(e) `}{ ${r.chance(0.2) ? 'log("caught");' : 'log(typeof e, "caught");'} ${this.block(inner, 1)} } ${r.chance(0.5) ? `finally { ${this.block(inner, 1)} }` : ''}`,
        );
      case 17: {
        const [a, b, c] = [this.name(), this.name(), this.name()];
        const text = r.pick([
          `const { ${a}, x: ${b} = ${expression()}, ...${c} } = { ${a}: ${expression()}, y: [1], z: 2 };`,
          `const [${a}, , ${b} = ${expression()}, ...${c}] = [${expression()}, 2, undefined, ...[4, 5]];`,
          `let { a: [${a}, { b: ${b} = 1 }] = [${expression()}, {}], [${expression()}]: ${c} } = { k: 1 };`,
        ]);
        return { text: `var ${a}x; ${text}`, declared: [a, b, c].map((name) => ({ name, kind: 'const' })) };
      }
      case 18:
        return none(`{ ${this.block(inner, 3)} }`);
      case 19:
        if (place.async) return none(`log(await ${this.awaited(place)});`);
        return none(
          `later(async () => { ${this.block({ ...inner, async: true, inLoop: false, labels: [], generator: false }, 2)} log(await ${this.awaited({ ...inner, async: true, generator: false })}); });`,
        );
      case 20:
        if (!place.generator)
          return none(
            `for (const y of (function* () { ${this.block(this.#functionPlace(inner, { generator: true }), 2)} yield ${this.expression(this.#functionPlace(inner, { generator: true }))}; try { yield* [1, 2]; } finally { log('done'); } })()) { tick(); log(y); ${r.chance(0.3) ? 'break;' : ''} }`,
          );
        return none(`log(yield ${expression()});`);
      case 21:
        if (place.strict || !this.dynamic) return none(`log([${expression()}].length);`);
        return none(`with (${r.pick(['{ a: 1, v1: 2 }', `{ x: ${expression()} }`])}) { ${this.block({ ...inner, strict: false }, 2)} }`);
      case 22:
        if (!this.dynamic || !place.inFunction) return none(`log(${expression()} ?? [${expression()}]);`);
        return none(
          `log(eval(${JSON.stringify(r.pick([`1 + 1`, `typeof v1`, `var e${this.names} = [1]; e${this.names}.length`, `(() => { return [${this.anyName(place)}].length })()`, this.anyName(place)]))}));`,
        );
      case 23:
        if (!place.inFunction)
          return none(`try { (function () { ${this.block(this.#functionPlace(inner, {}), 2)} })(); } catch (e) { log(e); }`);
        return none(`if (${r.chance(0.5) ? 'false' : `t('ret', ${expression()})`}) return ${expression()};`);
      case 24: {
        const name = this.name();
        return {
          text: `var ${name} = []; for (let i = 0, j = ${expression()}; i < 3; i++) { tick(); ${name}.push(() => [i, j]); ${name}[i + 5] = { i }; } log(${name}.map((f) => typeof f === 'function' ? f() : f));`,
          declared: [{ name, kind: 'const' }],
        };
      }
      case 25: {
        const [object, list] = [this.name(), this.name()];
        return {
          text: `const ${object} = {}, ${list} = new Map(); ${object}[${expression()}] = ${expression()}; ${list}.set(${expression()}, ${expression()}).set(1, [${object}]); log(${object}, [...${list}.keys()].length);`,
          declared: [
            { name: object, kind: 'const' },
            { name: list, kind: 'const' },
          ],
        };
      }
      default:
        return none(`${this.assignment(place, true)};`);
    }
  }

  #body(place: Place): string {
    if (this.random.chance(0.6)) return `{ ${this.block(place, 2)} }`;
    return this.random.pick([`log(${this.expression(place)});`, ';', `try { ${this.block(place, 1)} } catch (e) { log(e); }`]);
  }

  #loopBody(outer: Place, name: string): string {
    const r = this.random;
    const place: Place = { ...outer, inLoop: true, variables: [...outer.variables, { name, kind: 'const' }] };
    const jumps = ['', `if (${this.expression(place)}) continue;`, `if (t('b', ${this.expression(place)})) break;`];
    const label = place.labels.at(-1);
    if (label !== undefined) jumps.push(`if (${this.expression(place)}) break ${label};`, `if (${name}) continue ${label};`);
    if (r.chance(0.1)) return `{ tick(); log(${this.expression(place)}); }`;
    return `{ tick(); ${r.pick(jumps)} ${this.block(place, 2)} ${r.pick(jumps)} }`;
  }

  #cases(place: Place): string {
    const cases = Array.from({ length: 3 }, (_, i) => {
      const test = i === 2 && this.random.chance(0.6) ? 'default' : `case ${this.random.pick([String(i), '"a"', this.expression(place)])}`;
      return ` ${test}: { ${this.block(place, 1)} } ${this.random.chance(0.5) ? 'break;' : `log('through ${i}');`}`;
    });
    return cases.join('');
  }

  #functionPlace(place: Place, changes: Partial<Place>): Place {
    return {
      ...place,
      async: false,
      generator: false,
      inFunction: true,
      inMethod: false,
      inLoop: false,
      labels: [],
      depth: place.depth + 1,
      ...changes,
    };
  }

  #functionDeclaration(place: Place): { text: string; declared: Variable[] } {
    const r = this.random;
    const name = this.name();
    const [async, generator] = r.pick([
      [false, false],
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ] as const);
    const params = [this.name(), this.name()];
    const plain = r.chance(0.4);
    const inner = this.#functionPlace(place, { async, generator });
    const known: Place = {
      ...inner,
      variables: [...inner.variables, { name, kind: 'function' }, ...params.map((each) => ({ name: each, kind: 'param' as const }))],
    };
    const signature = plain
      ? params.join(', ')
      : `${params[0]} = ${this.expression({ ...place, async: false, generator: false, depth: place.depth + 2 })}, { a: ${params[1]} = [1] } = {}, ...rest`;
    const aliasing =
      plain && !place.strict && r.chance(0.4) ? `${params[0]} = [arguments[0]]; log(arguments.length, arguments[0], [${params[0]}]);` : '';
    const strictness = plain && r.chance(0.2) ? "'use strict'; " : '';
    const text = `${async ? 'async ' : ''}function${generator ? '*' : ''} ${name}(${signature}) { ${strictness}tick(); ${aliasing} ${this.block({ ...known, strict: place.strict || strictness !== '' }, 3)} return ${this.expression(known)}; }`;
    const call = `${name}(${this.expression(place)}, { a: ${this.expression(place)} })`;
    const use = generator
      ? `later(async () => { let n = 0; ${async ? 'for await' : 'for'} (const g of ${call}) { tick(); log(g); if (n++ > 2) break; } });`
      : async
        ? `later(() => ${call});`
        : `try { log(${call}); log(new ${name}(1) instanceof ${name}); } catch (e) { log(e); }`;
    return { text: r.chance(0.5) ? `${use}\n${text}` : `${text}\n${use}`, declared: [{ name, kind: 'function' }] };
  }

  #classDeclaration(place: Place): { text: string; declared: Variable[] } {
    const name = this.name();
    const text = this.#class({ ...place, variables: [...place.variables] }, name);
    const use = `try { const o = new ${name}(${this.expression(place)}); log(o, o.m(${this.expression(place)}), o.g, ${name}.s); o.g = [1]; log(o.m.name, ${name}.name, Object.keys(o)); } catch (e) { log(e); }`;
    return { text: `${text}\n${use}`, declared: [{ name, kind: 'class' }] };
  }

  #class(outer: Place, name: string): string {
    const r = this.random;
    const privateName = `#p${this.names++}`;
    const derived = r.chance(0.5);
    const place: Place = {
      ...outer,
      strict: true,
      async: false,
      generator: false,
      inLoop: false,
      labels: [],
      depth: outer.depth + 1,
      privateNames: [...outer.privateNames, privateName],
    };
    const method = this.#functionPlace(place, { inMethod: true, variables: [...place.variables, { name: 'a', kind: 'param' }] });
    const field: Place = { ...place, inFunction: false, inMethod: true };
    const base = r.pick([
      'Base',
      `(t('heritage', Base))`,
      `class extends Base { constructor(...all) { super(...all); this.mid = [${this.expression(place)}]; } }`,
    ]);
    return `class ${name} ${derived ? `extends ${base} ` : ''}{
  ${privateName} = ${r.pick(['[]', '{ a: 1 }', 'new Map()', this.expression(field)])};
  f = ${this.expression(field)}; ['c' + ${JSON.stringify(name)}] = () => this.f; h = () => {};
  static s = ${r.pick(['[1]', `{ of: ${name || 'this'} && 1 }`, this.expression({ ...field, privateNames: outer.privateNames })])};
  static { try { log('static', this === ${name || 'this'}, ${this.expression({ ...field, privateNames: outer.privateNames })}); } catch (e) { log(e); } }
  constructor(a) { ${derived ? `${r.chance(0.3) ? `log([new.target.name]); ` : ''}super(${this.expression({ ...method, inMethod: false, inFunction: false, privateNames: [] })}, a);` : ''} tick(); this.x = [a, new.target === ${name || 'new.target'}]; ${this.block(method, 2)} }
  m(a) { tick(); ${r.pick([`this.${privateName}.push?.(a, [a]);`, `this.${privateName} = [this.${privateName}, a];`, ''])} ${this.block(method, 2)} return ${r.pick([`[this.${privateName}, ${privateName} in this]`, this.expression(method), derived ? 'super.m?.([a])' : '{ t: this.x }'])}; }
  get g() { return { ${this.random.pick(['v: this.f', 'v: [this.x]', `...this.${privateName}`])} }; } set g(a) { log('set', \`\${a}\`, a); }
  static async *ag() { yield [1]; } async am() { return { a: await [this.f] }; }
}`;
  }
}
