/**
 * What a built library asks for and offers, as the tools of the compiler tell.
 */
import { execFileSync } from 'node:child_process';

export interface LibrarySymbols {
  readonly imports: string[];
  readonly exports: string[];
  /** That it wants loaded with it. */
  readonly libraries: string[];
}

/** Of a shared object, of whatever processor. */
export function readElfSymbols(file: string): LibrarySymbols {
  const symbols = run('readelf', ['--wide', '--dyn-syms', file])
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    // Number, value, size, type, binding, visibility, section, name.
    .filter((cells) => cells.length >= 8 && cells[4] === 'GLOBAL');
  const named = (isImport: boolean) => symbols.filter((cells) => (cells[6] === 'UND') === isImport).map((cells) => cells[7] ?? '');
  const dynamic = run('readelf', ['--wide', '--dynamic', file]);
  return {
    imports: named(true),
    exports: named(false),
    libraries: [...dynamic.matchAll(/\(NEEDED\).*\[(.*)\]/g)].map((found) => found[1] ?? ''),
  };
}

/** Of a Windows library. */
export function readPeSymbols(file: string): LibrarySymbols {
  const text = run('x86_64-w64-mingw32-objdump', ['--private-headers', file]);
  const exported = /\[Ordinal\/Name Pointer\] Table\n((?:\s+\[.*\n)*)/.exec(text)?.[1] ?? '';
  const imported = /The Import Tables[^]*?(?=There is an export table|The Export Tables)/.exec(text)?.[0] ?? '';
  return {
    imports: [...imported.matchAll(/^\t[0-9a-f]+\s+\d+\s+(\w+)$/gm)].map((found) => found[1] ?? ''),
    exports: [...exported.matchAll(/\[\s*\d+\]\s+(\w+)/g)].map((found) => found[1] ?? ''),
    libraries: [...imported.matchAll(/DLL Name: (.*)/g)].map((found) => found[1] ?? ''),
  };
}

function run(program: string, args: readonly string[]): string {
  return execFileSync(program, args, { encoding: 'utf8' });
}
