/**
 * The native recorder for Python: one C source, src/native/memoryLens.c, which includes all others.
 *
 * `node scripts/native.mjs` builds the libraries of all platforms into dist/native, with Debian's cross compilers; `--host` builds the one
 * of this machine. No library is committed: the same source gives the same bytes, which the tests check.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ensureDebianPackages } from './debianPackages.mjs';
import { nativeTargets } from './nativeTargets.mjs';
import { inProject, isEntryPoint, projectRoot } from './paths.mjs';
import { run } from './processes.mjs';

const sourceFolder = path.join('src', 'native');
const mainSource = 'memoryLens.c';
const nativeFolder = inProject('dist', 'native');
/** Beside the libraries lies their source: where there is no library for a platform, it is compiled on the person's machine. */
const shippedSource = path.join(nativeFolder, 'source');

/**
 * For `npm run build`: the source, and the library for this machine where it is one that gets a library. Never throws.
 * @returns {Promise<string | undefined>} why there is no library, a whole sentence: Python programs are then measured by the fallback
 */
export async function buildHostLibrary() {
  writeSource();
  const target = nativeTargets.find(({ name }) => name === `${process.platform}-${process.arch}`);
  if (target === undefined) return undefined;
  try {
    report(target, await buildLibrary(target, nativeFolder));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** For `npm run package`: the libraries of all platforms. Throws with the reason when one can't be built. */
export async function buildAllLibraries() {
  writeSource();
  for (const target of nativeTargets) report(target, await buildLibrary(target, nativeFolder));
}

/**
 * Throws with the reason when it can't be built.
 * @param {import('./nativeTargets.mjs').NativeTarget} target
 * @param {string} folder where it is put
 * @param {string} [root] the project's folder, or that of a copy of its source
 * @returns {Promise<string>} its path
 */
export async function buildLibrary({ fileName, compiler, flags, libraries, packages }, folder, root = projectRoot) {
  const executable = await compilerFor(compiler, packages);
  fs.mkdirSync(folder, { recursive: true });
  // A program that is being profiled has the library mapped: it is replaced, never overwritten. Linkers write the file's name into it.
  const partial = fs.mkdtempSync(path.join(folder, '.building-'));
  const built = path.join(partial, fileName);
  try {
    const args = [...flags, '-o', built, path.join(sourceFolder, mainSource), ...libraries];
    const compiled = await run(executable, args, { cwd: root, output: 'capture', timeoutMs: 120_000 });
    if (compiled.code !== 0) throw new Error(`${fileName} can't be built by ${executable}:\n${compiled.output.trim()}`);
    fs.renameSync(built, path.join(folder, fileName));
  } finally {
    fs.rmSync(partial, { recursive: true, force: true });
  }
  return path.join(folder, fileName);
}

/**
 * @param {string} compiler
 * @param {readonly string[]} packages
 */
async function compilerFor(compiler, packages) {
  const candidates = packages.includes('gcc') ? [compiler, 'gcc', 'cc'] : [compiler];
  for (const candidate of candidates) if (await runs(candidate)) return candidate;
  const problem = await ensureDebianPackages(packages);
  if (problem !== undefined || !(await runs(compiler))) throw new Error(`There is no ${compiler}. ${problem ?? ''}`.trim());
  return compiler;
}

/** @param {string} compiler */
async function runs(compiler) {
  return (await run(compiler, ['--version'], { output: 'capture' })).code === 0;
}

/** As one file without comments, which takes half the room in the package; it gives the same library. */
function writeSource() {
  fs.rmSync(shippedSource, { recursive: true, force: true });
  fs.mkdirSync(shippedSource, { recursive: true });
  fs.writeFileSync(path.join(shippedSource, mainSource), withoutComments(withIncludes(mainSource, new Set())));
}

/**
 * A source with the project's own files in the places where they are first included: each guards itself against a second time.
 * @param {string} name
 * @param {Set<string>} included
 * @returns {string}
 */
function withIncludes(name, included) {
  included.add(name);
  const text = fs.readFileSync(inProject(sourceFolder, name), 'utf8');
  return text.replace(/^#include "(.+)"$/gm, (_, inner) => (included.has(inner) ? '' : withIncludes(inner, included)));
}

/** @param {string} source */
function withoutComments(source) {
  const literalOrComment = /("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|\/\*[^]*?\*\/|\/\/.*/g;
  return source.replace(literalOrComment, (_, literal) => literal ?? ' ').replace(/\s*\n\s*/g, '\n');
}

/**
 * @param {import('./nativeTargets.mjs').NativeTarget} target
 * @param {string} file
 */
function report({ name }, file) {
  console.log(`built    ${path.relative(projectRoot, file)} (${(fs.statSync(file).size / 1024).toFixed(1)} KiB, ${name})`);
}

if (isEntryPoint(import.meta.url)) {
  if (process.argv.includes('--host')) {
    const problem = await buildHostLibrary();
    if (problem !== undefined) throw new Error(problem);
  } else {
    await buildAllLibraries();
  }
}
