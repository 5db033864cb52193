import assert from 'node:assert/strict';
import { assignmentsOf, findBindings } from '../../../src/advice/javascript/bindings.ts';
import { isArray, isString, numberKindOf } from '../../../src/advice/javascript/valueTypes.ts';
import { SourceFile } from '../../../src/advice/sourceFile.ts';

/** Where the variables of a file are named, by line: `name@1: 2 3=` is declared on line 1, named on 2, given a value on 3. */
function namedLines(text: string, path = '/program.js'): string[] {
  const source = new SourceFile({ path, language: 'javascript' }, text);
  return findBindings(source).all.map((binding) => {
    const given = new Set(assignmentsOf(binding).map(({ from }) => from));
    const lines = binding.references.map(({ from }) => `${source.lineAt(from)}${given.has(from) ? '=' : ''}`);
    return `${binding.name}@${source.lineAt(binding.definition.from)}: ${lines.join(' ')}`.trim();
  });
}

/** What the last `use(name)` of a text is given. */
function lastUse(text: string) {
  const source = new SourceFile({ path: '/program.ts', language: 'javascript' }, text);
  const bindings = findBindings(source);
  const use = source.nodesOf(['ArgList']).at(-1)?.getChild('VariableName');
  assert.ok(use);
  return { source, bindings, use };
}

const kindOf = (text: string) => {
  const { source, bindings, use } = lastUse(text);
  return numberKindOf(source, bindings, use);
};

describe("reading JavaScript's variables", () => {
  it('tells apart variables of one name by their blocks and functions', () => {
    const text = `let a = 1;
{
  let a = 2;
  a;
}
function f(a) { return a; }
a;`;
    assert.deepEqual(namedLines(text), ['a@1: 7', 'a@3: 4', 'f@6:', 'a@6: 6']);
  });

  it('lets var hold in the whole function, and loops, catch and functions have their own', () => {
    const text = `function f() {
  if (x) { var v = 1; }
  for (const i of xs) v;
  try {} catch (e) { e; }
  return v;
}
const g = function g() { g; };`;
    assert.deepEqual(namedLines(text), ['f@1:', 'v@2: 3 5', 'i@3:', 'e@4: 4', 'g@7:', 'g@7: 7']);
  });

  it('sees every way of giving a value, and shorthand properties as uses', () => {
    const text = `let a, b, c, d;
a = 1; b += 1; c++;
({ d } = x);
for (a of xs) {}
use({ a, b: c });`;
    assert.deepEqual(namedLines(text), ['a@1: 2= 4= 5', 'b@1: 2=', 'c@1: 2= 5', 'd@1: 3=']);
  });

  it('reads imports, patterns and parameters with types', () => {
    const text = `import fs, { readFileSync as read } from 'node:fs';
const { a: [b], ...c } = read(fs);
const f = ({ d }: { d: number }, e = d): number => d + e + b + c;`;
    assert.deepEqual(namedLines(text, '/program.ts'), ['fs@1: 2', 'read@1: 2', 'b@2: 3', 'c@2: 3', 'f@3:', 'd@3: 3 3', 'e@3: 3']);
  });
});

describe("telling what JavaScript's values surely are", () => {
  it('knows what numbers fit in', () => {
    assert.equal(kindOf('const x = 255; use(x);'), 'Uint8');
    assert.equal(kindOf('const x = 256; use(x);'), 'Int32');
    assert.equal(kindOf('let x = 0; x++; use(x);'), 'Int32');
    assert.equal(kindOf('const x = y | 1; use(x);'), 'Int32');
    assert.equal(kindOf('const x = 1 / 2; use(x);'), 'Float64');
    assert.equal(kindOf('const x = -1; use(x);'), 'Float64');
    assert.equal(kindOf('let x = 0; let y = 0; x = y + 1; y = x - 1; use(x);'), 'Float64');
    assert.equal(kindOf('const x = (Math.random() as number); use(x);'), 'Float64');
  });

  it('does not take for numbers what may be none', () => {
    assert.equal(kindOf('let x = 0; x = y; use(x);'), undefined);
    assert.equal(kindOf('let x = 0; x += y; use(x);'), undefined);
    assert.equal(kindOf('const x = y ? 1 : null; use(x);'), undefined);
    assert.equal(kindOf('const x = 1n; use(x);'), undefined);
    assert.equal(kindOf("const x = '1' + 1; use(x);"), undefined);
    assert.equal(kindOf('function f(x) { use(x); }'), undefined);
  });

  it('knows arrays and strings, also those that are made of themselves', () => {
    const is = (text: string): readonly boolean[] => {
      const { source, bindings, use } = lastUse(text);
      return [isArray(source, bindings, use), isString(source, bindings, use)];
    };
    assert.deepEqual(is('let x = []; x = x.concat(y); use(x);'), [true, false]);
    assert.deepEqual(is("const x = 'a,b'.split(','); use(x);"), [true, false]);
    assert.deepEqual(is("let x = ''; x += y; x = x + y; use(x);"), [false, true]);
    assert.deepEqual(is('let x = []; x = y; use(x);'), [false, false]);
    assert.deepEqual(is('const x = y.map(f); use(x);'), [false, false]);
  });
});
