/**
 * Shortening a timeline for the overview.
 */

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { downsampleTimeline } from '../../../src/core/downsampleTimeline.ts';
import type { Timeline } from '../../../src/core/profile.ts';

/** 100,000 points of quiet noise, one a millisecond, with one-point spikes at hand-picked places. */
function longTimeline(): Timeline {
  const atMs = Array.from({ length: 100_000 }, (_, index) => index);
  const heapUsedBytes = atMs.map((at) => 1000 + ((at * 7919) % 13));
  const externalBytes = atMs.map((at) => 500 + ((at * 104_729) % 11));
  const rssBytes = atMs.map((at) => 9000 + ((at * 1299) % 17));
  heapUsedBytes[43_217] = 1_000_000;
  externalBytes[71_003] = 777_777;
  rssBytes[12] = 1;
  return { atMs, heapUsedBytes, externalBytes, rssBytes };
}

describe('downsampleTimeline', () => {
  it('gives a short timeline back as it is', () => {
    const timeline: Timeline = { atMs: [0, 5, 9], heapUsedBytes: [1, 2, 3], externalBytes: [0, 0, 0], rssBytes: [7, 8, 9] };
    assert.equal(downsampleTimeline(timeline, 800), timeline);
  });

  it('cuts 100,000 points to at most the wanted number, all arrays alike', () => {
    const { atMs, heapUsedBytes, externalBytes, rssBytes } = downsampleTimeline(longTimeline(), 800);
    assert.ok(atMs.length <= 800 && atMs.length > 300, `${atMs.length} points`);
    assert.deepEqual([heapUsedBytes.length, externalBytes.length, rssBytes.length], [atMs.length, atMs.length, atMs.length]);
  });

  it('keeps a spike of one point in each series where it was', () => {
    const { atMs, heapUsedBytes, externalBytes, rssBytes } = downsampleTimeline(longTimeline(), 800);
    assert.equal(heapUsedBytes[atMs.indexOf(43_217)], 1_000_000);
    assert.equal(externalBytes[atMs.indexOf(71_003)], 777_777);
    assert.equal(rssBytes[atMs.indexOf(12)], 1);
  });

  it('keeps the first and the last point and the order of time', () => {
    const { atMs } = downsampleTimeline(longTimeline(), 100);
    assert.equal(atMs[0], 0);
    assert.equal(atMs[atMs.length - 1], 99_999);
    assert.ok(atMs.every((at, index) => index === 0 || at > (atMs[index - 1] ?? Infinity)));
  });

  it('invents no point: each that stays is one that was measured', () => {
    const timeline = longTimeline();
    const shorter = downsampleTimeline(timeline, 200);
    shorter.atMs.forEach((at, index) => {
      assert.equal(shorter.heapUsedBytes[index], timeline.heapUsedBytes[at]);
      assert.equal(shorter.externalBytes[index], timeline.externalBytes[at]);
      assert.equal(shorter.rssBytes[index], timeline.rssBytes[at]);
    });
  });

  it('shows a late burst of points beside a long silence without losing either', () => {
    const atMs = [0, ...Array.from({ length: 999 }, (_, index) => 1_000_000 + index)];
    const rising = atMs.map((_, index) => index);
    const { atMs: kept } = downsampleTimeline({ atMs, heapUsedBytes: rising, externalBytes: rising, rssBytes: rising }, 50);
    assert.ok(kept.includes(0) && kept.includes(1_000_000) && kept.includes(1_000_998));
  });

  it('copes with a thousand points at one moment', () => {
    const same = Array.from({ length: 1000 }, () => 3);
    const values = same.map((_, index) => index);
    const { heapUsedBytes } = downsampleTimeline({ atMs: same, heapUsedBytes: values, externalBytes: same, rssBytes: same }, 50);
    assert.equal(Math.max(...heapUsedBytes), 999);
    assert.ok(heapUsedBytes.length <= 50);
  });

  it('refuses a limit that leaves no room for extremes', () => {
    assert.throws(() => downsampleTimeline(longTimeline(), 7), RangeError);
  });
});
