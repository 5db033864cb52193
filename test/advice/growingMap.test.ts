import assert from 'node:assert/strict';
import { assertAdvises } from './advising.ts';

const rule = 'growing-map';

/** A program with a Map of what it looked up, and `limit` in the place where entries could be taken out. */
const lookingUp = (limit = ''): string => `
const seen = new Map();${limit === '' ? ' // advise' : ''}
function lookup(key) {
  if (!seen.has(key)) {
    ${limit}
    seen.set(key, { key, parts: new Array(50).fill(key) });
  }
  return seen.get(key).parts.length;
}
let sum = 0;
for (let i = 0; i < 10_000; i++) sum += lookup(i);
console.log(sum);
`;

describe('growing-map', function () {
  this.timeout(120_000);

  it('speaks of a Map that functions look up and add to, and a limit of 1,000 entries saves the rest', async () => {
    const before = await assertAdvises('program.mjs', lookingUp(), rule);
    const after = await assertAdvises('program.mjs', lookingUp('if (seen.size >= 1000) seen.delete(seen.keys().next().value);'), rule);
    assert.equal(after.stdout, before.stdout);
    const savedBytes = before.profile.totals.liveBytes - after.profile.totals.liveBytes;
    const estimatedBytes = before.advice.find((each) => each.rule === rule)?.estimatedSavingBytes ?? NaN;
    assert.ok(savedBytes > estimatedBytes / 1.5 && savedBytes < estimatedBytes * 1.5, `${savedBytes} saved, ${estimatedBytes} estimated`);
  });

  it('counts what is made elsewhere and then put in', async () => {
    const program = `
const memo = new Map(); // advise
const page = (url) => ({ url, words: Array.from({ length: 60 }, (_, i) => url.length * i) });
function find(url) {
  return memo.get(url) ?? remember(url);
}
function remember(url) {
  const made = page(url);
  memo.set(url, made);
  return made;
}
let sum = 0;
for (let i = 0; i < 10_000; i++) sum += find('/home?' + i).words.length;
console.log(sum);
`;
    const { advice } = await assertAdvises('program.mjs', program, rule);
    // An entry has an array of 60 numbers of 8 bytes, and less than as much again around it.
    const { value: entryBytes = 0 } = advice.find((each) => each.rule === rule)?.evidence.find(({ name }) => name === 'an entry') ?? {};
    assert.ok(entryBytes > 480 && entryBytes < 960, String(entryBytes));
  });

  it('counts what is there where a heap snapshot tells', async () => {
    const { advice } = await assertAdvises('program.mjs', lookingUp(), rule, { explain: true });
    const { evidence = [] } = advice.find((each) => each.rule === rule) ?? {};
    assert.deepEqual(
      evidence.find(({ name }) => name === 'entries'),
      { name: 'entries', value: 10_000, unit: 'count' },
    );
  });

  it('sees caches in properties by a heap snapshot', async () => {
    const program = `
class Lookup {
  #seen = {}; // advise
  find(key) {
    this.#seen[key] ??= { key, parts: new Array(50).fill(key) };
    return this.#seen[key].parts.length;
  }
}
const lookup = new Lookup();
let sum = 0;
for (let i = 0; i < 10_000; i++) sum += lookup.find('key ' + i);
console.log(sum);
`;
    await assertAdvises('program.mjs', program, rule, { explain: true });
  });

  it('is silent where entries are taken out, counted, read after the start, where others have the Map, or where it is small', async () => {
    const adding = (rest: string, value = 'new Array(50).fill(key)', count = 10_000): string =>
      `const map = new Map();\nfunction add(key) {\n  ${rest}\n  map.set(key, ${value});\n}\nfor (let i = 0; i < ${count}; i++) {\n  add(i);\n}\nconsole.log(map.size);\n`;
    const programs = [
      adding('if (map.has(key - 100)) map.delete(key - 100);'),
      adding('').replace('console.log(', 'for (let i = 0; i < 10_000; i++) map.get(i);\nconsole.log('),
      adding(''),
      adding('', '{ count: (map.get(key)?.count ?? 0) + 1, text: `key ${key}`, padding: [key, key, key, key, key] }'),
      adding('globalThis.theMap = map; if (map.has(key)) return;'),
      adding('if (map.has(key)) return;', 'key', 500),
    ];
    for (const program of programs) await assertAdvises('program.mjs', program, rule);
  });
});
