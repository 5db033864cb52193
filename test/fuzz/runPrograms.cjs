/**
 * Runs generated programs one after the other and prints what each logged: `node runPrograms.cjs FOLDER FILE...`. It is run once with
 * the programs as they are and once rewritten; the two must print the same.
 */
'use strict';

const { AsyncLocalStorage } = require('node:async_hooks');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { inspect } = require('node:util');
const { defineMarkerGlobals } = require('../conformance/markerRuntime.cjs');

const markers = defineMarkerGlobals(globalThis);
const [folder, ...files] = process.argv.slice(2);
const fuelOfProgram = 400;
const longestLog = 400;
/** Which program is at work: what one leaves behind must not log among the next one's lines. */
const programs = new AsyncLocalStorage();
let current = '';
let lines = [];
let fuel = 0;
let pending = [];

process.on('unhandledRejection', (error) => lines.push(`unhandled ${show(error)}`));
process.on('uncaughtException', (error) => lines.push(`uncaught ${show(error)}`));

// The agent answers with the original text; here rewritten text would show.
Function.prototype.toString = function () {
  return `function ${this.name}`;
};

/**
 * Two things in messages that no rewriting can keep: V8 writes one "(intermediate value)" for each statement of a function that is called
 * where it stands and whose result is called in vain, so for counters too; and it quotes the text of functions that are no constructors.
 */
function messageOf(error) {
  return String(error.message)
    .replace(/(\(intermediate value\))+/g, '$1')
    .replace(/(?:async )?(?:function|class)\b[^]*\}/, 'code')
    .replace(/(?:async )?\([^]*\) => [^]*(?= (?:is|could) )/, 'code');
}

function show(value, depth = 3) {
  if (typeof value === 'string') return value.length > 200 ? `text of ${value.length}` : JSON.stringify(value);
  if (typeof value === 'symbol' || typeof value === 'bigint') return String(value);
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return Object.is(value, -0) ? '-0' : String(value);
  if (value instanceof Error) return `${value.name}: ${messageOf(value)}`;
  if (typeof value === 'function') return `function ${show(value.name, 0)}/${value.length}`;
  if (depth === 0) return Array.isArray(value) ? `array of ${value.length}` : 'object';
  if (inspect(value, { depth: 0 }).startsWith('Promise')) return 'promise';
  if (Array.isArray(value)) {
    const shown = Array.from({ length: Math.min(value.length, 8) }, (_, i) => (i in value ? show(value[i], depth - 1) : 'hole'));
    return `[${shown.join(', ')}${value.length > 8 ? ` and ${value.length - 8}` : ''}]`;
  }
  if (value instanceof Map || value instanceof Set) return `${value.constructor.name} of ${show([...value], depth - 1)}`;
  const own = Reflect.ownKeys(value).slice(0, 10);
  const shown = own.map((key) => {
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    return `${String(key)}: ${descriptor && 'value' in descriptor ? show(descriptor.value, depth - 1) : 'accessor'}`;
  });
  return `${Object.getPrototypeOf(value)?.constructor?.name ?? 'null'} { ${shown.join(', ')} }`;
}

function refuseLate() {
  if (programs.getStore() !== current) throw new Error('late');
}

const provided = {
  log(...values) {
    refuseLate();
    if (lines.length >= longestLog) throw new Error('fuel');
    lines.push(values.map((each) => show(each)).join(' '));
    return values.length;
  },
  t(label, value) {
    globalThis.log(label, value);
    return value;
  },
  tick() {
    refuseLate();
    if (fuel-- <= 0) throw new Error('fuel');
  },
  tryIt(work) {
    try {
      return work();
    } catch (error) {
      globalThis.log('tryIt', error);
      return [messageOf(error)];
    }
  },
  later(work) {
    pending.push(work);
  },
  soon: (value) => new Promise((done) => setImmediate(done, value)),
  *iter(label) {
    try {
      globalThis.log(label, 'first');
      yield [1];
      globalThis.log(label, 'second');
      yield [2];
    } finally {
      globalThis.log(label, 'closed');
    }
  },
  coerce: (label) => ({
    valueOf: () => (globalThis.log(label, 'valueOf'), 7),
    toString: () => (globalThis.log(label, 'toString'), label),
  }),
  tag(texts, ...values) {
    globalThis.log('tag', texts === globalThis.lastTexts, texts.raw, values);
    globalThis.lastTexts = texts;
    return [texts.length];
  },
  spy: {
    get(target, key, receiver) {
      globalThis.log('get', key);
      return Reflect.get(target, key, receiver);
    },
  },
  Base: class Base {
    constructor(...all) {
      this.all = all;
    }
    m(a) {
      return ['base', a];
    }
  },
  Box: class Box {
    constructor(of) {
      this.of = of;
    }
  },
};
// What one program sets must not reach the next.
for (const [name, value] of Object.entries(provided)) Object.defineProperty(globalThis, name, { value });

/** Counts turns, not time: a busy machine must not decide how far a program gets. */
async function quiet(value) {
  for (let turn = 0; turn < 60; turn++) await new Promise((done) => setImmediate(done));
  return value;
}

async function runProgram(file) {
  current = file;
  lines = [];
  fuel = fuelOfProgram;
  pending = [];
  globalThis.state = { list: [], count: 0, gone: 1 };
  delete globalThis.slot;
  globalThis.lastTexts = undefined;
  try {
    const full = path.join(folder, file);
    const exports = file.endsWith('.mjs') ? await import(pathToFileURL(full).href) : require(full);
    globalThis.log('exports', exports.default, Object.keys(exports));
  } catch (error) {
    lines.push(`ended ${show(error)}`);
  }
  for (let i = 0; i < pending.length && i < 40; i++) {
    try {
      const result = await Promise.race([pending[i](), quiet('never')]);
      globalThis.log('later', result);
    } catch (error) {
      lines.push(`later threw ${show(error)}`);
    }
  }
  await quiet();
  return { lines, open: markers.openCount() };
}

(async () => {
  const results = {};
  for (const file of files) results[file] = await programs.run(file, runProgram, file);
  process.stdout.write(JSON.stringify(results));
})();
