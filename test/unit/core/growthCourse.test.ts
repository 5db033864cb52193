import assert from 'node:assert/strict';
import { measureGrowth, type Growth } from '../../../src/core/growthCourse.ts';

/** One second in ten steps; `liveBytes` at 0, 100, … 1000 ms. */
function grownOver(liveBytes: readonly number[]): Growth | undefined {
  return measureGrowth({ atMs: liveBytes.map((_, index) => index * 100), liveBytes });
}

describe('the growth of a line over a run', () => {
  it('is even where as much came in each tenth', () => {
    assert.deepEqual(grownOver([0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]), {
      beganAtMs: 0,
      grownBytes: 1000,
      bytesPerSecond: 1000,
      grownTenthCount: 10,
      grownLateTenthCount: 3,
      aheadRatio: 0,
      behindRatio: 0,
      lastFifthRatio: 0.19999999999999996,
    });
  });

  it('is in one tenth where a table was filled at the start', () => {
    const growth = grownOver([0, 800, 800, 800, 800, 800, 800, 800, 800, 800, 800]);
    assert.equal(growth?.grownTenthCount, 1);
    // At 100 ms all was there of which a tenth was due.
    assert.equal(growth.aheadRatio, 0.9);
    assert.equal(growth.lastFifthRatio, 0);
  });

  it('counts no garbage that is collected in between', () => {
    // A saw: only its troughs, 0 at 300, 600 and 900 ms, say what stayed.
    assert.equal(grownOver([0, 100, 200, 0, 100, 200, 0, 100, 200, 0, 0]), undefined);
    const growth = grownOver([0, 200, 400, 100, 300, 500, 200, 400, 600, 300, 300]);
    assert.equal(growth?.grownBytes, 300);
    // 0 100 100 100 200 200 200 300 300 300 300
    assert.equal(growth.grownTenthCount, 3);
  });

  it('is none where all is freed at the end', () => {
    assert.equal(grownOver([0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 0]), undefined);
  });

  it('is counted from its beginning', () => {
    const growth = grownOver([0, 0, 0, 0, 0, 200, 400, 600, 800, 1000, 1200]);
    assert.equal(growth?.beganAtMs, 400);
    assert.equal(growth.grownTenthCount, 10);
    assert.equal(growth.bytesPerSecond, 2000);
    // At 400 + 0.6 * 200 of 600 ms: the last fifth of the whole run, 400 of 1200.
    assert.ok(Math.abs(growth.lastFifthRatio - 1 / 3) < 1e-9);
  });

  it('is ahead of even growth by as much as the plateau that follows it is long', () => {
    // All there after 600 ms of 1000.
    const growth = grownOver([0, 100, 200, 300, 400, 500, 600, 600, 600, 600, 600]);
    assert.ok(growth !== undefined && Math.abs(growth.aheadRatio - 0.4) < 1e-9);
    assert.equal(growth.grownTenthCount, 6);
    assert.equal(growth.grownLateTenthCount, 0);
  });
});
