import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { parseProfile } from '../../src/core/decodeProfile.ts';
import { createTestFolder, runCli, type CliResult, type TestFolder } from './commandLine.ts';

describe('memory-lens run refuses', () => {
  let folder: TestFolder;
  beforeEach(() => (folder = createTestFolder()));
  afterEach(() => folder.remove());

  /** Runs, and checks that nothing came of it but one message without a stack. */
  async function refused(args: readonly string[], ...patterns: RegExp[]): Promise<CliResult> {
    const result = await runCli(['run', ...args], { cwd: folder.path });
    assert.equal(result.stdout, '');
    assert.match(result.stderr, /^memory-lens: [^\n]+\n$/);
    for (const pattern of patterns) assert.match(result.stderr, pattern);
    return result;
  }

  it('what is no program: 2', async () => {
    const binary = folder.write('binary.js', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 1]));
    const large = folder.write('large.js', '//\n');
    truncateSync(large, 50_000_000);
    const cases: readonly [string, RegExp][] = [
      ['missing.js', /There is no file .*missing\.js/],
      ['.', /is a folder/],
      [binary, /is not text/],
      [large, /48 MiB large/],
      [folder.write('data.json', '{}'), /data\.json can't be profiled/],
      [folder.write('types.d.ts', 'export {};'), /types\.d\.ts can't be profiled/],
    ];
    for (const [file, pattern] of cases) assert.equal((await refused([file], pattern)).status, 2, file);
  });

  it('a wrong call: 2, before anything runs', async () => {
    const file = folder.write('program.js', "require('node:fs').writeFileSync('ran', '')");
    const occupied = folder.write('occupied', '');
    const cases: readonly [readonly string[], RegExp][] = [
      [['--bogus', file], /--bogus/],
      [['--interval', 'often', file], /--interval/],
      [['--fail-above', '-1', file], /--fail-above/],
      [['--json', join(folder.path, 'no', 'such', 'folder.json'), file], /its folder does not exist/],
      [['--json', join(occupied, 'inside.json'), file], /its folder is a file/],
      [['--json', folder.path, file], /it is a folder/],
      [['--json'], /--json/],
      [[], /FILE/],
    ];
    for (const [args, pattern] of cases) assert.equal((await refused(args, pattern)).status, 2, args.join(' '));
    assert.equal(existsSync(join(folder.path, 'ran')), false);
  });

  it('a missing, a wrong and a too old node: 2', async () => {
    const file = folder.write('program.js', '');
    const fake = (name: string, version: string): string => {
      const path = folder.write(name, `#!/bin/sh\necho ${version}\n`);
      chmodSync(path, 0o755);
      return path;
    };
    assert.equal((await refused(['--node', '/no/such/node', file], /\/no\/such\/node/)).status, 2);
    assert.equal((await refused(['--node', fake('old', '12.22.12'), file], /is Node 12\.22\.12/, /18\.15 or newer/)).status, 2);
    assert.equal((await refused(['--node', fake('other', 'hello'), file], /does not answer as Node does/)).status, 2);
    assert.equal((await refused(['--node', folder.path, file])).status, 2);
  });
});

describe('memory-lens run goes on', () => {
  let folder: TestFolder;
  beforeEach(() => (folder = createTestFolder()));
  afterEach(() => folder.remove());

  it("with a syntax error as node does: node's own report, where it is, and 1", async () => {
    for (const [name, code] of [
      ['broken.js', 'const fine = 1;\nconst = 2;\n'],
      ['broken.mjs', 'const fine = 1;\nconst = 2;\n'],
      ['broken.ts', 'const fine: number = 1;\nconst = 2;\n'],
    ] as const) {
      const { status, stdout, stderr } = await runCli(['run', folder.write(name, code)], { cwd: folder.path });
      assert.equal(status, 1, name);
      assert.equal(stdout, '');
      assert.match(stderr, /SyntaxError|Unexpected/);
      assert.match(stderr, new RegExp(`memory-lens: .*${name.replace('.', '\\.')}:2:\\d+`));
    }
  });

  it('with a broken, a missing and a huge source map, and an empty program', async () => {
    const huge = folder.write('huge.js.map', '{"version":3');
    truncateSync(huge, 60_000_000);
    folder.write('broken.js.map', '{"version":3,');
    for (const name of ['broken', 'missing', 'huge']) {
      const file = folder.write(`${name}.js`, `console.log('ran');\n//# sourceMappingURL=${name}.js.map\n`);
      const { status, stdout, stderr } = await runCli(['run', file]);
      assert.deepEqual([status, stdout], [0, 'ran\n'], name);
      assert.match(stderr, /Memory Lens: /);
    }
    assert.equal((await runCli(['run', folder.write('empty.js', '')])).status, 0);
  });

  it('in a folder that is read-only', async function () {
    const sealed = join(folder.path, 'sealed');
    mkdirSync(sealed);
    const file = folder.write('sealed/program.js', "console.log('ran')");
    chmodSync(sealed, 0o555);
    const output = join(folder.path, 'profile.json');
    const { status, stdout } = await runCli(['run', '--json', output, file], { cwd: sealed });
    chmodSync(sealed, 0o755);
    assert.deepEqual([status, stdout], [0, 'ran\n']);
    assert.equal(parseProfile(readFileSync(output, 'utf8'), output).exit.code, 0);
  });

  it('where the profile can not be written after all: the status of the program, else 70', async () => {
    for (const [code, expected] of [
      ['', 70],
      ['process.exitCode = 6;', 6],
    ] as const) {
      const output = join(folder.path, 'gone', 'profile.json');
      mkdirSync(join(folder.path, 'gone'), { recursive: true });
      const file = folder.write(
        'program.js',
        `require('node:fs').rmSync(${JSON.stringify(join(folder.path, 'gone'))}, { recursive: true });${code}`,
      );
      const { status, stderr } = await runCli(['run', '--json', output, file]);
      assert.equal(status, expected);
      assert.match(stderr, /memory-lens: The profile can't be written/);
      assert.match(stderr, /Memory Lens: /);
    }
  });

  it('where profiling fails: the output and status of the program, else 70', async () => {
    for (const [code, expected] of [
      ["console.log('ran')", 70],
      ["console.log('ran'); process.exit(4)", 4],
    ] as const) {
      // A second preload that ends the process before ours could begin is what a broken runtime looks like from outside.
      const node = folder.write(
        'node.sh',
        `#!/bin/sh\n[ "$1" = -p ] && exec "${process.execPath}" "$@"\nwhile [ "$1" != "$FILE" ]; do shift; done\nexec "${process.execPath}" "$@"\n`,
      );
      chmodSync(node, 0o755);
      const file = folder.write('program.js', code);
      const { status, stdout, stderr } = await runCli(['run', '--node', node, file], { env: { FILE: file } });
      assert.equal(stdout, 'ran\n');
      assert.equal(status, expected);
      assert.match(stderr, /agent in it did not answer/);
    }
  });
});
