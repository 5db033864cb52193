/** What a source file says of its names: where they are declared, and what is done to the collections that they stand for. */

import assert from 'node:assert/strict';
import { readFileSyntax } from '../../../src/engines/node/heapSnapshot/fileSyntax.ts';

const text = `import first, { a as renamed } from './other.js';
const { second } = require('./third.js'), own = new Map();
export { own as shared };
class Store {
  #rows = new Map();
  add(key, value) { this.#rows.set(key, value); }
  reset() { this.#rows = new Map(); }
}
function outer(own, key) {
  const inner = {};
  return (inner[key] ??= own.get(key));
}
const tally = new Map();
const count = (word) => tally.set(word, (tally.get(word) ?? 0) + 1);
globalThis.settings = {};
const cleared = {};
cleared.x = cleared['y'];
const remove = (key) => delete cleared[key];
prune(own);
module.exports = { big: [1], count };
`;

describe('the syntax of a file', () => {
  const syntax = readFileSyntax('/p/a.js', text);

  it('tells top-level names from those of functions, and imported ones from its own', () => {
    assert.deepEqual(
      ['own', 'inner', 'Store', 'renamed', 'key'].map((name) => syntax.isTopLevel(name)),
      [true, false, true, true, false],
    );
    assert.deepEqual(
      ['first', 'renamed', 'second', 'own'].map((name) => syntax.isImported(name)),
      [true, true, true, false],
    );
    assert.equal(syntax.topLevelLineOf('own'), 2);
    assert.equal(syntax.topLevelLineOf('big'), 20);
    assert.equal(syntax.localNameOf('shared'), 'own');
    assert.equal(syntax.globalLineOf('settings'), 15);
    assert.equal(syntax.propertyLineOf('#rows'), 5);
  });

  it('finds the declaration that code on a line sees', () => {
    assert.equal(syntax.variableLineOf('own', 11), 9);
    assert.equal(syntax.variableLineOf('own', 14), 2);
    assert.equal(syntax.variableLineOf('inner', 11), 10);
    assert.equal(syntax.variableLineOf('inner', 14), undefined);
  });

  it('tells what is done to collections, and by which functions they grow', () => {
    assert.deepEqual([...syntax.usesOf('#rows').methods].sort(), ['clear', 'set']);
    assert.deepEqual(syntax.usesOf('#rows').addingFunctionLines, [6]);
    assert.deepEqual([...syntax.usesOf('inner').methods].sort(), ['get', 'set']);
    assert.deepEqual([...syntax.usesOf('tally').methods], ['set']);
    assert.deepEqual([...syntax.usesOf('cleared').methods].sort(), ['delete', 'get']);
    assert.equal(syntax.usesOf('own').isHandedOver, true);
    assert.equal(syntax.usesOf('tally').isHandedOver, false);
  });

  it('is read of TypeScript and JSX', () => {
    const typed = readFileSyntax('/p/a.ts', 'enum Kind { A }\nconst kinds: Map<string, Kind> = new Map<string, Kind>();\n');
    assert.deepEqual([typed.topLevelLineOf('Kind'), typed.topLevelLineOf('kinds')], [1, 2]);
    const element = readFileSyntax('/p/a.tsx', 'const view = (rows: string[]) => <p>{rows.length}</p>;\nconst after = 1;\n');
    assert.equal(element.topLevelLineOf('after'), 2);
  });
});
