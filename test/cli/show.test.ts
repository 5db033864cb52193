import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import type { MemoryProfile } from '../../src/core/profile.ts';
import { testRuntimes } from '../runtimes.ts';
import { sampleFile, sampleProfile } from '../unit/core/sampleProfile.ts';
import { cliFile, createTestFolder, runCli, type TestFolder } from './commandLine.ts';

const source = 'const kept = [];\nfor (let i = 0; i < 1000; i++) kept.push(make(i));\nconst more = make(1);\n';

describe('memory-lens show', () => {
  let folder: TestFolder;
  let profileFile = '';
  let profile: MemoryProfile;

  before(() => {
    folder = createTestFolder();
    const sourceFile = folder.write('a.js', source);
    const lines = sampleProfile().files[0]?.lines ?? [];
    const file = { ...sampleFile(sourceFile, lines), contentSha256: createHash('sha256').update(source).digest('hex') };
    profile = sampleProfile({ files: [file], program: { file: sourceFile, args: [], cwd: folder.path, kind: 'file' } });
    profileFile = folder.write('profile.json', JSON.stringify(profile));
  });
  after(() => folder.remove());

  it('prints a saved profile as annotated source to standard output', async () => {
    const { status, stdout, stderr } = await runCli(['show', profileFile]);
    assert.equal(status, 0);
    assert.equal(stderr, '');
    assert.match(stdout, /^Memory Lens: a\.js\n/);
    assert.match(
      stdout,
      /^ {3}2 {2}150\.0 MiB {3}8\.0 MiB {2}peak 84% {2}1,000 {2}█░░░░░░░░░ │ for \(let i = 0; i < 1000; i\+\+\) kept\.push\(make\(i\)\);$/m,
    );
  });

  it('runs on every Node from 20 on', async function () {
    const runtimes = testRuntimes().filter(({ major }) => major >= 20);
    if (runtimes.length === 0) this.skip();
    for (const { executable } of runtimes) assert.equal((await runCli(['show', profileFile], { node: executable })).status, 0);
  });

  it('shows no source that is no longer what was run', async () => {
    const changed = folder.write(
      'changed.json',
      JSON.stringify({ ...profile, files: [{ ...profile.files[0], contentSha256: '0'.repeat(64) }] }),
    );
    const { stdout } = await runCli(['show', changed]);
    assert.match(stdout, /its source as it was run is not at hand/);
    assert.doesNotMatch(stdout, /kept\.push/);
  });

  it('leaves quieter lines out when asked', async () => {
    const { stdout } = await runCli(['show', '--min-bytes', '100MiB', profileFile]);
    assert.match(stdout, /kept\.push/);
    assert.doesNotMatch(stdout, /const more/);
  });

  it('colours and cuts as the environment says', async () => {
    const { stdout } = await runCli(['show', profileFile], { env: { FORCE_COLOR: '1', COLUMNS: '80' } });
    assert.ok(stdout.includes('\u001b[1;31m'));
    assert.ok(stdout.includes('…'));
  });

  it('refuses a profile that it can not read, and says why', async () => {
    const text = JSON.stringify(profile);
    const cases: readonly [string, RegExp][] = [
      [folder.write('cut.json', text.slice(0, -1)), /cut\.json can't be read as a profile: it is cut off/],
      [folder.write('other.json', '{}'), /no Memory Lens profile/],
      [folder.write('newer.json', text.replace('"version":1', '"version":2')), /version is 2/],
      [folder.write('negative.json', text.replace(/"peakBytes":\d+/, '"peakBytes":-1')), /totals\.peakBytes/],
      [`${folder.path}/missing.json`, /there is no such file/],
      [folder.path, /it is a folder/],
    ];
    for (const [file, pattern] of cases) {
      const { status, stdout, stderr } = await runCli(['show', file]);
      assert.equal(status, 2, file);
      assert.equal(stdout, '');
      assert.match(stderr, pattern);
      assert.doesNotMatch(stderr, /\n {4}at /);
    }
  });

  it('says nothing when its reader goes away', async () => {
    const child = spawn('sh', ['-c', '"$0" "$1" show "$2" | true', process.execPath, cliFile, profileFile], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    await new Promise((settle) => child.once('close', settle));
    assert.equal(stderr, '');
  });
});
