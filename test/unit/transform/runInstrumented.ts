/** Runs a program as it is and rewritten, with simple stand-ins for what the agent provides, and gives what each of them logged. */

import { inspect } from 'node:util';
import * as vm from 'node:vm';
import { instrument } from '../../../src/agent/transform/instrument.ts';
import type { InstrumentResult } from '../../../src/agent/transform/instrument.ts';

export type Format = 'commonjs' | 'module';

export interface Run {
  readonly log: readonly string[];
  /** How often each counter was counted, and each site's marker ran. */
  readonly counters: Uint32Array;
  readonly executions: Uint32Array;
  /** What each measured marker was told of its receiver, in order. */
  readonly receivers: readonly (readonly unknown[])[];
  /** What each `throw` statement told, in order. */
  readonly thrown: readonly { readonly file: number; readonly line: number; readonly column: number; readonly value: unknown }[];
  /** Where the top-level awaits stand that told so, `line:column`, in order; 'ran' for a module that has told of its end. */
  readonly waits: readonly string[];
  /** What was looked at at the entries of functions, in order: the counter, then the arguments. */
  readonly looks: readonly (readonly unknown[])[];
  /** The functions that give what the top level declares. */
  readonly holders: readonly (() => unknown[])[];
}

export function instrumented(
  source: string,
  format: Format = 'commonjs',
  holdsTopLevel = false,
  looksAtArguments = false,
): InstrumentResult {
  return instrument({ source, path: '/program.js', format, firstSiteId: 1, firstCounterId: 1, holdsTopLevel, looksAtArguments });
}

/** @param measures whether the markers are measured, always or never. The program calls `log(...)`. */
export async function run(code: string, format: Format, measures = false): Promise<Run> {
  const log: string[] = [];
  const counters = new Uint32Array(1000);
  const executions = new Uint32Array(1000);
  const receivers: unknown[][] = [];
  const thrown: { file: number; line: number; column: number; value: unknown }[] = [];
  const waits: string[] = [];
  const looks: unknown[][] = [];
  const holders: (() => unknown[])[] = [];
  const globals: Record<string, unknown> = {
    log: (...values: unknown[]) => {
      log.push(values.map((value) => (typeof value === 'string' ? value : inspect(value, { depth: 6 }))).join(' '));
    },
    $ml_c: counters,
    $ml_k: new Uint32Array(1000),
    $ml_q: (...seen: unknown[]) => looks.push(seen),
    $ml_n: executions,
    $ml_t: new Uint32Array(1000).fill(measures ? 0 : 0xffff_ffff),
    $ml_f: new Uint32Array(1),
    $ml_z: undefined,
    $ml_i: (...details: unknown[]) => receivers.push(details),
    $ml_o: () => undefined,
    $ml_a: (_site: number, value: unknown) => value,
    $ml_e: (file: number, line: number, column: number, value: unknown) => {
      thrown.push({ file, line, column, value });
      return value;
    },
    $ml_y: (_file: number, line?: number, column?: number, value?: unknown) => {
      waits.push(line === undefined ? 'ran' : `${line}:${column}`);
      return value;
    },
    $ml_h: (holder: () => unknown[]) => holders.push(holder),
  };
  await (format === 'commonjs' ? runCommonJs(code, globals) : runModule(code, globals));
  return { log, counters, executions, receivers, thrown, waits, looks, holders };
}

async function runCommonJs(code: string, globals: Record<string, unknown>): Promise<void> {
  const log = globals.log as (...values: unknown[]) => void;
  const context = vm.createContext({ ...globals, setImmediate, console: { log: () => undefined } });
  const module = { exports: {} };
  try {
    const wrapper = vm.compileFunction(code, ['exports', 'require', 'module', '__filename', '__dirname'], {
      parsingContext: context,
      filename: '/program.js',
    }) as (...args: unknown[]) => unknown;
    await wrapper.call(module.exports, module.exports, fakeRequire, module, '/program.js', '/');
  } catch (error) {
    log('uncaught', describe(error));
  }
  for (let turn = 0; turn < 3; turn += 1) await new Promise((settle) => setImmediate(settle));
  log('exports', module.exports);
}

/** Modules with nothing in them that depends on the real ones. */
function fakeRequire(specifier: string): unknown {
  return {
    name: specifier,
    parse: (text: unknown) => ({ parsed: text }),
    make: () => ({ deep: (value: unknown) => [value] }),
    none: () => null,
  };
}

let moduleCount = 0;

async function runModule(code: string, globals: Record<string, unknown>): Promise<void> {
  for (const [name, value] of Object.entries(globals))
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  moduleCount += 1;
  try {
    // The number makes each a module of its own.
    const text = `${code}\n//${moduleCount}`;
    const loaded = (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as Record<string, unknown>;
    (globals.log as (...values: unknown[]) => void)('exports', { ...loaded });
  } catch (error) {
    (globals.log as (...values: unknown[]) => void)('uncaught', describe(error));
  }
  for (let turn = 0; turn < 3; turn += 1) await new Promise((settle) => setImmediate(settle));
}

function describe(error: unknown): string {
  // Errors of another realm are no instance of this one's Error.
  const { name, message } = error as Error;
  return `${name}: ${message}`;
}
