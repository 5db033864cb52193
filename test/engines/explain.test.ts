/** Why memory is still held, from a heap snapshot at the end of the run: names, caches and paths of known programs, on every Node. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import type { CacheReport, HolderReport, MemoryProfile } from '../../src/core/profile.ts';
import { testRuntimes } from '../runtimes.ts';
import { profileProgram, type TestRun } from './profiling.ts';
import { createProgramFolder, type ProgramFolder } from './programFolder.ts';

/** An array of so many elements, 8 bytes each, with its own 16 bytes and the 32 of what it is kept in; V8 may add a little. */
const arrayBytes = (length: number): number => 8 * length + 48;

const app = `const { EventEmitter } = require('node:events');
const { remember, lookUp } = require('./store');
const table = new Array(50_000).fill(1);
const emitter = new EventEmitter();
function makeListener() {
  const payload = new Array(40_000).fill(2);
  return function onData() { return payload.length; };
}
emitter.on('data', makeListener());
emitter.on('data', makeListener());
class Registry {
  static items = [];
  constructor(name) {
    this.name = name;
    this.body = Buffer.alloc(100_000, 1);
    Registry.items.push(this);
  }
}
for (let index = 0; index < 5; index += 1) new Registry('r' + index);
for (let index = 0; index < 200; index += 1) {
  const history = new Array(200).fill(index);
  remember('user' + index, { history });
}
globalThis.settings = { big: new Array(30_000).fill(4) };
function poll() {
  const frame = new Array(60_000).fill(3);
  return setInterval(function onTick() { lookUp('user1'); return frame.length; }, 60_000);
}
poll().unref();
setTimeout(() => undefined, 5).ref();
process.on('exit', () => console.log(lookUp('user3').history.length, table.length));
`;
const store = `const entries = new Map();
const bounded = new Map();
const unused = [];

exports.remember = function remember(key, value) {
  entries.set(key, value);
  bounded.set(key, { key });
  if (bounded.size > 100) bounded.delete(bounded.keys().next().value);
};
exports.lookUp = (key) => entries.get(key) ?? bounded.get(key);
`;

/** What has no top-level name: closures, suspended functions, the process's listeners; and Maps that are no caches. */
const nameless = `function createStore() {
  const values = new Map();
  return { put: (key, value) => values.set(key, value), get: (key) => values.get(key) };
}
const store = createStore();
for (let index = 0; index < 40; index += 1) {
  const row = new Array(400).fill(index);
  store.put('row ' + index, row);
}
const resume = [];
async function waits() {
  const buffer = new Array(30_000).fill(7);
  await new Promise((settle) => resume.push(settle));
  return buffer.length;
}
waits();
function listens() {
  const big = new Array(20_000).fill(9);
  process.on('message', function onMessage() { return big.length; });
}
listens();
let head;
for (let index = 0; index < 50; index += 1) {
  const node = { next: head, body: new Array(300).fill(index) };
  head = node;
}
const tally = new Map();
const texts = [];
for (let index = 0; index < 20_000; index += 1) texts.push('text ' + index);
function count(word) { tally.set(word, (tally.get(word) ?? 0) + 1); }
for (let index = 0; index < 400; index += 1) count('word ' + index);
const names = new Map();
for (let index = 0; index < 400; index += 1) names.set('name ' + index, { index });
function nameOf(key) { return names.get(key); }
setTimeout(() => nameOf(head.next.body.length + resume.length + texts.length), 20);
`;

for (const { major, executable } of testRuntimes()) {
  describe(`why memory is still held, on Node ${major}`, function () {
    // Which lines hold enough to be told of is sampled, and in such small programs now and then far off.
    this.retries(2);
    this.timeout(60_000);
    let folder: ProgramFolder;
    let run: TestRun;
    before(async () => {
      folder = createProgramFolder();
      folder.write('store.js', store);
      run = await profileProgram(folder.write('app.js', app), { runtimePath: executable, explain: true });
    });
    after(() => folder.remove());

    it('names what only a top-level name keeps alive, biggest first, at its line', () => {
      const globals = run.profile.globals ?? [];
      const known: readonly [string, string, number, number][] = [
        ['emitter', 'app.js', 4, 2 * arrayBytes(40_000)],
        ['Registry', 'app.js', 11, 5 * 100_000],
        ['table', 'app.js', 3, arrayBytes(50_000)],
        ['entries', 'store.js', 1, 200 * arrayBytes(200)],
        ['settings', 'app.js', 24, arrayBytes(30_000)],
      ];
      assert.deepEqual(
        globals.map(({ name, at }) => `${name} ${at.path.slice(folder.path.length + 1)}:${at.line}`),
        known.map(([name, file, line]) => `${name} ${file}:${line}`),
      );
      for (const [index, [name, , , bytes]] of known.entries()) assertAbout(globals[index]?.retainedBytes, bytes, name);
      assert.equal(globals.find(({ name }) => name === 'entries')?.typeName, 'Map');
    });

    it('says by which names, closures, listeners and timers what a line left alive is held', () => {
      assert.deepEqual(pathsOf(run.profile, 'app.js', 3), ['module: app.js: table']);
      assert.deepEqual(pathsOf(run.profile, 'app.js', 6), [
        "listener: app.js: emitter > listener 'data' of EventEmitter (one of 2): onData() in app.js:7 > variable payload",
      ]);
      assert.deepEqual(pathsOf(run.profile, 'app.js', 15), ['class: app.js: Registry > .items > [0] > .body']);
      assert.match(pathsOf(run.profile, 'app.js', 21).join(), /^module: store\.js: entries > Map entry 'user\d+' > \.history$/);
      assert.deepEqual(pathsOf(run.profile, 'app.js', 26), ['timer: timer (setInterval) of onTick() in app.js:27 > variable frame']);
      const [listener] = holdersAt(run.profile, 'app.js', 6);
      assertAbout(listener?.bytes, arrayBytes(40_000), 'payload');
      assert.equal(listener?.typeName, 'Array');
      assert.deepEqual(
        listener.path.map(({ at }) => at?.line),
        [4, 7, 6],
      );
    });

    it('finds Maps that functions add to and look up, and whether anything is ever taken out', () => {
      const caches = new Map(run.profile.caches?.map((cache) => [cache.name, cache]));
      const { heldBytes, at, ...entries } = caches.get('entries') as CacheReport;
      assert.deepEqual(entries, {
        name: 'entries',
        kind: 'map',
        entryCount: 200,
        maxEntryCount: null,
        growing: true,
        keyTypeName: 'string',
      });
      assertAbout(heldBytes, 200 * arrayBytes(200), 'entries');
      assert.deepEqual(at, { path: `${folder.path}/store.js`, line: 1 });
      const bounded = caches.get('bounded');
      assert.equal(bounded?.entryCount, 100);
      assert.equal(bounded.growing, false);
      assert.equal(caches.size, 2);
    });

    it('tells what closures, suspended functions and the process’s listeners hold, and takes no tally or table for a cache', async () => {
      const { profile } = await profileProgram(folder.write('nameless.js', nameless), { runtimePath: executable, explain: true });
      const paths = (line: number): string =>
        pathsOf(profile, 'nameless.js', line)
          .join(' | ')
          .replace(/'row \d+'/, "'row'");
      assert.equal(paths(7), "closure: nameless.js: store > .put > closure of put() in nameless.js:3 > variable values > Map entry 'row'");
      assert.equal(paths(12), 'local: nameless.js: resume > [0] > suspended waits() in nameless.js:11');
      assert.equal(paths(18), "listener: process > listener 'message' of process: onMessage() in nameless.js:19 > variable big");
      assert.match(paths(24), /^module: nameless\.js: head( > \.next( \(\d+ times\))?)?( > \.body)?( \| |$)/);
      // Texts can't be followed, but what they are kept in.
      assert.equal(paths(29), 'module: nameless.js: texts');
      assertAbout(holdersAt(profile, 'nameless.js', 29)[0]?.bytes, 20_000 * 35, 'texts', 0.35);
      assert.deepEqual(
        profile.caches?.map(({ name, growing, entryCount }) => ({ name, growing, entryCount })).filter(({ growing }) => growing),
        [{ name: 'values', growing: true, entryCount: 40 }],
      );
      assert.equal(
        profile.caches.some(({ name }) => name === 'tally'),
        false,
      );
    });

    it('leaves the program’s output and status as they are', () => {
      const plain = execFileSync(executable, [`${folder.path}/app.js`], { encoding: 'utf8' });
      assert.equal(run.stdout, plain);
      assert.equal(run.stderr, '');
      assert.equal(run.profile.exit.code, 0);
    });
  });
}

function holdersAt(profile: MemoryProfile, file: string, line: number): HolderReport[] {
  return (profile.holders ?? []).filter(({ at }) => at.path.endsWith(`/${file}`) && at.line === line);
}

function pathsOf(profile: MemoryProfile, file: string, line: number): string[] {
  return holdersAt(profile, file, line).map(({ rootKind, path }) => `${rootKind}: ${path.map(({ text }) => text).join(' > ')}`);
}

function assertAbout(actual: number | undefined, expected: number, what: string, ratio = 0.1): void {
  const isAbout = actual !== undefined && actual >= expected * 0.99 && actual <= expected * (1 + ratio);
  assert.ok(isAbout, `${what} is ${actual}, not about ${expected}`);
}
