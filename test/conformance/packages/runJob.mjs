/**
 * `node runJob.mjs JOB PROJECT OUTPUT`: runs a job and writes what it gives, or the error it ends with.
 */
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

createRequire(import.meta.url)('../markerRuntime.cjs').defineMarkerGlobals(globalThis);
const [job, project, output] = process.argv.slice(2);
Object.assign(globalThis, { memoryLensProject: project });
const startedAtMs = performance.now();
const result = await import(pathToFileURL(String(job)).href);
fs.writeFileSync(String(output), result.output);
console.log(Math.round(performance.now() - startedAtMs));
