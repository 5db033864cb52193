/**
 * Runs the extension's tests inside a real VS Code: bundles them, opens a copy of the fixture workspace, and lets mocha run in the
 * extension host. Where no VS Code can be downloaded (Linux here), the rig stands in. What follows on the command line goes to mocha
 * as its grep.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { runTests } from '@vscode/test-electron';
import * as esbuild from 'esbuild';
import { inProject } from '../../scripts/paths.mjs';

const bundle = inProject('out', 'host', 'suite.cjs');
await esbuild.build({
  entryPoints: [inProject('test', 'host', 'suite.ts')],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['vscode', 'mocha'],
  sourcemap: 'inline',
  logLevel: 'warning',
});

// Every run meets what a path may hold.
const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'memory-lens-host-'));
const folder = path.join(fs.realpathSync(temporary), 'a b #1 100%25 äø日');
const extensions = path.join(temporary, 'extensions');
try {
  fs.cpSync(inProject('test', 'fixtures', 'workspace'), folder, { recursive: true });
  // The only installed extension stands in for ms-python.python, which can't be had from a package registry.
  fs.cpSync(inProject('test', 'fixtures', 'pythonExtension'), path.join(extensions, 'ms-python.python-2024.1.0'), { recursive: true });
  process.exitCode = await runTests({
    vscodeExecutablePath:
      process.env['VSCODE_EXECUTABLE'] ?? (process.platform === 'linux' ? inProject('test', 'rig', 'shim', 'code') : undefined),
    cachePath: inProject('.vscode-test'),
    extensionDevelopmentPath: process.env['MEMORY_LENS_EXTENSION'] ?? inProject(),
    extensionTestsPath: bundle,
    launchArgs: [folder, '--disable-workspace-trust', `--user-data-dir=${path.join(temporary, 'user')}`, `--extensions-dir=${extensions}`],
    extensionTestsEnv: {
      MEMORY_LENS_RESULT_FILE: process.env['MEMORY_LENS_RESULT_FILE'],
      MEMORY_LENS_TEST_GREP: process.argv.at(2),
      MEMORY_LENS_REPORTER: inProject('scripts', 'mochaReporter.cjs'),
    },
  });
} catch (error) {
  console.error(`host: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  fs.rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
}
