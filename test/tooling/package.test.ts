/**
 * The packed extension: what is in it, how big it is, that a real VS Code installs it.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { ruleInfo, ruleInfos } from '../../src/advice/ruleInfo.ts';
import { nativeTargets } from '../../scripts/nativeTargets.mjs';
import { inProject } from '../../scripts/paths.mjs';

describe('the packed extension', function () {
  this.timeout(120_000);
  const folder = mkdtempSync(path.join(tmpdir(), 'memory-lens-vsix-'));
  const vsix = path.join(folder, 'memory-lens.vsix');

  before(() => {
    const packed = spawnSync(process.execPath, [inProject('scripts', 'package.mjs'), vsix], { encoding: 'utf8' });
    assert.equal(packed.status, 0, packed.stdout + packed.stderr);
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('is smaller than 1 MB', () => {
    assert.ok(statSync(vsix).size < 1_000_000);
  });

  it('holds what the allow-list names and nothing else', () => {
    const allowed = readFileSync(inProject('.vscodeignore'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('!') && !line.includes('*') && !line.startsWith('!dist/native/'))
      .map((line) => `extension/${line.slice(1)}`)
      // vsce gives these three names of its own.
      .map((file) =>
        file
          .replace(/README\.md$/, 'readme.md')
          .replace(/CHANGELOG\.md$/, 'changelog.md')
          .replace(/LICENSE$/, 'LICENSE.txt'),
      );
    const present = zipEntries(readFileSync(vsix)).filter(
      (name) =>
        !/^(\[Content_Types\]\.xml|extension\.vsixmanifest|extension\/media\/[\w.]+\.(svg|png))$/.test(name) &&
        !/^extension\/(dist\/(probe|native)|docs)\//.test(name),
    );
    assert.deepEqual(present.sort(), allowed.sort());
  });

  it('holds the probe for Python, the native recorders of all platforms and their source', () => {
    const present = zipEntries(readFileSync(vsix)).filter((name) => /^extension\/dist\/(probe|native)\//.test(name));
    const expected = [
      ...filesIn('src/probe', '.py').map((name) => `extension/dist/probe/${name}`),
      ...nativeTargets.map(({ fileName }) => `extension/dist/native/${fileName}`),
      'extension/dist/native/source/memoryLens.c',
    ];
    assert.equal(nativeTargets.length, 3);
    assert.deepEqual(present.sort(), expected.sort());
  });

  it('holds the page of everything that can be found', () => {
    const present = zipEntries(readFileSync(vsix)).filter((name) => name.startsWith('extension/docs/'));
    assert.deepEqual(
      present.sort(),
      filesIn('docs', '.md')
        .map((name) => `extension/docs/${name}`)
        .sort(),
    );
    const findings = ['leak-suspects', 'caches', 'globals', 'cycles', 'holders', 'collections'];
    for (const id of [...ruleInfos.map((rule) => rule.id), ...findings]) {
      assert.ok(present.includes(`extension/${ruleInfo(id)?.docsPage}`), id);
    }
  });

  it('holds every file that its manifest points to', () => {
    const manifest: unknown = JSON.parse(readFileSync(inProject('package.json'), 'utf8'));
    const present = new Set(zipEntries(readFileSync(vsix)));
    const paths = filePaths(manifest);
    assert.ok(paths.length >= 2, 'the manifest names at least its entry point and its icon');
    for (const file of paths) assert.ok(present.has(`extension/${file}`), `${file} is missing`);
  });

  it('is installed by a real VS Code', () => {
    const shim = inProject('test', 'rig', 'shim', 'code');
    const folders = ['--user-data-dir', path.join(folder, 'data'), '--extensions-dir', path.join(folder, 'extensions')];
    const installed = spawnSync(shim, [...folders, '--install-extension', vsix], { encoding: 'utf8' });
    assert.equal(installed.status, 0, installed.stdout + installed.stderr);
    const listed = spawnSync(shim, [...folders, '--list-extensions'], { encoding: 'utf8' });
    assert.match(listed.stdout, /^memory-lens\.memory-lens$/m);
  });
});

/** Paths from the folder, with forward slashes. */
function filesIn(folder: string, ending: string): string[] {
  return readdirSync(inProject(...folder.split('/')), { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll(path.sep, '/'))
    .filter((name) => name.endsWith(ending) && !name.includes('__pycache__'));
}

/** Names of the files in a zip archive, from its central directory. */
function zipEntries(archive: Buffer): string[] {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  let offset = archive.readUInt32LE(end + 16);
  return Array.from({ length: archive.readUInt16LE(end + 10) }, () => {
    const nameLength = archive.readUInt16LE(offset + 28);
    const name = archive.toString('utf8', offset + 46, offset + 46 + nameLength);
    offset += 46 + nameLength + archive.readUInt16LE(offset + 30) + archive.readUInt16LE(offset + 32);
    return name;
  });
}

/** Every text in the manifest that names a file of the extension's own folders. */
function filePaths(value: unknown): string[] {
  if (typeof value === 'string') return /^(\.\/)?(dist\/[\w.]+\.cjs|media\/[\w./]+)$/.test(value) ? [value.replace(/^\.\//, '')] : [];
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(filePaths);
  return [];
}
