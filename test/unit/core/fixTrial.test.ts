import assert from 'node:assert/strict';
import { formatTrialBehaviour, formatTrialFigures } from '../../../src/core/fixTrial.ts';
import { mib } from './sampleProfile.ts';

describe('what came of trying a fix', () => {
  it('is shown as peak, allocated and time, before and after', () => {
    const before = { peakBytes: 30 * mib, allocatedBytes: 100 * mib, durationMs: 1000 };
    assert.deepEqual(formatTrialFigures({ before, after: { peakBytes: 12 * mib, allocatedBytes: 103.1 * mib, durationMs: 1000.4 } }), [
      'Peak: 30.0 MiB → 12.0 MiB (60% less)',
      'Allocated: 100.0 MiB → 103.1 MiB (3.1% more)',
      'Time: 1.00 s → 1.00 s (unchanged)',
    ]);
  });

  it('is not rounded to all of it while something is left', () => {
    const before = { peakBytes: 1000 * mib, durationMs: 1 };
    assert.equal(formatTrialFigures({ before, after: { peakBytes: mib, durationMs: 1 } })[0], 'Peak: 1000.0 MiB → 1.0 MiB (over 99% less)');
    assert.equal(formatTrialFigures({ before, after: { peakBytes: 0, durationMs: 1 } })[0], 'Peak: 1000.0 MiB → 0 B (100% less)');
  });

  it('leaves out what an engine does not tell', () => {
    const [first, second] = formatTrialFigures({
      before: { peakBytes: 0, durationMs: 10 },
      after: { peakBytes: mib, allocatedBytes: mib, durationMs: 20 },
    });
    assert.deepEqual([first, second], ['Peak: 0 B → 1.0 MiB', 'Time: 10 ms → 20 ms (100% more)']);
  });

  it('says whether the program still does the same, and if not, where it differs first', () => {
    assert.equal(formatTrialBehaviour({ behaviour: 'same' }), 'Output and exit status stay the same.');
    assert.equal(
      formatTrialBehaviour({ behaviour: 'different', difference: { what: 'Line 2 of its output', before: 'two', after: '2' } }),
      'With the fix the program no longer does the same. Line 2 of its output: “two” became “2”.',
    );
    assert.match(formatTrialBehaviour({ behaviour: 'varies' }), /each time it runs, without the fix too/);
  });
});
