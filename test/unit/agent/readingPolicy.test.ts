/** When a reading of what is alive is due, and that readings stay a small share of the run. */

import assert from 'node:assert/strict';
import { createReadingPolicy, type HeapMoment } from '../../../src/agent/worker/readingPolicy.ts';

const mebibyte = 1_048_576;
const moment = (changes: Partial<HeapMoment>): HeapMoment => ({
  atMs: 1000,
  usedBytes: 0,
  afterCollectionBytes: undefined,
  allocatedBytes: 100 * mebibyte,
  heapLimitBytes: 4096 * mebibyte,
  unsettledMs: 0,
  ...changes,
});

describe('a reading of what is alive', () => {
  it('is due when much more is in use than was ever alive', () => {
    const policy = createReadingPolicy();
    assert.equal(policy.dueReason(moment({ usedBytes: 10 * mebibyte })), 'highWater');
    policy.noteReading(moment({}), 10 * mebibyte, 5);
    assert.equal(policy.dueReason(moment({ atMs: 2000, usedBytes: 10 * mebibyte })), undefined);
    assert.equal(policy.dueReason(moment({ atMs: 2000, usedBytes: 20 * mebibyte })), 'highWater');
  });

  it('is due when collections have not been taken note of for long, in vain or not', () => {
    const policy = createReadingPolicy();
    for (let count = 0; count < 5; count++) policy.noteReading(moment({}), 0, 5);
    assert.equal(policy.dueReason(moment({ atMs: 2000, unsettledMs: 100 })), undefined);
    assert.equal(policy.dueReason(moment({ atMs: 2000, unsettledMs: 300 })), 'collections');
  });

  it('is not due before the ones so far are a small share of the run', () => {
    const policy = createReadingPolicy();
    policy.noteReading(moment({}), 10 * mebibyte, 225);
    const wanted = { usedBytes: 100 * mebibyte, unsettledMs: 5000 };
    assert.equal(policy.dueReason(moment({ ...wanted, atMs: 9000 })), undefined);
    assert.equal(policy.dueReason(moment({ ...wanted, atMs: 10_500 })), 'collections');
  });
});
