/**
 * `npm run package`: builds and packs memory-lens.vsix (or the file named), from the allow-list in .vscodeignore, with the native recorders
 * of all platforms. Fails at 1 MB.
 */
import * as fs from 'node:fs';
import { buildAllLibraries } from './native.mjs';
import { inProject, projectRoot } from './paths.mjs';
import { prepare } from './prepare.mjs';
import { run } from './processes.mjs';

const limitBytes = 1_000_000;
const output = process.argv[2] ?? inProject('memory-lens.vsix');

await prepare();
await buildAllLibraries();
const vsce = inProject('node_modules', '@vscode', 'vsce', 'vsce');
const args = [vsce, 'package', '--no-dependencies', '--allow-missing-repository', '--out', output];
const packed = await run(process.execPath, args, { cwd: projectRoot, output: 'capture' });
process.stdout.write(packed.output);
if (packed.code !== 0) throw new Error('vsce could not pack the extension');
const sizeBytes = fs.statSync(output).size;
if (sizeBytes >= limitBytes) throw new Error(`${output} has ${sizeBytes} bytes; the limit is ${limitBytes}`);
console.log(`${output}: ${sizeBytes} bytes`);
