import assert from 'node:assert/strict';
import { givesBack, heatStep, hottestLines, lineShare, lineWeightBytes, type MetricChoice } from '../../../src/core/metrics.ts';
import { line0FromLine1, line1FromLine0, toLine0, toLine1 } from '../../../src/core/positions.ts';
import { mib, sampleFile, sampleProfile } from './sampleProfile.ts';

describe('the share of a line', () => {
  const { totals } = sampleProfile();

  it('is its part of the total of the metric', () => {
    const line = { line: 1, allocatedBytes: 50 * mib, liveBytes: 5 * mib, peakBytes: 84 * mib };
    assert.equal(lineShare(line, totals, 'allocated'), 0.25);
    assert.equal(lineShare(line, totals, 'live'), 0.25);
    assert.equal(lineShare(line, totals, 'peak'), 0.84);
    assert.equal(lineShare(line, totals, 'auto'), 0.84);
  });

  it('is unknown where the engine gave no figure, and within 0 and 1 always', () => {
    assert.equal(lineShare({ line: 1 }, totals, 'auto'), undefined);
    assert.equal(lineShare({ line: 1, liveBytes: 5 * mib }, totals, 'auto'), 0.25);
    assert.equal(lineShare({ line: 1, peakBytes: 101 * mib }, totals, 'peak'), 1);
    assert.equal(lineShare({ line: 1, peakBytes: 0 }, { ...totals, peakBytes: 0 }, 'peak'), 0);
  });
});

describe('the heat of a line', () => {
  it('rises in five steps', () => {
    assert.deepEqual([0, 0.009, 0.01, 0.05, 0.149, 0.15, 0.4, 1].map(heatStep), [0, 0, 1, 2, 2, 3, 4, 4]);
  });
});

describe('the hottest lines', () => {
  it('come in order of the metric, without those that have none of it', () => {
    const profile = sampleProfile();
    const order = (metric: Parameters<typeof hottestLines>[1]): number[] => hottestLines(profile, metric).map((hot) => hot.line.line);
    assert.deepEqual(order('allocated'), [2, 5, 3]);
    assert.deepEqual(order('live'), [3, 2]);
    assert.deepEqual(order('peak'), [2, 3, 5]);
    assert.deepEqual(order('auto'), [2, 5, 3]);
    assert.equal(hottestLines(profile, 'peak', 1)[0]?.bytes, 84 * mib);
  });
});

describe('a line that gives back', () => {
  it('is one whose increment is below zero and is what its text says', () => {
    assert.equal(givesBack({ line: 1, netBytes: -152 * mib }), true);
    assert.equal(givesBack({ line: 1, netBytes: -152 * mib, allocatedBytes: 100 * mib }), true);
    assert.equal(givesBack({ line: 1, netBytes: -mib, allocatedBytes: 100 * mib }), false);
    assert.equal(givesBack({ line: 1, netBytes: mib }), false);
    assert.equal(givesBack({ line: 1 }), false);
  });

  it('is none of the hottest, unless one asks for a figure that it has', () => {
    const lines = [
      { line: 1, netBytes: -50 * mib, allocatedBytes: 10 * mib },
      { line: 2, netBytes: mib, allocatedBytes: mib },
    ];
    const profile = sampleProfile({ files: [sampleFile('/project/a.py', lines)] });
    const order = (metric: MetricChoice): number[] => hottestLines(profile, metric).map((hot) => hot.line.line);
    assert.deepEqual(order('auto'), [2]);
    assert.deepEqual(order('allocated'), [1, 2]);
  });
});

describe('the weight of a line', () => {
  it('is its largest figure, what it gave back included', () => {
    assert.equal(lineWeightBytes({ line: 1 }), 0);
    assert.equal(lineWeightBytes({ line: 1, netBytes: -5, liveBytes: 3 }), 5);
  });
});

describe('positions', () => {
  it('convert between lines from 0 and from 1 and refuse what is no line', () => {
    assert.equal(line1FromLine0(toLine0(0)), 1);
    assert.equal(line0FromLine1(toLine1(1)), 0);
    assert.throws(() => toLine1(0), RangeError);
    assert.throws(() => toLine0(-1), RangeError);
    assert.throws(() => toLine0(1.5), RangeError);
  });
});
