/**
 * `npm run build`: bundles every entry point into dist/ by esbuild, copies the probe, and compiles the native recorder for this machine.
 *
 * What is built is what is tested and what is packaged, so it is always minified; `--debug` gives readable output with source maps.
 * `--if-stale` does nothing where no source is newer than the last build.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as esbuild from 'esbuild';
import { leanBabel } from './leanBabel.mjs';
import { buildHostLibrary } from './native.mjs';
import { writeNotices } from './notices.mjs';
import { inProject, projectRoot } from './paths.mjs';

const stampFile = inProject('dist', '.built');

/** ES modules have no `require`, which bundled CommonJS packages ask for. */
const requireBanner = "import{createRequire as mlCreateRequire}from'node:module';const require=mlCreateRequire(import.meta.url);";

/**
 * The worker compiles TypeScript seldom: the compiler is a bundle of its own beside it, loaded at the first use.
 * @type {esbuild.Plugin}
 */
const separateCompiler = {
  name: 'separate-compiler',
  setup(build) {
    build.onResolve({ filter: /\/compileTypeScript\.ts$/ }, (args) =>
      args.kind === 'entry-point' ? undefined : { path: './typescript.cjs', external: true },
    );
  },
};

/**
 * The parsers' tables are large and used by two bundles, each at times: they are a bundle of their own beside them.
 * @type {esbuild.Plugin}
 */
const separateParsers = {
  name: 'separate-parsers',
  setup(build) {
    build.onResolve({ filter: /\/parsers\.ts$/ }, () => ({ path: './parsers.cjs', external: true }));
  },
};

/**
 * The agent's parts run on whatever Node the user's program runs on, hence node18.
 * @type {readonly (esbuild.BuildOptions & { in: string, out: string })[]}
 */
const entries = [
  {
    in: 'src/extension/main.ts',
    out: 'extension.cjs',
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode'],
    plugins: [separateParsers],
  },
  { in: 'src/extension/supervisor.ts', out: 'supervisor.cjs', platform: 'node', format: 'cjs', target: 'node18' },
  { in: 'src/cli/main.ts', out: 'cli.js', platform: 'node', format: 'esm', target: 'node20', banner: { js: requireBanner } },
  { in: 'src/agent/main.ts', out: 'agent.cjs', platform: 'node', format: 'cjs', target: 'node18' },
  {
    in: 'src/agent/worker/main.ts',
    out: 'agentWorker.cjs',
    platform: 'node',
    format: 'cjs',
    target: 'node18',
    plugins: [separateCompiler],
    // `import()` becomes `require()`: the user's module loader stays out of it.
    supported: { 'dynamic-import': false },
  },
  {
    in: 'src/engines/node/heapSnapshot/main.ts',
    out: 'heapSnapshot.cjs',
    platform: 'node',
    format: 'cjs',
    target: 'node18',
    plugins: [separateParsers],
  },
  { in: 'src/core/parsers.ts', out: 'parsers.cjs', platform: 'node', format: 'cjs', target: 'node18' },
  { in: 'src/agent/loaderHooks.ts', out: 'loaderHooks.mjs', platform: 'node', format: 'esm', target: 'node18' },
  {
    in: 'src/agent/transform/compileTypeScript.ts',
    out: 'typescript.cjs',
    platform: 'node',
    format: 'cjs',
    target: 'node18',
    plugins: [leanBabel],
  },
  { in: 'src/webview/main.ts', out: 'webview.js', platform: 'browser', format: 'iife', target: 'chrome120' },
];

if (process.argv.includes('--if-stale') && !isStale()) {
  process.exit(0);
}
await build(process.argv.includes('--debug'));

/** @param {boolean} debug */
async function build(debug) {
  fs.mkdirSync(inProject('dist'), { recursive: true });
  const startedAt = new Date();
  copyProbe();
  const metafiles = await Promise.all(entries.map((entry) => bundle(entry, debug)));
  const problem = await buildHostLibrary();
  if (problem !== undefined) console.warn(`no native recorder, so Python programs are measured by the fallback: ${problem}`);
  writeNotices(metafiles, inProject('dist', 'THIRD_PARTY_NOTICES.txt'));
  fs.writeFileSync(stampFile, startedAt.toISOString());
  fs.utimesSync(stampFile, startedAt, startedAt);
}

/**
 * @param {esbuild.BuildOptions & { in: string, out: string }} entry
 * @param {boolean} debug
 */
async function bundle({ in: source, out, ...options }, debug) {
  const result = await esbuild.build({
    absWorkingDir: projectRoot,
    entryPoints: [source],
    outfile: path.join('dist', out),
    bundle: true,
    minify: !debug,
    sourcemap: debug ? 'inline' : false,
    legalComments: 'none',
    logLevel: 'warning',
    define: { 'process.env.NODE_ENV': '"production"' },
    ...options,
    metafile: true,
  });
  for (const [file, output] of Object.entries(result.metafile.outputs)) {
    console.log(`built    ${file} (${(output.bytes / 1024).toFixed(1)} KiB)`);
  }
  return result.metafile;
}

/**
 * Python's part is shipped as it is written: Python compiles it at its first use. Programs may be running with it just now, and put what
 * they compile beside it, so each file is replaced on its own.
 */
function copyProbe() {
  const [from, to] = [inProject('src', 'probe'), inProject('dist', 'probe')];
  const sources = pythonFilesIn(from);
  for (const name of sources) {
    const target = path.join(to, name);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.copyFileSync(path.join(from, name), `${target}.${process.pid}`);
    fs.renameSync(`${target}.${process.pid}`, target);
  }
  for (const name of pythonFilesIn(to)) if (!sources.includes(name)) fs.rmSync(path.join(to, name));
}

/** @param {string} folder */
function pythonFilesIn(folder) {
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.py'));
}

function isStale() {
  if (!fs.existsSync(stampFile)) return true;
  const builtAtMs = fs.statSync(stampFile).mtimeMs;
  const sources = fs.readdirSync(inProject('src'), { recursive: true, encoding: 'utf8' }).map((name) => inProject('src', name));
  const scripts = ['build.mjs', 'native.mjs', 'nativeTargets.mjs'].map((name) => inProject('scripts', name));
  return [...sources.filter((name) => !name.includes('__pycache__')), inProject('package-lock.json'), ...scripts].some(
    (file) => fs.statSync(file).mtimeMs > builtAtMs,
  );
}
