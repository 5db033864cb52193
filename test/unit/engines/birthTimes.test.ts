import assert from 'node:assert/strict';
import { createAllocationCourse, createBirthBins } from '../../../src/agent/worker/birthTimes.ts';

describe('the moment of a sample', () => {
  it('is when as much had been allocated as its number says', () => {
    const course = createAllocationCourse();
    // A megabyte in the first 100 ms, another in the next 900.
    course.add(100, 1_000_000);
    course.add(1000, 2_000_000);
    assert.equal(course.momentOf(500_000), 50);
    assert.equal(course.momentOf(1_500_000), 550);
    const span = { fromMs: 0, toMs: 1000, allocatedAtStartBytes: 0, allocatedAtEndBytes: 2_000_000, samplingIntervalBytes: 1000 };
    const bin = createBirthBins(course, span, 10, 2000);
    assert.deepEqual([0, 999, 1001, 1500, 2000].map(bin), [0, 0, 1, 5, 9]);
  });

  it('is told by the bytes where hardly anything that was allocated late is alive', () => {
    const course = createAllocationCourse();
    course.add(1000, 2_000_000);
    const span = { fromMs: 0, toMs: 1000, allocatedAtStartBytes: 0, allocatedAtEndBytes: 2_000_000, samplingIntervalBytes: 1000 };
    // The last survivor is the 500th of about 2,000: allocated after a quarter of the time.
    assert.equal(createBirthBins(course, span, 10, 500)(500), 2);
    // The 1,800th may well have been the last one: large objects make fewer samples.
    assert.equal(createBirthBins(course, span, 10, 1800)(1800), 9);
  });

  it('stays true however many points there are', () => {
    const course = createAllocationCourse();
    for (let at = 1; at <= 5000; at += 1) course.add(at * 15, at * 1000);
    assert.ok(Math.abs(course.momentOf(2_500_000) - 37_500) < 300);
  });
});
