/**
 * One test of test262: what its front matter asks for, and running it in a realm of its own, as it is or rewritten.
 *
 * Programs are run as Node runs them: scripts as the body of a CommonJS function, modules as ES modules. A few tests of global code fail
 * that way; the question here is not whether a test passes but whether it does the same rewritten.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { createRequire } from 'node:module';
import vm from 'node:vm';
import { instrument, InstrumentError } from '../../../src/agent/transform/instrument.ts';
import { OriginalTexts } from '../../../src/agent/transform/originalText.ts';

const { defineMarkerGlobals } = createRequire(import.meta.url)('../markerRuntime.cjs');
const longestWaitMs = 300;

/**
 * @typedef {object} FrontMatter
 * @property {readonly string[]} includes harness files
 * @property {ReadonlySet<string>} flags
 */

/**
 * @param {string} source
 * @returns {FrontMatter}
 */
function readFrontMatter(source) {
  const text = /\/\*---([\s\S]*?)---\*\//.exec(source)?.[1] ?? '';
  /** @param {string} key */
  const list = (key) => {
    const inline = new RegExp(`^${key}:\\s*\\[([^\\]]*)\\]`, 'm').exec(text)?.[1]?.split(',');
    const lines = new RegExp(`^${key}:\\s*\\n((?:\\s+- .*\\n?)+)`, 'm')
      .exec(text)?.[1]
      ?.split('\n')
      .map((line) => line.replace(/^\s+- /, ''));
    return (inline ?? lines ?? []).map((item) => item.trim()).filter((item) => item !== '');
  };
  return { includes: list('includes'), flags: new Set(list('flags')) };
}

/** Runs tests; keeps what all of them share. */
export class TestRunner {
  /** @type {Map<string, vm.Script>} */
  #harness = new Map();
  #folder;

  /** @param {string} folder of the checkout */
  constructor(folder) {
    this.#folder = folder;
  }

  /**
   * @param {string} file absolute
   * @returns {Promise<{ runs: number, markers: number, passed: number, differences: { mode: string, expected: string, actual: string }[] }>}
   */
  async compare(file) {
    const source = fs.readFileSync(file, 'utf8');
    const { flags, includes } = readFrontMatter(source);
    const result = {
      runs: 0,
      markers: 0,
      passed: 0,
      differences: /** @type {{ mode: string, expected: string, actual: string }[]} */ ([]),
    };
    for (const mode of modesOf(flags)) {
      const test = { file, source: mode === 'strict' ? `'use strict';\n${source}` : source, flags, includes, mode };
      const rewritten = rewrite(test.source, file, mode === 'module' ? 'module' : 'commonjs');
      if (rewritten === undefined) continue; // Runs as it is.
      result.runs += 1;
      result.markers += rewritten.siteCount;
      let expected = await this.#run(test, false);
      let actual = await this.#run(test, true);
      if (expected !== actual) {
        // Once more: a slow machine may have cut one of them off.
        expected = await this.#run(test, false);
        actual = await this.#run(test, true);
      }
      if (expected === 'done') result.passed += 1;
      if (expected !== actual) result.differences.push({ mode, expected, actual });
    }
    return result;
  }

  /**
   * @param {{ file: string, source: string, flags: ReadonlySet<string>, includes: readonly string[], mode: string }} test
   * @param {boolean} rewriting
   * @returns {Promise<string>} 'done' or what went wrong
   */
  async #run({ file, source, flags, includes, mode }, rewriting) {
    const context = vm.createContext();
    const realm = new Realm(context, rewriting);
    const printed = realm.printed;
    try {
      if (!flags.has('raw')) {
        const needed = ['assert.js', 'sta.js', ...(flags.has('async') ? ['doneprintHandle.js'] : []), ...includes];
        for (const name of needed) this.#harnessScript(name).runInContext(context);
      }
      if (mode === 'module') await realm.runModule(file, source);
      else realm.runScript(file, source);
      if (flags.has('async')) await waitFor(() => printed.length > 0);
      return printed.join('\n').replace('Test262:AsyncTestComplete', 'done') || (flags.has('async') ? 'printed nothing' : 'done');
    } catch (error) {
      return describeError(error);
    }
  }

  /** @param {string} name */
  #harnessScript(name) {
    const known = this.#harness.get(name);
    if (known) return known;
    const script = new vm.Script(fs.readFileSync(path.join(this.#folder, 'harness', name), 'utf8'), { filename: name });
    this.#harness.set(name, script);
    return script;
  }
}

/** A global object with what test262 asks of a host, and the files that run in it. */
class Realm {
  /** @type {string[]} */
  printed = [];
  /** @type {Map<string, vm.Module>} */
  #modules = new Map();
  /** @type {OriginalTexts[]} */
  #originalTexts = [];
  #context;
  #rewriting;

  /**
   * @param {vm.Context} context
   * @param {boolean} rewriting
   */
  constructor(context, rewriting) {
    this.#context = context;
    this.#rewriting = rewriting;
    const global = vm.runInContext('globalThis', context);
    defineMarkerGlobals(global, 1 << 14);
    if (rewriting) this.#answerWithOriginalTexts();
    global.print = (/** @type {unknown} */ text) => void this.printed.push(String(text));
    global.setTimeout = setTimeout;
    global.$262 = {
      global,
      gc: () => undefined,
      evalScript: (/** @type {string} */ code) => vm.runInContext(code, context),
      createRealm: () => new Realm(vm.createContext(), false).host(),
      detachArrayBuffer: (/** @type {ArrayBuffer} */ buffer) => void structuredClone(buffer, { transfer: [buffer] }),
    };
  }

  /** As the agent does: functions show the text that was written. */
  #answerWithOriginalTexts() {
    const prototype = vm.runInContext('Function.prototype', this.#context);
    const native = prototype.toString;
    const texts = this.#originalTexts;
    prototype.toString = new Proxy(native, {
      apply(target, receiver, args) {
        const text = Reflect.apply(target, receiver, args);
        for (const each of texts) {
          const original = each.originalOf(text);
          if (original !== undefined) return original;
        }
        return text;
      },
    });
  }

  /**
   * @param {string} source
   * @param {string} file
   * @param {'commonjs' | 'module'} format
   */
  #codeOf(source, file, format) {
    const rewritten = this.#rewriting ? rewrite(source, file, format) : undefined;
    if (rewritten === undefined) return source;
    this.#originalTexts.push(new OriginalTexts({ source, code: rewritten.code, mappings: rewritten.mappings }));
    return rewritten.code;
  }

  host() {
    return vm.runInContext('$262', this.#context);
  }

  /**
   * @param {string} file
   * @param {string} source
   */
  runScript(file, source) {
    const code = this.#codeOf(source, file, 'commonjs');
    const main = vm.compileFunction(code, ['exports', 'require', 'module', '__filename', '__dirname'], {
      parsingContext: this.#context,
      filename: file,
      importModuleDynamically: (specifier, _referrer, attributes) => this.#import(specifier, file, attributes),
    });
    const exports = vm.runInContext('({})', this.#context);
    main.call(exports, exports, undefined, { exports }, file, path.dirname(file));
  }

  /**
   * @param {string} file
   * @param {string} source
   */
  async runModule(file, source) {
    const module = this.#module(file, source);
    await module.link((specifier, referrer, { attributes }) => this.#load(specifier, referrer.identifier, attributes));
    await module.evaluate();
  }

  /**
   * @param {string} specifier
   * @param {string} from
   * @param {Record<string, string>} attributes
   */
  async #import(specifier, from, attributes) {
    const module = this.#load(specifier, from, attributes);
    if (module.status === 'unlinked') {
      await module.link((each, referrer, extra) => this.#load(each, referrer.identifier, extra.attributes));
    }
    await module.evaluate();
    return module;
  }

  /**
   * @param {string} specifier
   * @param {string} from
   * @param {Record<string, string>} attributes
   * @returns {vm.Module}
   */
  #load(specifier, from, attributes = {}) {
    const file = path.resolve(path.dirname(from), specifier);
    const known = this.#modules.get(file);
    if (known) return known;
    const source = fs.readFileSync(file, 'utf8');
    if (attributes['type'] !== 'json') return this.#module(file, source);
    const value = vm.runInContext('JSON.parse', this.#context)(source);
    const module = new vm.SyntheticModule(
      ['default'],
      function () {
        this.setExport('default', value);
      },
      { context: this.#context, identifier: file },
    );
    this.#modules.set(file, module);
    return module;
  }

  /**
   * @param {string} file
   * @param {string} source
   */
  #module(file, source) {
    const code = this.#codeOf(source, file, 'module');
    const module = new vm.SourceTextModule(code, {
      context: this.#context,
      identifier: file,
      initializeImportMeta: (meta) => void (meta.url = `file://${file}`),
      importModuleDynamically: (specifier, _referrer, attributes) => this.#import(specifier, file, attributes),
    });
    this.#modules.set(file, module);
    return module;
  }
}

/**
 * @param {ReadonlySet<string>} flags
 * @returns {readonly ('strict' | 'sloppy' | 'module')[]}
 */
function modesOf(flags) {
  if (flags.has('module')) return ['module'];
  if (flags.has('raw') || flags.has('noStrict')) return ['sloppy'];
  return flags.has('onlyStrict') ? ['strict'] : ['sloppy', 'strict'];
}

/**
 * @param {string} source
 * @param {string} file
 * @param {'commonjs' | 'module'} format
 */
function rewrite(source, file, format) {
  try {
    return instrument({ source, path: file, format, firstSiteId: 0, firstCounterId: 0 });
  } catch (error) {
    if (error instanceof InstrumentError) return undefined;
    throw new Error(`${file} can't be rewritten`, { cause: error });
  }
}

/** @param {unknown} error of another realm */
function describeError(error) {
  try {
    const { name, message } = /** @type {Error} */ (error);
    return name === undefined ? `threw ${String(error)}` : `${name}: ${message}`;
  } catch {
    return 'threw something that has no text';
  }
}

/** @param {() => boolean} isDone */
async function waitFor(isDone) {
  const endMs = performance.now() + longestWaitMs;
  for (let turn = 0; !isDone() && performance.now() < endMs; turn++) {
    await new Promise((done) => (turn < 20 ? setImmediate(done) : setTimeout(done, 5)));
  }
}
