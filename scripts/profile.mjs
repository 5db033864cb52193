/**
 * `npm run profile -- FILE [ARG...]`: on a fresh clone, installs and builds, then profiles FILE as `memory-lens run` does.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { inProject } from './paths.mjs';
import { prepare } from './prepare.mjs';

const args = process.argv.slice(2);
if (args.length === 0) {
  console.error('usage: npm run profile -- FILE [ARG...], for example: npm run profile -- examples/records.js');
  process.exit(2);
}
await prepare();
// The program keeps the terminal, with its input and its Ctrl+C; npm has already gone to the project's folder.
const child = spawn(process.execPath, [inProject('dist', 'cli.js'), 'run', ...args], { stdio: 'inherit' });
// The command line ends the program and still prints its profile; this script has only to wait for it.
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => {
    if (signal !== 'SIGINT') child.kill(signal);
  });
}
child.once('exit', (code, signal) => process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
