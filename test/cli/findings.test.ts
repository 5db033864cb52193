import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseProfile } from '../../src/core/decodeProfile.ts';
import type { MemoryProfile, SourceRef } from '../../src/core/profile.ts';
import { testPythons, testRuntimes } from '../runtimes.ts';
import { createTestFolder, runCli, type TestFolder } from './commandLine.ts';

const examples = fileURLToPath(new URL('../../examples', import.meta.url));

/** What a run of an example found, by the text of the lines that it speaks of. */
interface Found {
  readonly profile: MemoryProfile;
  /** Of the program. */
  readonly stdout: string;
  /** The sections, colourless, at any width. */
  readonly stderr: string;
  /** Whether this is the line of the example that holds this text. */
  readonly isAt: (at: SourceRef | undefined, text: string) => boolean;
}

// Explained, for an ordinary run looks at a Python program for some tenths of a second only, which a busy machine may not suffice for.
describe('what is found in a run', function () {
  this.timeout(120_000);
  let folder: TestFolder;
  before(() => (folder = createTestFolder()));
  after(() => folder.remove());

  async function run(name: string, ...options: string[]): Promise<Found> {
    const json = join(folder.path, 'profile.json');
    const { status, stdout, stderr } = await runCli(['run', '--json', json, ...options, join(examples, name)]);
    assert.equal(status, 0, stderr);
    const profile = parseProfile(readFileSync(json, 'utf8'), json);
    const lines = readFileSync(join(examples, name), 'utf8').split('\n');
    const isAt = (at: SourceRef | undefined, text: string): boolean =>
      at?.path.endsWith(`/${name}`) === true && (lines[at.line - 1]?.includes(text) ?? false);
    return { profile, stdout, stderr, isAt };
  }

  function assertNear(bytes: number | undefined, expectedBytes: number, toleranceRatio: number, what: string): void {
    const off = Math.abs((bytes ?? 0) - expectedBytes) / expectedBytes;
    assert.ok(off <= toleranceRatio, `${what}: ${bytes} is off ${expectedBytes} by ${(off * 100).toFixed(1)} %`);
  }

  it('stands in the profile of a Python program, on every version', async function () {
    const pythons = testPythons();
    if (pythons.length === 0) this.skip();
    for (const { executable, name } of pythons) {
      const { profile, stdout, isAt } = await run('stillHeld.py', '--quiet', '--explain', '--python', executable);
      assert.equal(stdout, 'bytes served: 25000000 at 99999.0\n', name);

      const page = profile.caches?.find((cache) => cache.name === 'page');
      const { hitCount, missCount, entryCount, maxEntryCount, growing } = page ?? {};
      assert.deepEqual([hitCount, missCount, entryCount, maxEntryCount, growing], [4000, 1000, 1000, null, true], name);
      assert.ok(isAt(page?.at, 'def page(') || isAt(page?.at, '@lru_cache'), `${name}: ${page?.at.line}`);
      assertNear(page?.heldBytes, 1000 * 5033, 0.05, `${name}: page`);
      const table = profile.caches?.find((cache) => cache.name === 'seen');
      assert.ok(isAt(table?.at, 'seen = {}'), `${name}: ${table?.at.line}`);
      assert.deepEqual([table?.kind, table?.entryCount, table?.growing], ['dict', 1000, true], name);

      const global = profile.globals?.find((each) => each.name === 'RATES');
      assert.ok(isAt(global?.at, 'RATES ='), name);
      assertNear(global?.retainedBytes, 800_056 + 24 * 100_000, 0.03, `${name}: RATES`);

      // Nodes, their dictionaries and their payloads of 1,033 bytes, all in cycles.
      assert.ok((profile.totals.collectorFreedBytes ?? 0) > 5000 * 1033 * 0.8, `${name}: ${profile.totals.collectorFreedBytes}`);

      const cycle = profile.cycles?.find(({ typeNames }) => typeNames.includes('Node'));
      assert.ok(isAt(cycle?.at, 'Node(bytes('), `${name}: ${JSON.stringify(profile.cycles)}`);
      assert.match(cycle?.path ?? '', /Node\.me -> Node/, name);
      assert.ok((cycle?.objectCount ?? 0) >= 4000, `${name}: ${cycle?.objectCount}`);

      const bounded = profile.advice?.find(({ rule, at }) => rule === 'bounded-cache' && at.line === page?.at.line);
      assert.ok(bounded?.fix, `${name}: the cache has a fix`);
      const advice = profile.advice?.find(({ rule }) => rule === 'array-for-numbers');
      assert.ok(isAt(advice?.at, 'RATES ='), name);
      // 24 bytes of each number go, the 8 of its reference become its own.
      assertNear(advice?.estimatedSavingBytes, 24 * 100_000, 0.05, `${name}: saving`);
    }
  });

  it('stands in the profile of a JavaScript program that is to be explained, on every version', async function () {
    const runtimes = testRuntimes();
    if (runtimes.length === 0) this.skip();
    for (const { executable, major } of runtimes) {
      const name = `Node ${major}`;
      const { profile, stdout, isAt } = await run('stillHeld.js', '--quiet', '--explain', '--node', executable);
      assert.equal(stdout, 'opened: 1000000 kept: 2000 200000\n', name);

      const sessions = profile.caches?.find((cache) => cache.name === 'sessions');
      assert.ok(isAt(sessions?.at, 'const sessions'), name);
      assert.deepEqual([sessions?.kind, sessions?.entryCount, sessions?.growing], ['map', 2000, true], name);
      assertNear(sessions?.heldBytes, 2000 * 848, 0.1, `${name}: sessions`);

      const table = profile.globals?.find((each) => each.name === 'table');
      assert.ok(isAt(table?.at, 'const table'), name);
      assertNear(table?.retainedBytes, 8 * 200_000, 0.02, `${name}: table`);

      const listener = profile.holders?.find((holder) => isAt(holder.at, 'const seen'));
      assert.equal(listener?.rootKind, 'listener', name);
      assertNear(listener.bytes, 8 * 100_000, 0.02, `${name}: listener`);
    }
  });

  it('names a line that grows to the end of the run as a suspect, and prints why', async () => {
    const json = join(folder.path, 'service.json');
    const { stderr } = await runCli(['run', '--explain', '--json', json, join(examples, 'growingService.js'), '600']);
    const profile = parseProfile(readFileSync(json, 'utf8'), json);
    const suspect = profile.leakSuspects?.find(({ at }) => at.line === 17);
    assertNear(suspect?.liveBytes, 600 * 8048, 0.15, 'the history');
    assert.match(suspect?.retainedBy.join(' → ') ?? '', /config → listener 'change'/);
    assert.match(stderr, /\nLeak suspects\n {2}\S*growingService\.js:17 {2}4\.\d MiB\n {4}Grew in \d+ of \d+ tenths/);

    const program = `import time
KEPT = []
def handle(request):
    KEPT.append(bytes(8000))
for request in range(600):
    handle(request)
    time.sleep(0.001)
`;
    const python = folder.write('service.py', program);
    await runCli(['run', '--quiet', '--json', json, python]);
    const [only, ...more] = parseProfile(readFileSync(json, 'utf8'), json).leakSuspects ?? [];
    assert.deepEqual([only?.at.line, more.length], [4, 0]);
    assertNear(only?.liveBytes, 600 * 8033, 0.05, 'what was kept');
  });

  it('is not looked for in the heap of a JavaScript program unless asked', async () => {
    const { profile } = await run('stillHeld.js', '--quiet');
    assert.deepEqual([profile.caches, profile.globals, profile.holders], [undefined, undefined, undefined]);
  });

  it('stands in sections below the table, and is the same in the saved profile', async () => {
    const { stderr } = await run('stillHeld.py', '--explain');
    assert.match(
      stderr,
      /\nCaches\n {2}\S*stillHeld\.py:\d+ {2}page {2}4\.9 MiB\n {4}4,000 hits, 1,000 misses, 1,000 of unlimited entries/,
    );
    assert.match(stderr, /\nGlobals\n {2}\S*stillHeld\.py:11 {2}RATES {2}3\.1 MiB\n/);
    assert.match(stderr, /\nCollector\n(?: .*\n)* {2}\d+ of generation 0: /);
    assert.match(stderr, /\nAdvice\n(?: .*\n)* {4}Explained in docs\/array-for-numbers\.md\n/);
    const shown = await runCli(['show', join(folder.path, 'profile.json')]);
    assert.equal(shown.stdout, stderr.slice(stderr.indexOf('Memory Lens: ')));
  });

  it('is left out where a comment asks for silence, and where it weighs less than asked', async () => {
    const text = readFileSync(join(examples, 'stillHeld.py'), 'utf8').replace('seen = {}', 'seen = {}  # memory-lens: ignore');
    const file = folder.write('silenced.py', text);
    const { stderr } = await runCli(['run', '--explain', '--min-bytes', '4MiB', file]);
    assert.match(stderr, / page {2}4\.9 MiB\n/);
    assert.doesNotMatch(stderr, / seen {2}| RATES {2}/);
    const all = (await runCli(['run', '--explain', file])).stderr;
    assert.match(all, / RATES {2}3\.1 MiB\n/);
    assert.doesNotMatch(all, / seen {2}/);
  });
});
