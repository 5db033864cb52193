import assert from 'node:assert/strict';
import { createRepeatedCalls } from '../../../src/agent/repeatedCalls.ts';
import { createSharedState, maxLookedAtCount } from '../../../src/agent/sharedState.ts';

interface Watched {
  /** Calls a function as rewritten text does at its entry. */
  readonly call: (counter: number, first: unknown, second?: unknown) => void;
  /** Counter, calls looked at, different arguments, of each function. */
  readonly rows: () => number[][];
}

function watch(): Watched {
  const state = createSharedState();
  const look = createRepeatedCalls(state);
  const { counters, lookThresholds, looks, control } = state;
  return {
    call(counter, first, second) {
      const callCount = counters[counter] as number;
      counters[counter] = callCount + 1;
      if (callCount >= (lookThresholds[counter] as number)) look(counter, first, second);
    },
    rows: () => Array.from({ length: control[8] as number }, (_, row) => [...looks.subarray(row * 3, row * 3 + 3)]),
  };
}

describe('calls with the same arguments', () => {
  it('are looked at from the 16th on, 1,000 in a row, then one in 64', () => {
    const { call, rows } = watch();
    for (let index = 0; index < 15; index += 1) call(3, 'early' + String(index));
    assert.deepEqual(rows(), []);
    for (let index = 0; index < 1000; index += 1) call(3, index % 7);
    assert.deepEqual(rows(), [[3, 1000, 7]]);
    for (let index = 0; index < 640; index += 1) call(3, 0);
    assert.deepEqual(rows(), [[3, 1010, 7]]);
  });

  it('tell numbers, texts, truth values, null and undefined apart, and argument from argument', () => {
    const { call, rows } = watch();
    const values = [0, 1, -1, 0.5, 2 ** 40, 2 ** 40 + 1, NaN, Infinity, '', '0', '1', 'ab', 'ba', 'a', true, false, null, undefined];
    const pairs = values.flatMap((first) => values.map((second) => [first, second]));
    for (let turn = 0; turn < 2; turn += 1) for (const [first, second] of pairs) call(0, first, second);
    const skipped = 15;
    assert.deepEqual(rows(), [[0, 2 * pairs.length - skipped, pairs.length]]);
  });

  it('are given up where an argument is an object, a function, a symbol, a BigInt or a long text, also later on', () => {
    for (const value of [{}, [], () => 1, Symbol('s'), 1n, 'x'.repeat(257)]) {
      const { call, rows } = watch();
      for (let index = 0; index < 20; index += 1) call(5, value);
      assert.deepEqual(rows(), []);
      for (let index = 0; index < 100; index += 1) call(6, 1);
      call(6, value);
      for (let index = 0; index < 100; index += 1) call(6, 1);
      assert.deepEqual(rows(), [[6, 0, 1]]);
    }
  });

  it('are looked at no more where hardly any are the same, and of no more functions than there is room for', () => {
    const { call, rows } = watch();
    for (let index = 0; index < 2000; index += 1) call(1, index);
    assert.deepEqual(rows(), [[1, 768, 768]]);
    for (let counter = 2; counter < 1000; counter += 1) for (let turn = 0; turn < 17; turn += 1) call(counter, turn % 2);
    assert.equal(rows().length, maxLookedAtCount);
    assert.deepEqual(rows().at(-1), [maxLookedAtCount, 2, 2]);
  });

  it('are seen by the language’s own functions, whatever the program puts in their place', () => {
    const { call, rows } = watch();
    const charCodeAt = Object.getOwnPropertyDescriptor(String.prototype, 'charCodeAt') ?? {};
    const { imul } = Math;
    try {
      String.prototype.charCodeAt = () => assert.fail('called');
      Math.imul = () => assert.fail('called');
      for (let index = 0; index < 116; index += 1) call(0, index % 2 === 0 ? 'even' : 'odd');
    } finally {
      Object.defineProperty(String.prototype, 'charCodeAt', charCodeAt);
      Math.imul = imul;
    }
    assert.deepEqual(rows(), [[0, 101, 2]]);
  });
});
