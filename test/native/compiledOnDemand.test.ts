/**
 * Where there is no built recorder for a platform, it is compiled on the person's machine: played here by a build without libraries.
 */
import assert from 'node:assert/strict';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { inProject } from '../../scripts/paths.mjs';
import { resolveNativeFolder } from '../../src/engines/python/nativeLibrary.ts';
import { lineOf, profileProgram } from '../engines/profiling.ts';
import { testPythons } from '../runtimes.ts';

describe('a native recorder that was not built', function () {
  this.timeout(120_000);
  const folder = mkdtempSync(path.join(tmpdir(), 'memory-lens-compiled-'));
  const distFolder = path.join(folder, 'dist');
  const program = path.join(folder, 'program.py');
  let cacheCount = 0;

  /** An environment whose folder for caches is new. */
  const freshEnvironment = () => ({ ...process.env, XDG_CACHE_HOME: path.join(folder, `cache${cacheCount++}`) });

  before(() => {
    cpSync(inProject('dist', 'probe'), path.join(distFolder, 'probe'), { recursive: true });
    cpSync(inProject('dist', 'native', 'source'), path.join(distFolder, 'native', 'source'), { recursive: true });
    writeFileSync(program, 'kept = [1] * 10 ** 6\n');
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('is compiled, and measures as the built one does', async function () {
    const python = testPythons().at(-1);
    if (python === undefined) this.skip();
    const { profile } = await profileProgram(program, { distFolder, env: freshEnvironment(), runtimePath: python.executable });
    assert.deepEqual(
      profile.engine.notes.filter((note) => /native|fallback/.test(note)),
      [],
    );
    assert.equal(profile.engine.precision, 'exact');
    const { allocatedBytes = 0 } = lineOf(profile, 'program.py', 1) ?? {};
    assert.ok(Math.abs(allocatedBytes - 8_000_000) < 1024, `${allocatedBytes} bytes`);
  });

  it('is compiled once, into a folder that is the person’s alone', async () => {
    const env = freshEnvironment();
    const first = await resolveNativeFolder(distFolder, env);
    assert.ok(first.folder?.startsWith(path.join(env.XDG_CACHE_HOME, 'memory-lens')), first.note);
    assert.equal(statSync(path.join(env.XDG_CACHE_HOME, 'memory-lens')).mode & 0o077, 0);
    const compiledAt = librariesIn(first.folder).map((file) => statSync(file).mtimeMs);
    assert.equal(compiledAt.length, 1);
    // No compiler is needed for it any more.
    const second = await resolveNativeFolder(distFolder, { ...env, PATH: '' });
    assert.deepEqual(second, first);
    assert.deepEqual(
      librariesIn(first.folder).map((file) => statSync(file).mtimeMs),
      compiledAt,
    );
  });

  it('is compiled again when its source has changed', async () => {
    const env = freshEnvironment();
    const changed = path.join(folder, 'changed');
    cpSync(distFolder, changed, { recursive: true });
    writeFileSync(path.join(changed, 'native', 'source', 'more.h'), '/* more */\n');
    const before = await resolveNativeFolder(distFolder, env);
    const after = await resolveNativeFolder(changed, env);
    assert.notEqual(after.folder, before.folder);
    assert.equal(librariesIn(after.folder).length, 1);
  });

  it('is compiled by several runs at once without harm', async () => {
    const env = freshEnvironment();
    const found = await Promise.all(Array.from({ length: 4 }, () => resolveNativeFolder(distFolder, env)));
    assert.equal(new Set(found.map((one) => one.folder)).size, 1);
    assert.equal(readdirSync(String(found[0]?.folder)).length, 1);
  });

  it('is done without where there is no compiler, and the profile says so', async function () {
    const python = testPythons().at(-1);
    if (python === undefined) this.skip();
    const env = { ...freshEnvironment(), PATH: path.join(folder, 'nothing') };
    const { profile, stderr } = await profileProgram(program, { distFolder, env, runtimePath: python.executable });
    assert.equal(stderr, '');
    assert.ok(
      profile.engine.notes.some((note) => /no native recorder.*C compiler/.test(note)),
      profile.engine.notes.join('\n'),
    );
    assert.ok((lineOf(profile, 'program.py', 1)?.liveBytes ?? 0) >= 8_000_000);
  });

  it('says what the compiler said when it fails', async () => {
    const broken = path.join(folder, 'broken');
    cpSync(distFolder, broken, { recursive: true });
    writeFileSync(path.join(broken, 'native', 'source', 'memoryLens.c'), 'this is no C;\n');
    const { folder: found, note } = await resolveNativeFolder(broken, freshEnvironment());
    assert.equal(found, undefined);
    assert.match(String(note), /memoryLens\.c:1/);
  });

  it('is not loaded from a folder in which others may write', async () => {
    const env = freshEnvironment();
    mkdirSync(path.join(env.XDG_CACHE_HOME, 'memory-lens'), { recursive: true });
    chmodSync(path.join(env.XDG_CACHE_HOME, 'memory-lens'), 0o777);
    const { folder: found, note } = await resolveNativeFolder(distFolder, env);
    assert.equal(found, undefined);
    assert.match(String(note), /others may write/);
  });
});

function librariesIn(folder: string | undefined): string[] {
  return readdirSync(String(folder)).map((name) => path.join(String(folder), name));
}
