/**
 * Instruments one file in a process that has done nothing else, as it is when a program starts, and says how long that took.
 */
import * as fs from 'node:fs';
import { instrument } from '../src/agent/transform/instrument.ts';

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('usage: instrumentOnce.mjs FILE');
const source = fs.readFileSync(path, 'utf8');
const startedAt = performance.now();
const { code } = instrument({ source, path, format: 'module', firstSiteId: 0, firstCounterId: 0 });
console.log(`elapsedMs ${performance.now() - startedAt}`);
console.log(`checksum ${code.length}`);
