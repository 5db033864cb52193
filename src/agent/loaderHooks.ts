/**
 * ES module hooks on the loader's own thread, for Node 18.19 to 22.14 (later versions: moduleHooks.ts in the program's thread). They ask
 * the agent's worker for the instrumented text, over a port.
 */

import * as path from 'node:path';
import * as fs from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { MessagePort } from 'node:worker_threads';
import { sourceText } from './sourceText.ts';
import { mentionsTraceSettings } from './traceSettings.ts';
import { fileOfUrl, isCompiledFile, isUserFile } from './userFiles.ts';
import { resolveTypeScriptFile } from './typescriptResolution.ts';
import type { InstrumentReply } from './workerLink.ts';

interface LoaderData {
  readonly port: MessagePort;
  readonly workspaceFolder: string;
  readonly compilesTypeScript: boolean;
}
interface LoadResult {
  readonly format: string | null | undefined;
  readonly source?: unknown;
  readonly shortCircuit?: boolean;
}

let data: LoaderData | undefined;
let callId = 0;
const waiting = new Map<number, (reply: InstrumentReply) => void>();

/** Called by Node once, on the loader's thread. */
export function initialize(given: LoaderData): void {
  data = given;
  given.port.on('message', (answer: { callId: number; reply: InstrumentReply }) => {
    waiting.get(answer.callId)?.(answer.reply);
    waiting.delete(answer.callId);
    if (waiting.size === 0) given.port.unref();
  });
  given.port.unref();
}

export async function resolve(
  specifier: string,
  context: { parentURL?: string },
  next: (specifier: string, context: unknown) => Promise<unknown>,
): Promise<unknown> {
  const parent = context.parentURL;
  const found =
    data?.compilesTypeScript === true && parent?.startsWith('file:') === true
      ? resolveTypeScriptFile(specifier, path.dirname(fileURLToPath(parent)), 'module')
      : undefined;
  return unseen(next(found === undefined ? specifier : pathToFileURL(found).href, context));
}

export async function load(
  url: string,
  context: unknown,
  next: (url: string, context: unknown) => Promise<LoadResult>,
): Promise<LoadResult> {
  const file = fileOfUrl(url);
  if (data === undefined || file === undefined) return unseen(next(url, context));
  const isOwnFile = isUserFile(file, data.workspaceFolder);
  if (isOwnFile && data.compilesTypeScript && isCompiledFile(file)) {
    const reply = await instrument(file, await fs.readFile(file, 'utf8'), undefined);
    // Without a source, Node's CommonJS loader takes over, which the agent has hooked.
    if (reply.code === undefined || reply.format !== 'module') return { format: 'commonjs', shortCircuit: true, source: null };
    return { format: 'module', source: reply.code, shortCircuit: true };
  }
  const result = await unseen(next(url, context));
  if (result.format !== 'module' || result.source === null || result.source === undefined) return result;
  if (!isOwnFile && !mentionsTraceSettings(result.source)) return result;
  const reply = await instrument(file, sourceText(result.source), 'module');
  return reply.code === undefined ? result : { ...result, source: reply.code };
}

/** Takes our own frames out of what fails: the program may show its stack. */
async function unseen<Result>(done: Promise<Result>): Promise<Result> {
  try {
    return await done;
  } catch (error) {
    if (error instanceof Error && typeof error.stack === 'string') {
      error.stack = error.stack
        .split('\n')
        .filter((line) => !line.includes(import.meta.url))
        .join('\n');
    }
    throw error;
  }
}

function instrument(file: string, source: string, format: 'module' | undefined): Promise<InstrumentReply> {
  return new Promise((settle) => {
    callId += 1;
    waiting.set(callId, settle);
    data?.port.ref();
    data?.port.postMessage({ callId, request: { call: 'instrument', path: file, source, format } });
  });
}
