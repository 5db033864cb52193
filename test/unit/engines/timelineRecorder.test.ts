/** The course of a run, however long it is. */

import assert from 'node:assert/strict';
import { createTimelineRecorder } from '../../../src/engines/python/timelineRecorder.ts';

const point = (atMs: number, heapUsedBytes: number) => ({ atMs, heapUsedBytes, externalBytes: 0, rssBytes: heapUsedBytes + 1 });

describe('the timeline of a Python program', () => {
  it('keeps every point of a short run, in the order of time', () => {
    const timeline = createTimelineRecorder();
    for (const [atMs, bytes] of [[0, 1], [15, 9], [14, 4]] as const) timeline.add(point(atMs, bytes)); // prettier-ignore
    assert.deepEqual(timeline.build(), { atMs: [0, 15, 15], heapUsedBytes: [1, 9, 4], externalBytes: [0, 0, 0], rssBytes: [2, 10, 5] });
  });

  it('stays bounded in a long run and loses no height', () => {
    const timeline = createTimelineRecorder();
    const count = 300_000;
    for (let index = 0; index < count; index += 1) timeline.add(point(index * 15, index === 123_457 ? 1_000_000 : index % 1000));
    const { atMs, heapUsedBytes, rssBytes } = timeline.build();
    assert.ok(atMs.length <= 20_000 && atMs.length >= 5000, `${atMs.length} points`);
    assert.equal(Math.max(...heapUsedBytes), 1_000_000);
    assert.equal(Math.max(...rssBytes), 1_000_001);
    assert.ok(Math.abs(atMs[heapUsedBytes.indexOf(1_000_000)]! - 123_457 * 15) < 15 * 64);
    assert.ok(Math.abs(atMs.at(-1)! - (count - 1) * 15) < 15 * 64);
    assert.ok(atMs.every((ms, index) => index === 0 || ms >= atMs[index - 1]!));
  });

  it('says when the peak was first seen', () => {
    const timeline = createTimelineRecorder();
    for (const [bytes, atMs] of [[5, 10], [9, 20], [9, 30], [7, 40]] as const) timeline.seePeak(bytes, atMs); // prettier-ignore
    assert.equal(timeline.peakAtMs, 20);
  });
});
