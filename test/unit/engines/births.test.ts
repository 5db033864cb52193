import assert from 'node:assert/strict';
import { birthBinCount } from '../../../src/protocol/agentMessages.ts';
import { bornBy, mergeBirths, readBirths, type Births } from '../../../src/engines/node/births.ts';

/** 20 bins of a second: 60 bytes in the first, 40 in the last. */
const bins = Array.from({ length: birthBinCount }, (_, bin) => (bin === 0 ? 60 : bin === birthBinCount - 1 ? 40 : 0));
const span = { fromMs: 1000, toMs: 2000 };

describe('when survivors were allocated', () => {
  it('is told by the bins of their span', () => {
    const births = readBirths([7, ...bins], 1, ([site = 0]) => site, span);
    const spans = births.get(7) ?? [];
    assert.equal(bornBy(spans, 1000), 0);
    // Half of the first bin, which is 50 ms long.
    assert.equal(bornBy(spans, 1025), 0.3);
    assert.equal(bornBy(spans, 1500), 0.6);
    assert.equal(bornBy(spans, 2000), 1);
    assert.equal(bornBy([], 2000), 0);
  });

  it('is told of all spans together, of the earlier ones by what is left of them', () => {
    const carried: Births<string> = new Map([['0:1', [{ fromMs: 0, toMs: 1000, bins: [200] }]]]);
    const fresh = readBirths([0, 1, ...bins], 2, (key) => key.join(':'), span);
    const merged = mergeBirths(fresh, carried, () => 0.5).get('0:1') ?? [];
    // 100 of the first second, 60 and 40 of the next.
    assert.equal(bornBy(merged, 1000), 0.5);
    assert.equal(bornBy(merged, 1500), 0.8);
    assert.equal(mergeBirths(new Map(), carried, () => 0).size, 0);
  });
});
