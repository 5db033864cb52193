/**
 * `node scripts/withRuntime.mjs FILE [ARG...]`: installs and builds what is missing, then runs one of the project's scripts on the Node
 * that runs TypeScript. Its exit code is the script's.
 */
import { inProject } from './paths.mjs';
import { prepare } from './prepare.mjs';
import { run } from './processes.mjs';
import { typeScriptRuntime } from './runtimes.mjs';

const [script, ...args] = process.argv.slice(2);
if (script === undefined) throw new Error('usage: node scripts/withRuntime.mjs FILE [ARG...]');
await prepare();
process.exitCode = (await run(await typeScriptRuntime(), [inProject(script), ...args])).code;
