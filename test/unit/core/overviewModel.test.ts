/**
 * From a profile to what the overview shows.
 */

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { buildOverviewModel, buildRunningOverviewModel, maxCollectionMarks, maxHotLines } from '../../../src/core/overviewModel.ts';
import type { MemoryProfile } from '../../../src/core/profile.ts';
import { decodeHostMessage } from '../../../src/protocol/webviewMessages.ts';
import { sampleProfile } from '../../webview/sampleProfile.ts';

const MiB = 1024 * 1024;

describe('buildOverviewModel', () => {
  it('carries the run, its figures and its notes', () => {
    const model = buildOverviewModel(sampleProfile());
    assert.equal(model.fileName, 'records.js');
    assert.equal(model.runtime, 'Node.js 24.1.0');
    assert.equal(model.durationMs, 2000);
    assert.deepEqual(model.exit, { code: 0, signal: null, stopped: false });
    assert.equal(model.figures?.peakBytes, 48 * MiB);
    assert.equal(model.figures.unattributedLiveBytes, 2 * MiB);
    assert.equal(model.figures.profilerCpuMs, 120);
    assert.equal(model.notes.length, 2);
  });

  it('sums collections by kind, the kind that paused longest first', () => {
    const { collections } = buildOverviewModel(sampleProfile());
    assert.deepEqual(
      collections.map(({ kind, count, totalPauseMs, longestPauseMs, freedBytes }) => [
        kind,
        count,
        totalPauseMs,
        longestPauseMs,
        freedBytes,
      ]),
      [
        ['major', 2, 22, 13, 22 * MiB],
        ['minor', 12, 18, 1.5, 72 * MiB],
      ],
    );
  });

  it('of 5,000 collections marks the longest, in order of time, and counts them all', () => {
    const collections = Array.from({ length: 5000 }, (_, index) => ({ atMs: index, durationMs: index % 50 === 0 ? 40 : 1, kind: 'minor' }));
    const model = buildOverviewModel({ ...sampleProfile(), collections });
    assert.equal(model.collectionMarks.length, maxCollectionMarks);
    assert.equal(model.collectionMarks.filter(({ durationMs }) => durationMs === 40).length, 100);
    assert.ok(model.collectionMarks.every((mark, index, all) => index === 0 || mark.atMs > (all[index - 1]?.atMs ?? Infinity)));
    assert.equal(model.collections[0]?.count, 5000);
  });

  it('sends the lines that are hottest by any metric, each once, with the innermost function around it', () => {
    const quiet = Array.from({ length: 500 }, (_, index) => ({
      line: 100 + index,
      allocatedBytes: 1000 + index,
      liveBytes: 0,
      peakBytes: 0,
    }));
    const profile: MemoryProfile = {
      ...sampleProfile(),
      files: [
        {
          path: '/p/a.js',
          language: 'javascript',
          contentSha256: '',
          functions: [
            { name: 'outer', line: 1, endLine: 700 },
            { name: 'inner', line: 40, endLine: 60 },
            { name: 'later', line: 650, endLine: 660 },
          ],
          lines: [...quiet, { line: 50, allocatedBytes: 10, liveBytes: 10, peakBytes: 10 }],
        },
      ],
    };
    const { hotLines } = buildOverviewModel(profile);
    assert.equal(hotLines.length, maxHotLines + 1);
    assert.equal(hotLines.find(({ line }) => line === 50)?.functionName, 'inner');
    assert.equal(hotLines.find(({ line }) => line === 599)?.functionName, 'outer');
    assert.equal(hotLines[0]?.fileName, 'a.js');
  });

  it('leaves a figure that the engine could not give absent', () => {
    const { allocatedBytes: _, ...totals } = sampleProfile().totals;
    const model = buildOverviewModel({ ...sampleProfile(), totals });
    assert.equal(model.figures?.allocatedBytes, undefined);
  });

  it('makes a message that the page accepts after it crossed as JSON', () => {
    const message = { type: 'showOverview', version: 1, model: buildOverviewModel(sampleProfile()) };
    const decoded = decodeHostMessage(JSON.parse(JSON.stringify(message)));
    assert.equal(decoded.type, 'showOverview');
  });

  it('stays small whatever the program did', () => {
    const atMs = Array.from({ length: 100_000 }, (_, index) => index);
    const values = atMs.map((at) => 10 * MiB + ((at * 7919) % MiB));
    const model = buildOverviewModel({
      ...sampleProfile(),
      timeline: { atMs, heapUsedBytes: values, externalBytes: values, rssBytes: values },
    });
    assert.ok(JSON.stringify(model).length < 50_000);
  });
});

describe('buildRunningOverviewModel', () => {
  it('shows the timeline before there is any profile, and no exit', () => {
    const { timeline } = sampleProfile();
    const model = buildRunningOverviewModel({ file: 'C:\\work\\records.js', elapsedMs: 700, timeline });
    assert.equal(model.fileName, 'records.js');
    assert.equal(model.durationMs, 700);
    assert.equal(model.exit, undefined);
    assert.equal(model.figures, undefined);
    assert.deepEqual(model.timeline, timeline);
  });

  it('takes the figures of the profile so far and still no exit', () => {
    const profile = sampleProfile();
    const model = buildRunningOverviewModel({ file: '/p/records.js', elapsedMs: 900, timeline: profile.timeline, profile });
    assert.equal(model.figures?.liveBytes, 36 * MiB);
    assert.equal(model.exit, undefined);
    assert.equal(model.durationMs, 900);
  });
});
