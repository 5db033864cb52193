/**
 * Names of what allocates in the language and in Node. A method is known by its name alone: one of the program's own with such a name runs
 * in a marker as well, which changes nothing but a little time.
 *
 * Names of methods that people write recursively (parse, visit, from, of) are only taken from the globals they belong to.
 */

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter((word) => word !== ''));

/** Methods of arrays, strings, iterators, maps, dates, numbers, regular expressions, promises and buffers that make something new. */
export const allocatingMethods = words(`
  concat filter flat flatMap map slice splice sort toReversed toSorted toSpliced with
  keys values entries toArray
  join match matchAll normalize padEnd padStart repeat replace replaceAll split substr substring
  toLocaleLowerCase toLocaleUpperCase toLowerCase toUpperCase trim trimEnd trimStart
  toExponential toFixed toISOString toLocaleDateString toLocaleString toLocaleTimeString toPrecision toString
  exec bind then decode encode subarray arrayBuffer
`);

/** Methods after which a collection may have grown. */
export const growingMethods = words('add push set unshift');

/** Functions of the global scope, called without `new`, that make something new or hand over to the runtime. */
export const allocatingFunctions = words(`
  AggregateError Array BigInt Date Error EvalError Function Object RangeError ReferenceError RegExp String Symbol SyntaxError TypeError URIError
  atob btoa fetch queueMicrotask setImmediate setInterval setTimeout structuredClone decodeURIComponent encodeURIComponent
`);

/** Objects of the global scope all of whose methods are the runtime's. */
export const runtimeObjects = words('console crypto performance process');

/** Methods of global objects, as 'Object.method'. */
export const allocatingStatics = words(`
  Array.from Array.fromAsync Array.of
  Buffer.alloc Buffer.allocUnsafe Buffer.allocUnsafeSlow Buffer.concat Buffer.from
  BigInt.asIntN BigInt.asUintN
  Float32Array.from Float32Array.of Float64Array.from Float64Array.of Int16Array.from Int16Array.of Int32Array.from Int32Array.of
  Int8Array.from Int8Array.of Uint16Array.from Uint16Array.of Uint32Array.from Uint32Array.of Uint8Array.from Uint8Array.of
  Uint8ClampedArray.from Uint8ClampedArray.of
  Iterator.from
  JSON.parse JSON.stringify
  Map.groupBy
  Object.assign Object.create Object.entries Object.fromEntries Object.getOwnPropertyDescriptor Object.getOwnPropertyDescriptors
  Object.getOwnPropertyNames Object.getOwnPropertySymbols Object.groupBy Object.keys Object.values
  Promise.all Promise.allSettled Promise.any Promise.race Promise.reject Promise.resolve Promise.withResolvers
  Reflect.apply Reflect.construct Reflect.ownKeys
  String.fromCharCode String.fromCodePoint String.raw
  WebAssembly.compile WebAssembly.instantiate
`);

/** Globals that every supported Node has and whose reading, or reading a method of which, runs no code of the program. */
export const stableGlobals = words(`
  AggregateError Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Boolean Buffer DataView Date Error EvalError FinalizationRegistry
  Float32Array Float64Array Function Infinity Int16Array Int32Array Int8Array Intl JSON Map Math NaN Number Object Promise Proxy RangeError
  ReferenceError Reflect RegExp Set SharedArrayBuffer String Symbol SyntaxError TextDecoder TextEncoder TypeError URIError URL URLSearchParams
  Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet console globalThis process structuredClone undefined
`);

/** What Node's wrapper around a CommonJS file passes in. */
export const wrapperNames = words('__dirname __filename exports module require');

/** Modules whose functions read the program's text where they are called: they stay where they are. */
export const sourceReadingModules = words('assert node:assert assert/strict node:assert/strict');

/** Methods and static methods whose results can be iterated, whatever the arguments are. */
export const iterableResults = words(`
  concat entries filter flat flatMap keys map matchAll slice sort splice split subarray toArray toReversed toSorted toSpliced values with
  Array.from Array.of Object.entries Object.getOwnPropertyNames Object.getOwnPropertySymbols Object.keys Object.values Reflect.ownKeys
`);

/** Static methods that never give null or undefined. */
export const objectResults = words(`
  Array.from Array.of Buffer.alloc Buffer.concat Buffer.from Object.assign Object.create Object.entries Object.fromEntries
  Object.getOwnPropertyDescriptors Object.getOwnPropertyNames Object.keys Object.values
`);

export const iterableClasses = words(`
  Array Float32Array Float64Array Int16Array Int32Array Int8Array Map Set URLSearchParams Uint16Array Uint32Array Uint8Array Uint8ClampedArray
`);
