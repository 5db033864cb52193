/** What Python programs still hold at their end, and why: figures worked out by hand, on every Python version. */

import assert from 'node:assert/strict';
import type { HolderReport, MemoryProfile } from '../../src/core/profile.ts';
import { createProgramFolder, type ProgramFolder } from '../engines/programFolder.ts';
import { profileProgram } from '../engines/profiling.ts';
import { testPythons } from '../runtimes.ts';

const held = `\
import fnmatch, functools, sys
TABLE = tuple(bytes(1000) for number in range(1000))
shared = bytearray(500_000)
FIRST, SECOND = [shared], [shared]
del shared
def fill():
    global LATE
    LATE = bytearray(300_000)
fill()
class Session:
    limits = tuple(bytes(1000) for number in range(200))
    def __init__(self):
        self.history = [None] * 17 + [bytearray(200_000)]
class Slotted:
    __slots__ = ('buffer',)
sessions = {'alice': Session()}
slotted = Slotted()
slotted.buffer = bytearray(120_000)
def make():
    big = bytearray(110_000)
    def inner():
        return big
    return inner
callback = make()
def generate():
    rows = bytearray(100_000)
    yield rows
generator = generate()
next(generator)
@functools.lru_cache(maxsize=None)
def load(number):
    return bytearray(90_000)
load(1)
COLLIDING = {}
COLLIDING[(1, 2)] = bytearray(80_000)
fnmatch.fnmatch('name', 'pattern*')
`;

const cached = `\
import functools, sys
@functools.lru_cache(
    maxsize=None,
)
def parse(number):
    return bytes(1000)
for number in range(40):
    parse(number)
for number in range(512):
    parse(number % 40)
@functools.lru_cache(maxsize=8)
def bounded(number):
    return number
for number in range(20):
    bounded(number)
class Reader:
    @functools.lru_cache(maxsize=None)
    def read(self, number):
        return number
reader = Reader()
for number in range(5):
    reader.read(number)
MEMO = {}
def look_up(key):
    if key in MEMO:
        return MEMO[key]
    value = MEMO[key] = bytes(2000)
    return value
EMPTIED = {}
def look_up_again(key):
    if key not in EMPTIED:
        if len(EMPTIED) > 50:
            EMPTIED.pop(next(iter(EMPTIED)))
        EMPTIED[key] = bytes(10)
    return EMPTIED[key]
COUNTS = {}
def count(key):
    COUNTS[key] = 1
class Store:
    known = {}
    @classmethod
    def find(cls, key):
        found = cls.known.get(key)
        if found is None:
            found = cls.known[key] = bytes(100)
        return found
for number in range(100):
    look_up(number), look_up_again(number), count(number), Store.find(number)
entries = {}
for number in range(40):
    entries[number] = None
print(sys.getsizeof(entries))
`;

const repeated = `\
ROWS = []
for number in range(10000):
    ROWS.append('x' * 70 + str(number % 10))
DATA = []
for number in range(10000):
    DATA.append(bytes(100) + b'end')
DIFFERENT = []
for number in range(10000):
    DIFFERENT.append('different text of a row: %d' % number)
`;

/** What a class in C would read and is not there, fields that are of other classes, a class with two names. */
const odd = `\
import struct
class Unmade(struct.Struct):
    def __init__(self, *values):
        self.data = bytearray(100_000)
unmade = [Unmade('i')]
class Other:
    __slots__ = ('hidden',)
class Borrower:
    __slots__ = ('value',)
    borrowed = Other.hidden
class Pretender:
    __slots__ = ('value',)
    __dict__ = type('Maker', (), {}).__dict__['__dict__']
borrower, pretender = Borrower(), Pretender()
borrower.value, pretender.value = bytearray(90_000), bytearray(80_000)
class Store:
    known = {}
    @classmethod
    def find(cls, key):
        found = cls.known.get(key)
        if found is None:
            found = cls.known[key] = bytes(100)
        return found
for number in range(100):
    Store.find(number)
Shop = Store
`;

const inThread = `\
import threading, time
class Worker:
    def __init__(self):
        self.rows = [bytearray(300_000)]
def work(ready):
    kept = Worker()
    ready.set()
    time.sleep(60)
    print(kept)
def work_inside(ready):
    shared = bytearray(200_000)
    def inner():
        ready.set()
        time.sleep(60)
        print(shared)
    inner()
for target in work, work_inside:
    ready = threading.Event()
    threading.Thread(target=target, args=(ready,), daemon=True).start()
    ready.wait()
`;

for (const { executable, minor, name } of testPythons()) {
  describe(`what ${name} holds at the end`, function () {
    this.timeout(60_000);
    let folder: ProgramFolder;
    beforeEach(() => {
      folder = createProgramFolder();
    });
    afterEach(() => folder.remove());

    const profile = async (source: string, recorder: 'auto' | 'fallback' = 'auto'): Promise<{ profile: MemoryProfile; stdout: string }> => {
      const run = await profileProgram(folder.write('main.py', source), { runtimePath: executable, explain: true, recorder });
      assert.deepEqual([run.stderr, run.profile.exit.code], ['', 0]);
      return run;
    };

    it('is told by the fallback just the same', async function () {
      // The ways in which it follows lines: a trace function before 3.12, sys.monitoring since.
      if (minor !== 8 && minor !== 13) this.skip();
      const [{ profile: native }, { profile: fallback }] = [await profile(held), await profile(held, 'fallback')];
      // It keeps the code that ran, and with that constants which the names would keep alone: some hundred bytes.
      const globals = ({ globals: reports }: MemoryProfile): unknown[] =>
        (reports ?? []).map(({ retainedBytes, ...rest }) => ({ ...rest, retainedTenKb: Math.round(retainedBytes / 10_000) }));
      assert.deepEqual(globals(fallback), globals(native));
      assert.deepEqual(fallback.caches, native.caches);
      const paths = (found: MemoryProfile): unknown[] =>
        (found.holders ?? []).map(({ at, ...rest }) => [at.line, ...described({ at, ...rest })]).sort();
      assert.deepEqual(paths(fallback), paths(native));
      const equal = await profile(repeated.replaceAll('10000', '2000'), 'fallback');
      assert.deepEqual(
        equal.profile.repeatedValues?.map(({ at, valueCount, distinctCount }) => [at.line, valueCount, distinctCount]).sort(),
        [
          [3, 2000, 10],
          [6, 2000, 1],
        ],
      );
    });

    it('is told by global, by holder and by what holds it', async () => {
      const { profile: found } = await profile(held);
      assert.deepEqual(
        found.globals?.slice(0, 2).map(({ name: global, at, typeName, retainedBytes }) => [global, at.line, typeName, retainedBytes]),
        [
          // 40 bytes and a pointer each; 33 bytes and the content.
          ['TABLE', 2, 'tuple', 40 + 1000 * (8 + 33 + 1000)],
          // 56 bytes, the content and a null.
          ['LATE', 8, 'bytearray', 300_057],
        ],
      );
      const names = found.globals.map((global) => global.name);
      assert.deepEqual(names, ['TABLE', 'LATE', 'sessions', 'slotted', 'generator', 'COLLIDING']);
      const holders = new Map(found.holders?.map((holder) => [holder.at.line, holder]));
      assert.deepEqual(described(holders.get(8)), ['bytearray', 'global', 'main.py: LATE']);
      assert.deepEqual(described(holders.get(13)), ['bytearray', 'global', 'main.py: sessions', "['alice']", '.history', '[17]']);
      assert.deepEqual(described(holders.get(18)), ['bytearray', 'global', 'main.py: slotted', '.buffer']);
      assert.deepEqual(described(holders.get(11)), ['tuple', 'class', 'main.py: Session', '.limits']);
      assert.deepEqual(described(holders.get(20)), ['bytearray', 'closure', 'main.py: callback', 'closure of make(): big']);
      assert.deepEqual(described(holders.get(26)), ['bytearray', 'local', 'main.py: generator', 'local of generate()']);
      assert.deepEqual(described(holders.get(32)), ['bytearray', 'cache', 'main.py: load', 'lru_cache of load()']);
      assert.deepEqual(described(holders.get(35)), ['bytearray', 'global', 'main.py: COLLIDING', '[(a tuple)]']);
      assert.equal(holders.get(3)?.referenceCount, 2);
      assert.deepEqual(
        holders.get(20)?.path.map(({ at }) => at?.line),
        [24, 21],
      );
      // The library's own cache is not the person's.
      assert.deepEqual(
        found.caches?.map((cache) => cache.name),
        ['load'],
      );
    });

    it('is told of a chain, however long it is', async () => {
      const { profile: found } = await profile('chain = None\nfor number in range(300000):\n    chain = (chain,)\n');
      assert.deepEqual(
        found.globals?.map(({ name: global, at, retainedBytes }) => [global, at.line, retainedBytes]),
        // 40 bytes and a pointer each.
        [['chain', 1, 300_000 * 48]],
      );
      const [holder] = found.holders ?? [];
      assert.deepEqual([holder?.at.line, holder?.rootKind, holder?.referenceCount], [3, 'global', 1]);
      assert.ok(holder !== undefined && holder.path.length <= 21, 'a path is cut');
    });

    it('is told by cache, with its hits and what it holds', async () => {
      const { profile: found, stdout } = await profile(cached);
      const dictBytes = Number(stdout);
      const parse = found.caches?.find((cache) => cache.name === 'parse');
      assert.deepEqual(
        { ...parse, at: parse?.at.line },
        {
          name: 'parse',
          at: 5,
          kind: 'lru_cache',
          hitCount: 512,
          missCount: 40,
          entryCount: 40,
          maxEntryCount: null,
          heldBytes: dictBytes + 40 * 1033,
          growing: true,
        },
      );
      const bounded = found.caches?.find((cache) => cache.name === 'bounded');
      assert.deepEqual(
        [bounded?.kind, bounded?.hitCount, bounded?.missCount, bounded?.entryCount, bounded?.maxEntryCount, bounded?.growing],
        ['lru_cache', 0, 20, 8, 8, false],
      );
      const rest = found.caches?.filter((cache) => cache !== parse && cache !== bounded) ?? [];
      assert.deepEqual(rest.map((cache) => [cache.name, cache.kind, cache.at.line, cache.entryCount, cache.growing]).sort(), [
        ['MEMO', 'dict', 23, 100, true],
        ['Reader.read', 'lru_cache', 18, 5, false],
        ['Store.known', 'dict', 40, 100, true],
      ]);
    });

    it('is told by the variables of threads that still run', async () => {
      const { profile: found } = await profile(inThread);
      const functionOf = (name: string): string => (minor >= 11 ? `work_inside.${name}` : name);
      assert.deepEqual(found.holders?.map(described), [
        ['bytearray', 'thread', 'local kept of work() in a running thread', '.rows', '[0]'],
        ['bytearray', 'thread', `local shared of ${functionOf('inner')}() in a running thread`],
      ]);
    });

    it('is told of objects that are not as their classes mean them', async () => {
      for (const recorder of ['auto', 'fallback'] as const) {
        const { profile: found } = await profile(odd, recorder);
        assert.deepEqual(
          found.holders?.map(({ at, ...rest }) => [at.line, ...described({ at, ...rest })]),
          [
            [15, 'bytearray', 'global', 'main.py: borrower', '.value'],
            [4, 'bytearray', 'global', 'main.py: unmade', '[0]', '.data'],
          ],
          recorder,
        );
        if (recorder === 'fallback') continue;
        // Once, and by itself.
        const [store, ...rest] = found.caches ?? [];
        assert.deepEqual([store?.name, store?.entryCount, rest], ['Store.known', 100, []]);
        assert.ok(store!.heldBytes! > 100 * 133);
      }
    });

    it('is told in full of objects of very many classes', async () => {
      const source = `import sys
CLASSES = [type('Kind', (), {'__slots__': ('value',)}) for number in range(9000)]
OBJECTS = [kind() for kind in CLASSES]
print(sys.getsizeof(OBJECTS) + len(OBJECTS) * sys.getsizeof(OBJECTS[0]))
`;
      const { profile: found, stdout } = await profile(source);
      assert.equal(found.globals?.find((global) => global.name === 'OBJECTS')?.retainedBytes, Number(stdout));
    });

    it('is told by values that are equal', async () => {
      const { profile: found } = await profile(repeated);
      const textBytes = minor >= 12 ? 41 : 49;
      assert.deepEqual(
        found.repeatedValues
          ?.map((values) => [values.at.line, values.typeName, values.valueCount, values.distinctCount, values.wastedBytes])
          .sort(),
        [
          [3, 'str', 10_000, 10, 9990 * (textBytes + 71)],
          [6, 'bytes', 10_000, 1, 9999 * (33 + 103)],
        ],
      );
    });
  });
}

function described(holder: HolderReport | undefined): unknown[] {
  return holder === undefined ? [] : [holder.typeName, holder.rootKind, ...holder.path.map(({ text }) => text)];
}
