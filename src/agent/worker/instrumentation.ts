/**
 * Instruments the user's files as they are loaded: compiles TypeScript and JSX first, gives out the ids, keeps what a later reading needs
 * to know of each file.
 */

import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { siteKinds } from '../../protocol/instrumentation.ts';
import type { FileInstrumentation } from '../../protocol/instrumentation.ts';
import type { FileMessage } from '../../protocol/agentMessages.ts';
import { controlField, maxCounterCount, maxSiteCount } from '../sharedState.ts';
import type { SharedState } from '../sharedState.ts';
import { OriginalTexts } from '../transform/originalText.ts';
import { adaptPackage, instrument, InstrumentError, withoutReplacements } from '../transform/instrument.ts';
import { isCompiledFile, isUserFile } from '../userFiles.ts';
import type { FileMappings, InstrumentReply, ModuleFormat } from '../workerLink.ts';
import type { LoadedFile } from './sampleAggregation.ts';

type TypeScriptCompiler = typeof import('../transform/compileTypeScript.ts');

export interface Instrumenter {
  /** The text to run instead. Sends what the engine has to know before it returns. A package's file is hardly changed. */
  instrument(file: string, source: string, format: ModuleFormat | undefined): InstrumentReply;
  /** The file whose top-level variables the agent holds for a while. */
  setMain(file: string): void;
  /** From now on, files run as they are, TypeScript as it was compiled. */
  leaveFiles(): void;
  /** Whether the main file is an ES module that Node would not take for one. */
  importsMain(file: string): boolean;
  /** What a function of a rewritten file says of itself: its original text. */
  originalText(text: string): string;
  readonly files: readonly LoadedFile[];
}

export interface InstrumenterHooks {
  sendFile(message: FileMessage): void;
  sendMappings(mappings: FileMappings): void;
  note(text: string): void;
  /** Line from 1, column from 0. */
  syntaxError(file: string, message: string, line: number, column: number): void;
}

interface Compiled {
  readonly code: string;
  readonly format: ModuleFormat;
  readonly mappings?: Int32Array;
}

/** @param looksAtArguments whether the agent is to see some calls' arguments. */
export function createInstrumenter(
  state: SharedState,
  looksAtArguments: boolean,
  workspaceFolder: string,
  hooks: InstrumenterHooks,
): Instrumenter {
  const files: LoadedFile[] = [];
  const done = new Map<string, InstrumentReply>();
  let compiler: TypeScriptCompiler | undefined;
  /** Each builds its file's texts at first use. */
  const texts: (() => OriginalTexts)[] = [];
  const builtTexts: OriginalTexts[] = [];
  let mainFile = '';
  let leavesFiles = false;
  let siteCount = 0;
  let counterCount = 0;

  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a bundle of its own, loaded only where there is TypeScript
  const loadCompiler = (): TypeScriptCompiler => (compiler ??= require('../transform/compileTypeScript.ts') as TypeScriptCompiler);

  function compile(file: string, source: string, format: ModuleFormat | undefined): Compiled {
    if (!isCompiledFile(file)) return { code: source, format: format ?? 'commonjs' };
    const { compileTypeScript, loadCompilerOptions, detectFormat, sourceKindOf } = loadCompiler();
    const loaded = loadCompilerOptions(path.dirname(file));
    if (loaded.problem !== undefined) hooks.note(loaded.problem);
    const detected = format ?? detectFormat(source, file, packageType(path.dirname(file)), loaded.options);
    const { code, mappings } = compileTypeScript({
      source,
      path: file,
      kind: sourceKindOf(file) ?? 'ts',
      format: detected,
      options: loaded.options,
    });
    return { code, mappings, format: detected };
  }

  function adapt(source: string, format: ModuleFormat | undefined = 'commonjs'): InstrumentReply {
    const code = leavesFiles ? undefined : adaptPackage(source, format);
    return code === undefined ? { format } : { code, format };
  }

  function run(file: string, source: string, format: ModuleFormat | undefined): InstrumentReply {
    let compiled: Compiled;
    try {
      compiled = compile(file, source, format);
    } catch (error) {
      // The runtime gets the text as it is and reports the error in its own way.
      if (error instanceof Error && 'line1' in error) {
        const { line1, column0 } = error as unknown as { line1: number; column0: number };
        hooks.syntaxError(file, reasonOf(error), line1, column0);
      }
      hooks.note(`${file} was not instrumented: ${messageOf(error)}`);
      return { format: format ?? 'commonjs' };
    }
    const plain: InstrumentReply = { format: compiled.format, ...(compiled.mappings === undefined ? {} : { code: compiled.code }) };
    if (leavesFiles) return plain;
    try {
      const positionOf = compiled.mappings === undefined ? undefined : originalPosition(compiled.mappings);
      const result = instrument({
        source: compiled.code,
        path: file,
        format: compiled.format,
        firstSiteId: siteCount,
        firstCounterId: counterCount,
        holdsTopLevel: file === mainFile,
        looksAtArguments,
        ...(positionOf === undefined ? {} : { originalPosition: positionOf }),
      });
      if (siteCount + result.siteCount > maxSiteCount || counterCount + result.counterCount > maxCounterCount) {
        hooks.note(`${file} was not instrumented: the program has more than ${maxSiteCount} allocating expressions.`);
        return plain;
      }
      for (const site of result.info.sites) state.kinds[site.id] = siteKinds.indexOf(site.kind);
      const info: FileInstrumentation = { ...result.info, path: file, contentSha256: sha256(source) };
      hooks.sendFile({ type: 'file', file: info, firstCounterId: counterCount, counterCount: result.counterCount });
      hooks.sendMappings({
        path: file,
        fileIndex: files.length,
        fileKey: counterCount,
        format: compiled.format,
        mappings: share(result.mappings),
        changedLines: share(result.changedLines),
      });
      texts.push(() => new OriginalTexts({ source: compiled.code, code: result.code, mappings: result.mappings }));
      files.push({
        fileIndex: files.length,
        names: [file, pathToFileURL(file).href],
        functions: info.functions,
        firstSiteId: siteCount,
        siteCount: result.siteCount,
      });
      siteCount += result.siteCount;
      counterCount += result.counterCount;
      state.control[controlField.siteCount] = siteCount;
      state.control[controlField.counterCount] = counterCount;
      return { code: result.code, format: compiled.format };
    } catch (error) {
      if (error instanceof InstrumentError && error.position !== undefined) {
        hooks.syntaxError(file, reasonOf(error), error.position.line, error.position.column);
      }
      hooks.note(`${file} was not instrumented: ${messageOf(error)}`);
      return plain;
    }
  }

  return {
    files,
    setMain(file) {
      mainFile = file;
    },
    instrument(file, source, format) {
      if (!isUserFile(file, workspaceFolder)) return adapt(source, format);
      // A file can be loaded twice (as CommonJS and as a module, or with a query); the ids of the first stay good.
      const key = `${format ?? ''}:${file}:${sha256(source)}`;
      const known = done.get(key);
      if (known !== undefined) return known;
      const reply = run(file, source, format);
      done.set(key, reply);
      return reply;
    },
    originalText(text) {
      for (let index = 0; index < texts.length; index += 1) {
        const original = (builtTexts[index] ??= (texts[index] as () => OriginalTexts)()).originalOf(text);
        if (original !== undefined) return original;
      }
      return withoutReplacements(text);
    },
    leaveFiles() {
      leavesFiles = true;
    },
    importsMain(file) {
      if (!isCompiledFile(file)) return false;
      try {
        const { loadCompilerOptions, detectFormat } = loadCompiler();
        const source = fs.readFileSync(file, 'utf8');
        return detectFormat(source, file, packageType(path.dirname(file)), loadCompilerOptions(path.dirname(file)).options) === 'module';
      } catch {
        // Node reports what is wrong with the file.
        return false;
      }
    },
  };
}

/** `type` of the nearest package.json. */
function packageType(folder: string): string | undefined {
  try {
    const found = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')) as { type?: unknown };
    return typeof found.type === 'string' ? found.type : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return undefined;
    const parent = path.dirname(folder);
    return parent === folder ? undefined : packageType(parent);
  }
}

/** Finds original lines (from 1) and columns (from 0) by the compiler's mappings. */
function originalPosition(mappings: Int32Array): (line: number, column0: number) => { line: number; column: number } | undefined {
  return (line, column0) => {
    let low = 0;
    let high = mappings.length / 4;
    while (low < high) {
      const middle = (low + high) >> 1;
      const at = mappings[middle * 4] as number;
      if (at < line - 1 || (at === line - 1 && (mappings[middle * 4 + 1] as number) <= column0)) low = middle + 1;
      else high = middle;
    }
    const found = (low - 1) * 4;
    if (found < 0) return undefined;
    const offset = mappings[found] === line - 1 ? column0 - (mappings[found + 1] as number) : 0;
    return { line: (mappings[found + 2] as number) + 1, column: (mappings[found + 3] as number) + offset };
  };
}

/** A copy in shared memory, so that it costs the program's heap nothing. */
function share(values: Int32Array): Int32Array {
  const shared = new Int32Array(new SharedArrayBuffer(values.byteLength));
  shared.set(values);
  return shared;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A parser's message without the place, which is told apart from it. */
function reasonOf(error: Error): string {
  return error.message
    .replace(/^It could not be parsed: /, '')
    .replace(/\.$/, '')
    .replace(/ \(\d+:\d+\)$/, '');
}
