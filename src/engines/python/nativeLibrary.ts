/**
 * Where the native recorder for Python lies: a built one for the common platforms; for any other (macOS) it is compiled from the source
 * that lies beside them, by the person's own C compiler, once, into a folder that is the person's alone.
 */

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { findExecutable } from '../pathsOnDisk.ts';

export interface NativeFolder {
  /** Holds the library under the name that the probe looks for; undefined: there is none. */
  readonly folder: string | undefined;
  /** Why there is none, for the profile's notes; a whole sentence. */
  readonly note?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const compilerTimeoutMs = 60_000;
const mainSource = 'memoryLens.c';

/**
 * Gives the folder of libraries for the probe to choose from. Never rejects.
 * @param distFolder where the engine's own bundle lies
 * @param env finds the compiler and the folder for what is compiled
 * @param builtFolder where built libraries lie, should that be elsewhere
 */
export async function resolveNativeFolder(
  distFolder: string,
  env: Environment,
  builtFolder = path.join(distFolder, 'native'),
): Promise<NativeFolder> {
  // On Windows the processor of Python may be another one than ours, and there is no compiler: the probe sees what it finds.
  if (process.platform === 'win32' || hasAll(builtFolder, libraryNames().slice(0, 1))) return { folder: builtFolder };
  try {
    return { folder: await compiledFolder(path.join(distFolder, 'native', 'source'), env) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { folder: undefined, note: `There is no native recorder for ${process.platform}-${process.arch}: ${reason}` };
  }
}

/** As native.py calls them, this processor's first. One library serves both kinds of Mac: Python may run under Rosetta. */
function libraryNames(): string[] {
  if (process.platform !== 'darwin') return [`memory-lens-${process.platform}-${process.arch}.so`];
  const processors = process.arch === 'x64' ? ['x64', 'arm64'] : ['arm64', 'x64'];
  return processors.map((processor) => `memory-lens-darwin-${processor}.dylib`);
}

function hasAll(folder: string, names: readonly string[]): boolean {
  return names.every((name) => fs.existsSync(path.join(folder, name)));
}

/** @throws Error whose message says why it can't be compiled. */
async function compiledFolder(source: string, env: Environment): Promise<string> {
  const libraries = libraryNames();
  const flags = compilerFlags();
  const hash = createHash('sha256').update(JSON.stringify([libraries, flags]));
  for (const name of readSourceNames(source)) hash.update(JSON.stringify([name, fs.readFileSync(path.join(source, name), 'utf8')]));
  const folder = path.join(privateFolder(env), hash.digest('hex').slice(0, 32));
  if (hasAll(folder, libraries)) return folder;
  const compiler = await findCompiler(env);
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const partial = fs.mkdtempSync(path.join(folder, '.compiling-'));
  try {
    const compiled = path.join(partial, 'compiled');
    await runCompiler(compiler, [...flags, '-o', compiled, path.join(source, mainSource)], env);
    for (const library of libraries) {
      const copy = path.join(partial, library);
      fs.copyFileSync(compiled, copy);
      // In one step: another run may be compiling the same, or loading it.
      fs.renameSync(copy, path.join(folder, library));
    }
  } finally {
    fs.rmSync(partial, { recursive: true, force: true });
  }
  return folder;
}

function readSourceNames(source: string): string[] {
  try {
    return fs.readdirSync(source).sort();
  } catch {
    throw new Error(`its source is missing from ${source}; install Memory Lens again.`);
  }
}

function compilerFlags(): string[] {
  // A Python that runs under Rosetta needs the other half of the library.
  const platformFlags = process.platform === 'darwin' ? ['-dynamiclib', '-arch', 'arm64', '-arch', 'x86_64'] : ['-shared'];
  return ['-std=c11', '-O2', '-w', '-fPIC', '-fvisibility=hidden', '-fno-stack-protector', ...platformFlags];
}

/** What is loaded into the person's programs lies where nobody else can put anything. */
function privateFolder(env: Environment): string {
  const folder = path.join(cacheFolder(env), 'memory-lens');
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = fs.statSync(folder);
  const own = process.getuid?.();
  if (own !== undefined && (uid !== own || (mode & 0o022) !== 0)) throw new Error(`others may write in ${folder}; remove it.`);
  return folder;
}

function cacheFolder(env: Environment): string {
  const home = env['HOME'] ?? os.homedir();
  if (process.platform === 'darwin') return path.join(home, 'Library', 'Caches');
  if (process.platform === 'win32') return env['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local');
  const named = env['XDG_CACHE_HOME'];
  // The standard says that a relative one is to be ignored.
  return named !== undefined && path.isAbsolute(named) ? named : path.join(home, '.cache');
}

/** @throws Error where there is none. */
async function findCompiler(env: Environment): Promise<string> {
  const compiler = findExecutable('cc', os.tmpdir(), env);
  if (compiler === undefined) throw new Error('to compile one a C compiler is needed, and there is no cc on the path.');
  // Without Apple's command line tools, /usr/bin/cc is a stand-in that opens a window to install them.
  if (process.platform === 'darwin' && compiler === '/usr/bin/cc') {
    await runCompiler('/usr/bin/xcode-select', ['--print-path'], env).catch(() => {
      throw new Error("to compile one Apple's command line tools are needed; install them by: xcode-select --install");
    });
  }
  return compiler;
}

function runCompiler(compiler: string, args: readonly string[], env: Environment): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(compiler, args, { env, timeout: compilerTimeoutMs, windowsHide: true }, (error, _output, errors) => {
      if (error === null) resolve();
      else reject(new Error(`${compiler} failed: ${errors.trim().split('\n').slice(0, 3).join(' ') || error.message}`));
    });
  });
}
