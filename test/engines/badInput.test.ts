/** What can't be run is refused with an error that says why; what can, runs, whatever its path, its size and its source maps. */

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { UserError, UserErrorCode } from '../../src/core/userError.ts';
import type { ProfileRequest } from '../../src/engines/engine.ts';
import { testRuntimes } from '../runtimes.ts';
import { lineOf, profileProgram, refusedProgram } from './profiling.ts';
import { createProgramFolder, type ProgramFolder } from './programFolder.ts';

const allocates = 'globalThis.kept = new Array(1_000_000).fill(1);\nconsole.log("ran");\n';

describe('the engine', function () {
  this.timeout(60_000);
  let folder: ProgramFolder;
  beforeEach(() => (folder = createProgramFolder()));
  afterEach(() => folder.remove());
  const { executable } = testRuntimes().at(-1)!;

  const refused = (file: string, code: UserErrorCode, message: RegExp, request: Partial<ProfileRequest> = {}): Promise<UserError> =>
    refusedProgram(file, code, message, { runtimePath: executable, ...request });

  it('refuses what is no program, and names it', async () => {
    await refused(path.join(folder.path, 'none.js'), 'fileMissing', /There is no file .*none\.js/);
    await refused(folder.path, 'fileIsDirectory', /is a folder/);
    await refused(folder.write('binary.js', Buffer.from([0x7f, 69, 76, 70, 0, 1])), 'fileIsBinary', /binary\.js is not text/);
    const large = folder.write('large.js', '');
    fs.truncateSync(large, 50 * 1024 * 1024);
    await refused(large, 'fileTooLarge', /50 MiB/);
  });

  it('refuses a runtime that is missing, too old, no Node, or not there on the path', async () => {
    const file = folder.write('program.js', allocates);
    const fake = (name: string, says: string): string => {
      const target = folder.write(name, `#!/bin/sh\necho ${says}\n`);
      fs.chmodSync(target, 0o755);
      return target;
    };
    await refused(file, 'runtimeMissing', /\/no\/such\/node/, { runtimePath: '/no/such/node' });
    await refused(file, 'runtimeTooOld', /is Node 16\.20\.2.*18\.15 or newer/, { runtimePath: fake('old', '16.20.2') });
    await refused(file, 'runtimeMissing', /does not answer as Node does/, { runtimePath: fake('other', 'v16') });
    const { runtimePath, ...withPath } = { runtimePath: undefined, env: { PATH: folder.path } };
    assert.equal(runtimePath, undefined);
    const onPath = profileProgram(file, withPath);
    await assert.rejects(onPath, { code: 'runtimeMissing' });
  });

  it('says where a syntax error is', async () => {
    for (const [name, code, line, column] of [
      ['broken.js', 'const fine = 1;\n  const = 2;\n', 2, 9],
      ['broken.mjs', 'export const a = 1;\nexport const a = 2;\n', 2, 14],
      ['broken.ts', 'const a: number = 1;\nconst b: = 2;\n', 2, 10],
      ['broken.tsx', 'const a = <div>\n</span>;\n', 2, 1],
    ] as const) {
      const error = await refused(folder.write(name, code), 'syntaxError', new RegExp(`${name}:${line}:${column}: [^:]+[^.]\\. Nothing`));
      assert.deepEqual(
        error.actions.map((action) => ('line' in action ? [action.line, action.column] : [])),
        [[line, column]],
      );
    }
  });

  it('reports a syntax error of an imported file as the error of the program that it is', async () => {
    folder.write('imported.js', 'const = 2;\n');
    const { profile, stderr } = await profileProgram(folder.write('main.js', `${allocates}require('./imported.js');\n`), {
      runtimePath: executable,
    });
    assert.equal(profile.exit.code, 1);
    assert.match(profile.exit.error ?? '', /^SyntaxError/);
    assert.match(stderr, /imported\.js:1\nconst = 2;\n {6}\^/);
    assert.ok((lineOf(profile, 'main.js', 1)?.allocatedBytes ?? 0) > 7_000_000);
  });

  it('takes any path: spaces, #, %, ?, quotes and letters of all scripts', async () => {
    for (const name of ['a b#c%20d', '100%', 'què? "x" & \'y\'', 'ордер-程序-😀', '[x](y){z};$HOME', '-r']) {
      const odd = createProgramFolder(name);
      for (const [file, code] of [
        [`${name}.js`, allocates],
        [`${name}.mjs`, `import './ä b#%.mjs';\n${allocates}`],
        [`${name}.ts`, `import { x } from './ä b#%.mjs';\n${allocates} export const y: number = x;`],
      ] as const) {
        odd.write('ä b#%.mjs', 'export const x = 1;\n');
        const imports = code.startsWith('import') ? code.replaceAll('#', '%23').replace('%.mjs', '%25.mjs') : code;
        const { profile, stdout, stderr } = await profileProgram(odd.write(file, imports), { runtimePath: executable });
        assert.equal(stdout, 'ran\n', `${file}: ${stderr}`);
        const line = file.endsWith('.js') ? 1 : 2;
        assert.ok((lineOf(profile, file, line)?.allocatedBytes ?? 0) > 7_000_000, file);
      }
      odd.remove();
    }
  });

  it('runs in a folder that can not be written', async () => {
    const file = folder.write('program.js', allocates);
    fs.chmodSync(folder.path, 0o555);
    const { profile, stdout } = await profileProgram(file, { runtimePath: executable });
    fs.chmodSync(folder.path, 0o755);
    assert.equal(stdout, 'ran\n');
    assert.ok((lineOf(profile, 'program.js', 1)?.allocatedBytes ?? 0) > 7_000_000);
  });

  it('runs with a broken, missing or huge source map, and says that it was not used', async () => {
    fs.truncateSync(folder.write('huge.js.map', '{"version":3'), 80 * 1024 * 1024);
    folder.write('broken.js.map', '{"version":3,"sources":["a.ts"],"mappings":"!!!"}');
    folder.write('cut.js.map', '{"version":3,');
    for (const name of ['huge', 'broken', 'cut', 'missing']) {
      const file = folder.write(`${name}.js`, `${allocates}//# sourceMappingURL=${name}.js.map\n`);
      const { profile, stdout } = await profileProgram(file, { runtimePath: executable });
      assert.equal(stdout, 'ran\n', name);
      assert.ok((lineOf(profile, `${name}.js`, 1)?.allocatedBytes ?? 0) > 7_000_000, name);
      assert.ok(
        profile.engine.notes.some((note) => note.includes(`${name}.js`)),
        `${name}: ${profile.engine.notes.join(' ')}`,
      );
    }
  });

  it('passes on what a program of many lines prints, 100 MB of it', async () => {
    const code =
      "const line = `${'x'.repeat(1023)}\\n`;\nfor (let left = 100; left > 0; left -= 1) process.stdout.write(line.repeat(1000));\n";
    const { profile, stdout } = await profileProgram(folder.write('prints.js', code), { runtimePath: executable });
    assert.equal(stdout.length, 102_400_000);
    assert.equal(profile.exit.code, 0);
  });

  it('says so when it has no place for its pipe', async () => {
    const file = folder.write('program.js', allocates);
    const before = process.env['TMPDIR'];
    try {
      process.env['TMPDIR'] = path.join(folder.path, 'none');
      assert.equal(os.tmpdir(), path.join(folder.path, 'none'));
      await refused(file, 'pipeUnavailable', /none\/memory-lens.*TMPDIR/);
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    }
  });

  it('gives the profile so far when the agent hangs up', async () => {
    // What closes all descriptors cuts the pipe.
    const code = `${allocates}const fs = require('node:fs');\nsetTimeout(() => { for (let fd = 10; fd < 60; fd += 1) { try { if (fs.readlinkSync('/proc/self/fd/' + fd).startsWith('socket:')) fs.closeSync(fd); } catch {} } }, 600);\nsetTimeout(() => console.log('still here'), 900);\n`;
    const { profile, stdout } = await profileProgram(folder.write('cuts.js', code), { runtimePath: executable });
    assert.equal(stdout, 'ran\nstill here\n');
    assert.equal(profile.exit.code, 0);
    assert.ok((lineOf(profile, 'cuts.js', 1)?.allocatedBytes ?? 0) > 7_000_000);
    assert.ok(
      profile.engine.notes.some((note) => note.includes('did not end by itself')),
      'the pipe was cut',
    );
  });
});
