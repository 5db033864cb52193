/**
 * The process that reads a heap snapshot: a question on the standard input, the answer on the standard output. A process of its own, run by
 * the program's own runtime: a large heap must not weigh on the editor, and can be given up at any time.
 */

import * as fs from 'node:fs';
import type { SnapshotQuestion } from './explanationMessages.ts';
import { explainHeap } from './explainHeap.ts';

const runtimeGlobals = new Set(Object.getOwnPropertyNames(globalThis));
const question = JSON.parse(fs.readFileSync(0, 'utf8')) as SnapshotQuestion;
fs.writeSync(1, JSON.stringify(explainHeap(question, runtimeGlobals)));
