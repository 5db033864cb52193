import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseProfile } from '../../src/core/decodeProfile.ts';
import type { LineProfile, MemoryProfile } from '../../src/core/profile.ts';
import { profileSums } from '../../src/core/profileSums.ts';
import { createTestFolder, runCli, type TestFolder } from './commandLine.ts';

const examples = fileURLToPath(new URL('../../examples', import.meta.url));

/** Bytes per object on 64-bit Node, which does not compress pointers: map, properties, elements, then the properties themselves. */
const objectBytes = (propertyCount: number): number => 24 + 8 * propertyCount;
const arrayBytes = (elementCount: number): number => 32 + 16 + 8 * elementCount;

interface Run {
  readonly profile: MemoryProfile;
  readonly stdout: string;
  /** The line of the example's own file that holds this text. */
  readonly line: (text: string) => LineProfile;
}

describe('the examples', function () {
  // Its figures are sampled, now and then off by more than three standard errors, but not again and again.
  this.retries(2);
  let folder: TestFolder;
  before(() => (folder = createTestFolder()));
  after(() => folder.remove());

  async function run(name: string, ...args: string[]): Promise<Run> {
    const output = join(folder.path, 'profile.json');
    const file = join(examples, name);
    const { status, stdout, stderr } = await runCli(['run', '--quiet', '--json', output, file, ...args]);
    assert.deepEqual([status, stderr], [0, '']);
    const profile = parseProfile(readFileSync(output, 'utf8'), output);
    assert.ok(
      profileSums(profile).every((sum) => sum.holds),
      JSON.stringify(profileSums(profile)),
    );
    const texts = readFileSync(file, 'utf8').split('\n');
    const line = (text: string): LineProfile => {
      const number = texts.findIndex((candidate) => candidate.includes(text) && !candidate.trim().startsWith('//')) + 1;
      assert.ok(number > 0, text);
      return (
        profile.files.find((candidate) => candidate.path.endsWith(name))?.lines.find((candidate) => candidate.line === number) ?? {
          line: number,
        }
      );
    };
    return { profile, stdout, line };
  }

  function assertNear(bytes: number | undefined, expectedBytes: number, toleranceRatio: number, what: string): void {
    const off = Math.abs((bytes ?? 0) - expectedBytes) / expectedBytes;
    assert.ok(off <= toleranceRatio, `${what}: ${bytes} is off ${expectedBytes} by ${(off * 100).toFixed(1)} %`);
  }

  it('print what they print under plain node', async () => {
    for (const [name, ...args] of [
      ['bigArrays.js'],
      ['records.js'],
      ['strings.js'],
      ['buffers.mjs'],
      ['growingService.js', '100'],
    ] as const) {
      const plain = spawnSync(process.execPath, [join(examples, name), ...args], { encoding: 'utf8' });
      assert.equal((await run(name, ...args)).stdout, plain.stdout, name);
    }
    assert.equal((await run('leakyCache.ts')).stdout, 'unbounded: 20000 entries\nbounded: 100 entries\n');
    assert.equal((await run('asyncPipeline.mts')).stdout, '50 shops, the first with 189780\n');
  });

  it('bigArrays: what two arrays take, which is alive at the end, and what made the peak', async () => {
    const { profile, line } = await run('bigArrays.js');
    const [a, b] = [line('const a'), line('let b')];
    assertNear(a.allocatedBytes, 8_000_000, 0.05, 'a allocated');
    assertNear(a.liveBytes, 8_000_000, 0.05, 'a live');
    assertNear(b.allocatedBytes, 160_000_000, 0.05, 'b allocated');
    assertNear(b.peakBytes, 160_000_000, 0.05, 'b at the peak');
    assert.ok((b.liveBytes ?? 0) < 100_000, `b is dead: ${b.liveBytes}`);
    assertNear(profile.totals.peakBytes, 168_000_000, 0.05, 'the peak');
  });

  it('records: what stays is told from what dies', async () => {
    const { line } = await run('records.js');
    const made = line('return { id, name');
    const expectedBytes = 100_000 * (objectBytes(4) + arrayBytes(2));
    assertNear(made.allocatedBytes, expectedBytes, 0.1, 'records allocated');
    assertNear(made.liveBytes, expectedBytes, 0.1, 'records live');
    assert.equal(made.executionCount, 100_000);
    const row = line('const row');
    assert.ok((row.allocatedBytes ?? 0) > 10_000_000, `rows allocated: ${row.allocatedBytes}`);
    assert.ok((row.liveBytes ?? 0) < 500_000, `rows live: ${row.liveBytes}`);
  });

  it('strings: a short piece holds the whole text', async () => {
    const { line } = await run('strings.js');
    assertNear(line('return page.slice').liveBytes, 9_000_000, 0.1, 'the page');
    assert.ok((line('pieces.push').liveBytes ?? 0) < 500_000);
    assert.ok((line('text +=').allocatedBytes ?? 0) > 200_000 * 32);
  });

  it('buffers: what lies outside the heap stands on the line that made it', async () => {
    const { line } = await run('buffers.mjs');
    const frames = line('frames.push');
    assertNear(frames.allocatedBytes, 64 * 1024 * 1024, 0.1, 'frames allocated');
    assertNear(frames.liveBytes, 64 * 1024 * 1024, 0.1, 'frames live');
    assertNear(frames.externalLiveBytes, 64 * 1024 * 1024, 0.1, 'frames outside the heap');
    assertNear(line('new Float64Array').liveBytes, 8_000_000, 0.05, 'samples live');
    assertNear(line('samples.slice').liveBytes, 4_000_000, 0.05, 'half live');
  });

  it('leakyCache: the cache without a bound holds its pages', async () => {
    const { line } = await run('leakyCache.ts');
    const words = line('const words');
    assertNear(words.liveBytes, 20_100 * arrayBytes(100), 0.1, 'pages live');
    assert.ok((words.allocatedBytes ?? 0) > 1.9 * (words.liveBytes ?? 0), 'both caches allocate');
    assert.equal(words.executionCount, 40_000);
  });

  it('asyncPipeline: much is allocated, little is ever alive', async () => {
    const { profile, line } = await run('asyncPipeline.mts');
    assertNear(line('return { shop, amount').allocatedBytes, 200_000 * objectBytes(3), 0.1, 'sales allocated');
    assert.ok((profile.totals.allocatedBytes ?? 0) > 20 * profile.totals.peakBytes);
    assert.ok(profile.totals.liveBytes < 1_000_000);
  });

  it('growingService: each request leaves its history behind', async () => {
    const { line } = await run('growingService.js', '500');
    assertNear(line('const history').liveBytes, 500 * arrayBytes(1000), 0.1, 'history live');
  });
});
