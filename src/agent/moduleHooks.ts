/**
 * Sees to it that the program's own files are instrumented when they are loaded, as CommonJS or as ES modules.
 *
 * CommonJS goes through Module.prototype._compile in every version. ES modules: module.registerHooks in the program's own thread from
 * Node 22.15 on, before that module.register with loaderHooks.ts on the loader's thread.
 */

import Module from 'node:module';
import * as path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { InstrumentReply, ModuleFormat } from './workerLink.ts';
import { sourceText } from './sourceText.ts';
import { startUnannounced, withoutStandardStreams } from './ownTraces.ts';
import { fileOfUrl, isCompiledFile } from './userFiles.ts';
import { mentionsTraceSettings } from './traceSettings.ts';
import { resolveTypeScriptFile } from './typescriptResolution.ts';

interface LoadResult {
  format: string | null | undefined;
  source?: unknown;
  shortCircuit?: boolean;
}
interface ResolveResult {
  url: string;
  format?: string | null;
  shortCircuit?: boolean;
}
interface ResolveContext {
  readonly parentURL?: string;
  readonly conditions?: readonly string[];
}
interface SyncHooks {
  resolve?(specifier: string, context: ResolveContext, next: (specifier: string, context: unknown) => ResolveResult): ResolveResult;
  load?(url: string, context: unknown, next: (url: string, context: unknown) => LoadResult): LoadResult;
}
type Compile = (this: unknown, content: string, filename: string, ...rest: unknown[]) => unknown;
type Extension = (module: { _compile: Compile }, filename: string) => void;
interface ModuleInternals {
  prototype: { _compile: Compile };
  _extensions: Record<string, Extension | undefined>;
  _resolveFilename(this: unknown, request: string, parent: { filename?: string } | undefined, ...rest: unknown[]): string;
  registerHooks?(hooks: SyncHooks): void;
  register?(specifier: string, options: { parentURL: string; data: unknown; transferList: unknown[] }): void;
}

export interface ModuleHooksOptions {
  /** Whether this file is one of the user's own. */
  readonly isUserFile: (file: string) => boolean;
  /** Instruments, or adapts a package's file; undefined: run the text as it is. `format` as far as the loader knows it. */
  readonly instrument: (file: string, source: string, format: ModuleFormat | undefined) => InstrumentReply | undefined;
  readonly readText: (file: string) => string;
  readonly compilesTypeScript: boolean;
  /** Absolute file URL of the loader-thread hooks, and a port over which they reach the agent's worker. */
  readonly loaderHooksUrl: string;
  readonly createLoaderPort: () => unknown;
  readonly loaderData: Readonly<Record<string, unknown>>;
}

export function installModuleHooks(options: ModuleHooksOptions): void {
  const internals = Module as unknown as ModuleInternals;
  hookCompile(internals, options);
  if (options.compilesTypeScript) hookTypeScript(internals, options);
  if (typeof internals.registerHooks === 'function') {
    internals.registerHooks(syncHooks(options));
  } else if (typeof internals.register === 'function') {
    const { register } = internals;
    const port = options.createLoaderPort();
    const registration = { parentURL: options.loaderHooksUrl, data: { ...options.loaderData, port }, transferList: [port] };
    // Node starts a worker thread of its own for hooks.
    startUnannounced(() => withoutStandardStreams(() => register(options.loaderHooksUrl, registration)));
  }
}

const compiledElsewhere = Symbol('compiled');

function hookCompile(internals: ModuleInternals, options: ModuleHooksOptions): void {
  const compile = internals.prototype._compile;
  internals.prototype._compile = function _compile(this: { [compiledElsewhere]?: boolean }, content, filename, ...rest) {
    const format = rest[0];
    if (
      typeof content !== 'string' ||
      this[compiledElsewhere] === true ||
      format === 'module' ||
      !isRewritten(filename, content, options)
    ) {
      return compile.call(this, content, filename, ...rest);
    }
    const reply = options.instrument(filename, content, 'commonjs');
    return compile.call(this, reply?.code ?? content, filename, ...rest);
  } as Compile;
  Object.defineProperty(internals.prototype._compile, 'name', { value: compile.name });
  Object.defineProperty(internals.prototype._compile, 'length', { value: compile.length });
}

/** Files that Node can't load by itself, or only by leaving out types: they are compiled, whichever version runs. */
function hookTypeScript(internals: ModuleInternals, options: ModuleHooksOptions): void {
  const extensions = internals._extensions;
  const fallback = extensions['.js'];
  for (const extension of ['.ts', '.cts', '.tsx', '.jsx', '.mts']) {
    const before = extensions[extension] ?? fallback;
    extensions[extension] = (module, filename) => {
      const reply = options.isUserFile(filename) ? options.instrument(filename, options.readText(filename), 'commonjs') : undefined;
      if (reply?.code === undefined) {
        before?.(module, filename);
        return;
      }
      (module as { [compiledElsewhere]?: boolean })[compiledElsewhere] = true;
      module._compile(reply.code, filename);
    };
  }
  const resolveFilename = internals._resolveFilename;
  internals._resolveFilename = function (request, parent, ...rest) {
    // Asked first: an error that we threw on would be shown with our line in place of Node's.
    const found = parent?.filename === undefined ? undefined : resolveTypeScriptFile(request, path.dirname(parent.filename), 'commonjs');
    return found ?? resolveFilename.call(this, request, parent, ...rest);
  };
}

function syncHooks(options: ModuleHooksOptions): SyncHooks {
  return {
    // Only where it is needed, for Node's own frames show in the errors of modules that are not found.
    ...(options.compilesTypeScript ? { resolve: resolveTypeScript } : {}),
    load(url, context, next) {
      const file = fileOfUrl(url);
      if (file !== undefined && options.compilesTypeScript && isCompiledFile(file) && options.isUserFile(file)) {
        const { format, conditions } = context as { format?: string; conditions?: readonly string[] };
        // What was required comes here only when it could not be compiled, for Node to say what is wrong with it.
        if (conditions?.includes('require') === true) return next(url, context);
        if (format !== 'commonjs' && format !== 'commonjs-typescript') {
          const reply = options.instrument(file, options.readText(file), undefined);
          if (reply?.code !== undefined && reply.format === 'module') return { format: 'module', source: reply.code, shortCircuit: true };
        }
        // Without a source, Node's CommonJS loader takes over, which is hooked above.
        return { format: 'commonjs', source: null, shortCircuit: true };
      }
      const result = next(url, context);
      if (file === undefined || result.format !== 'module' || result.source === null || result.source === undefined) return result;
      if (!isRewritten(file, result.source, options)) return result;
      const reply = options.instrument(file, sourceText(result.source), 'module');
      return reply?.code === undefined ? result : { ...result, source: reply.code };
    },
  };
}

/** What is required goes through Module._resolveFilename. */
const resolveTypeScript: NonNullable<SyncHooks['resolve']> = (specifier, context, next) => {
  const found = context.conditions?.includes('require') === true ? undefined : resolveFromUrl(specifier, context.parentURL);
  return next(found ?? specifier, context);
};

function isRewritten(file: string, source: unknown, { isUserFile }: ModuleHooksOptions): boolean {
  return isUserFile(file) || mentionsTraceSettings(source);
}

function resolveFromUrl(specifier: string, parentUrl: string | undefined): string | undefined {
  if (parentUrl?.startsWith('file:') !== true) return undefined;
  const found = resolveTypeScriptFile(specifier, path.dirname(fileURLToPath(parentUrl)), 'module');
  return found === undefined ? undefined : fileUrl(found);
}

function fileUrl(file: string): string {
  return pathToFileURL(file).href;
}
