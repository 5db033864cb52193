/**
 * The built native recorders of all platforms: the same bytes each time, nothing asked of the system but what is named, nothing shown but
 * what the probe calls.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { buildLibrary } from '../../scripts/native.mjs';
import { nativeTargets, type NativeTarget } from '../../scripts/nativeTargets.mjs';
import { inProject } from '../../scripts/paths.mjs';
import { readElfSymbols, readPeSymbols } from './librarySymbols.ts';

/** On arm64 parts begin at multiples of 64 KiB. */
const largestBytes = 200_000;
/** Part of the library in builds for tests only. */
const checksForTests = 'check.c';

describe('the native recorder', function () {
  this.timeout(300_000);
  const folder = mkdtempSync(path.join(tmpdir(), 'memory-lens-native-'));

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  for (const target of nativeTargets) {
    describe(`for ${target.name}`, () => {
      let library: string;

      before(async () => {
        library = await buildLibrary(target, path.join(folder, 'first'));
      });

      for (const source of ['src/native', 'dist/native/source']) {
        it(`is built to the same bytes again, elsewhere, from ${source}`, async () => {
          const elsewhere = path.join(folder, 'another place', source, target.name);
          cpSync(inProject(source), path.join(elsewhere, 'src', 'native'), { recursive: true });
          const again = await buildLibrary(target, path.join(elsewhere, 'dist'), elsewhere);
          assert.ok(readFileSync(library).equals(readFileSync(again)));
        });
      }

      it('asks of the system only pages, a clock, and reads that can be refused', () => {
        const unexpected = symbolsOf(target, library).imports.filter((name) => !target.imports.includes(name));
        assert.deepEqual(unexpected, []);
        assert.ok(symbolsOf(target, library).imports.length > 0);
      });

      it('needs no other library to be loaded, or only the kernel’s on Windows', () => {
        const expected = target.name.startsWith('win32') ? ['KERNEL32.dll'] : [];
        assert.deepEqual(symbolsOf(target, library).libraries, expected);
      });

      it('shows what its source exports and nothing else', () => {
        assert.deepEqual(symbolsOf(target, library).exports.sort(), exportedInSource(target).sort());
      });

      if (target.name.startsWith('linux')) {
        it('has no executable stack', () => {
          const headers = execFileSync('readelf', ['--wide', '--program-headers', library], { encoding: 'utf8' });
          assert.match(headers, /GNU_STACK.* RW /);
        });
      }

      it('is small', () => {
        assert.ok(statSync(library).size < largestBytes, `${statSync(library).size} bytes`);
      });
    });
  }
});

function symbolsOf(target: NativeTarget, library: string) {
  return target.name.startsWith('win32') ? readPeSymbols(library) : readElfSymbols(library);
}

/** The functions that the source says EXPORT of; some are only there on some systems. */
function exportedInSource(target: NativeTarget): string[] {
  const names = readdirSync(inProject('src', 'native')).filter((name) => name.endsWith('.c') && name !== checksForTests);
  const systems = target.name.startsWith('win32') ? /#if !defined\(_WIN32\)[^]*?#endif/g : /#if defined\(_WIN32\)[^]*?#(else|endif)/g;
  return names.flatMap((name) => {
    const source = readFileSync(inProject('src', 'native', name), 'utf8')
      .replace(systems, '')
      .replace(/#ifdef MEMORY_LENS_CHECK[^]*?#(else|endif)/g, '');
    return [...source.matchAll(/^EXPORT [\w ]*?\*?(\w+)\(/gm)].map((found) => found[1] ?? '');
  });
}
