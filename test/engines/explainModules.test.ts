/** Why memory is still held in programs of ES modules, TypeScript and compiled files: names and paths stand in the person's own text. */

import assert from 'node:assert/strict';
import type { MemoryProfile } from '../../src/core/profile.ts';
import { testRuntimes } from '../runtimes.ts';
import { profileProgram } from './profiling.ts';
import { createProgramFolder, type ProgramFolder } from './programFolder.ts';

const main = `import { users, remember as keep } from './users.mjs';
import legacy from './legacy.cjs';
const table = new Array(50_000).fill(1);
export let visible = new Array(40_000).fill(2);
class Session {
  #entries = new Map();
  open(key) {
    if (!this.#entries.has(key)) this.#entries.set(key, { body: new Array(300).fill(key.length) });
    return this.#entries.get(key);
  }
}
const session = new Session();
for (let index = 0; index < 100; index += 1) {
  keep({ index }, new Array(100).fill(index));
  session.open('session ' + index);
  legacy.put(index, new Array(150).fill(index));
}
process.on('beforeExit', () => table.length + users.size + visible.length);
`;
const users = `const users = new Map();
const hidden = new Array(20_000).fill(1);
export function remember(key, value) {
  if (!users.has(key) && hidden.length > 0) users.set(key, value);
}
export { users };
`;
const legacy = `const cache = {};
module.exports = {
  big: new Array(25_000).fill(3),
  put(key, value) {
    cache['p' + key] ??= value;
    return cache['p' + key];
  },
};
`;
const service = `import { store, type Item } from './store';
enum Kind { Small, Large }
namespace Shapes {
  export const points = new Array(12_000).fill(Kind.Large);
}
class Service {
  private cache: Map<string, Item> = new Map();
  load(key: string): Item {
    const known = this.cache.get(key);
    if (known !== undefined) return known;
    const item: Item = { key, body: new Array(500).fill(Kind.Small) };
    this.cache.set(key, item);
    return item;
  }
}
export const service = new Service();
for (let index = 0; index < 60; index += 1) service.load('item ' + index);
store.push(...Array.from({ length: 30 }, (_, index) => ({ key: String(index), body: new Array(1000).fill(index) })));
console.log(store.length, Shapes.points.length);
`;
const typedStore = `export interface Item {
  key: string;
  body: number[];
}
export const store: Item[] = [];
`;

for (const { major, executable } of testRuntimes()) {
  describe(`modules whose memory is still held, on Node ${major}`, function () {
    // Which lines hold enough to be told of is sampled, and in such small programs now and then far off.
    this.retries(2);
    this.timeout(60_000);
    let folder: ProgramFolder;
    beforeEach(() => (folder = createProgramFolder()));
    afterEach(() => folder.remove());
    const explained = async (file: string): Promise<MemoryProfile> =>
      (await profileProgram(file, { runtimePath: executable, explain: true })).profile;

    it('are told with their exported variables and private fields, ES modules and CommonJS alike', async () => {
      folder.write('users.mjs', users);
      folder.write('legacy.cjs', legacy);
      const profile = await explained(folder.write('main.mjs', main));
      assert.deepEqual(namesOf(profile), [
        'table at main.mjs:3',
        'visible at main.mjs:4',
        'session at main.mjs:12',
        'big at legacy.cjs:3',
        'hidden at users.mjs:2',
        'cache at legacy.cjs:1',
        'users at users.mjs:1',
      ]);
      assert.deepEqual(cachesOf(profile), [
        'session.#entries at main.mjs:6: 100 of string, growing',
        'cache at legacy.cjs:1: 100 of string, growing',
        'users at users.mjs:1: 100 of Object, growing',
      ]);
      const paths = pathsOf(profile, 'main.mjs', 8).join();
      assert.match(paths, /^main\.mjs: session > \.#entries > Map entry 'session \d+'( > \.body)?$/);
      assert.deepEqual(pathsOf(profile, 'main.mjs', 14), [
        'users.mjs: users > Map entry (key: Object)',
        'users.mjs: users > key of a Map entry',
      ]);
    });

    it('are told in TypeScript, with enums and namespaces', async () => {
      folder.write('store.ts', typedStore);
      const profile = await explained(folder.write('service.ts', service));
      assert.deepEqual(namesOf(profile), ['service at service.ts:16', 'store at store.ts:5', 'Shapes at service.ts:3']);
      assert.deepEqual(cachesOf(profile), ['service.cache at service.ts:7: 60 of string, growing']);
      assert.match(pathsOf(profile, 'service.ts', 11).join(), /^service\.ts: service > \.cache > Map entry 'item \d+'( > \.body)?$/);
    });
  });
}

describe('memory that is still held by a program that was compiled beforehand', function () {
  this.timeout(60_000);

  it('is told at the lines of the original, in its name', async () => {
    const folder = createProgramFolder();
    try {
      // Each line stands one line further down than in the original.
      const map = { version: 3, sources: ['table.ts'], names: [], mappings: ';AAAA;AACA' };
      const text = "const table = new Array(50_000).fill(1);\nprocess.on('exit', () => table.length);\n";
      folder.write('table.ts', `export ${text}`);
      folder.write('table.js.map', JSON.stringify(map));
      const file = folder.write('table.js', `'use strict';\n${text}//# sourceMappingURL=table.js.map\n`);
      const { profile } = await profileProgram(file, { runtimePath: testRuntimes().at(-1)!.executable, explain: true });
      assert.deepEqual(namesOf(profile), ['table at table.ts:1']);
      assert.deepEqual(pathsOf(profile, 'table.ts', 1), ['table.ts: table']);
    } finally {
      folder.remove();
    }
  });
});

function namesOf(profile: MemoryProfile): string[] {
  return (profile.globals ?? []).map(({ name, at }) => `${name} at ${baseName(at.path)}:${at.line}`);
}

function cachesOf(profile: MemoryProfile): string[] {
  return (profile.caches ?? []).map(
    ({ name, at, entryCount, keyTypeName, growing }) =>
      `${name} at ${baseName(at.path)}:${at.line}: ${entryCount} of ${keyTypeName}${growing ? ', growing' : ''}`,
  );
}

function pathsOf(profile: MemoryProfile, file: string, line: number): string[] {
  return (profile.holders ?? [])
    .filter(({ at }) => baseName(at.path) === file && at.line === line)
    .map(({ path }) => path.map(({ text }) => text).join(' > '));
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
