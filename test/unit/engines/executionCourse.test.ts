import assert from 'node:assert/strict';
import { createExecutionCourse } from '../../../src/engines/node/executionCourse.ts';
import { siteFigures, type CountsMessage } from '../../../src/protocol/agentMessages.ts';

/** Site 3 and counter 5 ran so often by then. */
function counts(atMs: number, siteCount: number, counterCount: number): CountsMessage {
  return {
    type: 'counts',
    atMs,
    sites: [3, siteCount, ...siteFigures.slice(1).map(() => 0)],
    counters: [5, counterCount],
    allocatedHeapBytes: 0,
    allocatedExternalBytes: 0,
    ownHeapBytes: 0,
    ownCpuMs: 0,
  };
}

describe('the course of executions', () => {
  it('is the share of the last count that had been reached, even between two counts', () => {
    const course = createExecutionCourse();
    course.add(counts(100, 20, 0));
    course.add(counts(200, 80, 10));
    assert.deepEqual(
      [0, 50, 100, 150, 200, 300].map((atMs) => course.siteShare(3, atMs)),
      [0, 0.125, 0.25, 0.625, 1, 1],
    );
    assert.equal(course.counterShare(5, 150), 0.5);
    assert.equal(course.siteShare(4, 150), undefined);
  });

  it('tells for how long nothing was counted', () => {
    const course = createExecutionCourse();
    assert.equal(course.longestGapMs(500), 500);
    course.add(counts(100, 20, 0));
    course.add(counts(350, 80, 10));
    assert.equal(course.longestGapMs(500), 250);
  });

  it('stays true however many counts there were', () => {
    const course = createExecutionCourse();
    for (let at = 1; at <= 10_000; at += 1) course.add(counts(at * 100, at, at * at));
    assert.ok(Math.abs((course.siteShare(3, 250_000) ?? 0) - 0.25) < 0.01);
    assert.ok(Math.abs((course.counterShare(5, 500_000) ?? 0) - 0.25) < 0.01);
    assert.equal(course.siteShare(3, 1_000_000), 1);
  });
});
