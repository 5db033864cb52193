import assert from 'node:assert/strict';
import { formatFunctionAnnotation, formatInlineAnnotation } from '../../../src/core/formatInlineAnnotation.ts';
import { formatHoverMarkdown } from '../../../src/core/formatHoverMarkdown.ts';
import type { LineProfile } from '../../../src/core/profile.ts';
import { mib, sampleProfile } from './sampleProfile.ts';

const { totals } = sampleProfile();
const auto = (line: Partial<LineProfile>): string | undefined => formatInlineAnnotation({ line: 1, ...line }, totals, 'auto');

describe('the text at the end of a line', () => {
  it('says what the line allocated, what of it is live, and its share of the peak where that is large', () => {
    assert.equal(
      auto({
        allocatedBytes: 150 * mib,
        liveBytes: 8 * mib,
        peakBytes: 84 * mib,
      }),
      '+150.0 MiB · 8.0 MiB live · 84% of peak',
    );
    assert.equal(auto({ allocatedBytes: 150 * mib, liveBytes: 0, peakBytes: mib }), '+150.0 MiB');
    assert.equal(auto({ allocatedBytes: 8 * mib, liveBytes: 8 * mib, peakBytes: 0 }), '+8.0 MiB · all live');
  });

  it('leads with the increment where the engine measures one, and shows what a line gave back', () => {
    assert.equal(
      auto({
        netBytes: 152 * mib,
        allocatedBytes: 152 * mib,
        peakBytes: 95 * mib,
      }),
      '+152.0 MiB · 95% of peak',
    );
    assert.equal(auto({ netBytes: -152 * mib, allocatedBytes: 0 }), '-152.0 MiB');
  });

  it('claims no growth of a line that freed what it allocated', () => {
    assert.equal(auto({ netBytes: 0, allocatedBytes: 500 * mib }), '500.0 MiB allocated');
  });

  it('shows what is live or was at the peak when nothing else is known', () => {
    assert.equal(auto({ liveBytes: 3 * mib }), '3.0 MiB live');
    assert.equal(auto({ peakBytes: 3 * mib }), '3.0 MiB at peak');
    assert.equal(auto({ peakBytes: 30 * mib }), '30% of peak');
  });

  it('marks rough figures with a tilde', () => {
    assert.equal(auto({ allocatedBytes: mib, relativeErrorRatio: 0.25 }), '~+1.0 MiB');
    assert.equal(auto({ allocatedBytes: mib, relativeErrorRatio: 0.05 }), '+1.0 MiB');
  });

  it('is left out when there is nothing to say', () => {
    assert.equal(auto({ executionCount: 12 }), undefined);
    assert.equal(auto({ allocatedBytes: 0, liveBytes: 0, peakBytes: 0 }), undefined);
    assert.equal(formatInlineAnnotation({ line: 1, allocatedBytes: mib }, totals, 'live'), undefined);
  });

  it('shows the one metric that was asked for', () => {
    const line = {
      line: 1,
      allocatedBytes: 150 * mib,
      liveBytes: 8 * mib,
      peakBytes: 84 * mib,
    };
    assert.equal(formatInlineAnnotation(line, totals, 'allocated'), '150.0 MiB allocated');
    assert.equal(formatInlineAnnotation(line, totals, 'live'), '8.0 MiB live');
    assert.equal(formatInlineAnnotation(line, totals, 'peak'), '84.0 MiB at peak, 84%');
  });
});

describe('the text over a function', () => {
  it('gives what it allocated with its callees, what is live, and its calls', () => {
    const text = formatFunctionAnnotation({
      name: 'f',
      line: 1,
      endLine: 4,
      callCount: 1200,
      allocatedBytes: mib,
      totalAllocatedBytes: 3 * mib,
      liveBytes: mib,
    });
    assert.equal(text, '3.0 MiB allocated · 1.0 MiB live · 1,200 calls');
    assert.equal(
      formatFunctionAnnotation({
        name: 'f',
        line: 1,
        endLine: 4,
        callCount: 0,
      }),
      undefined,
    );
  });
});

describe('the hover', () => {
  it('gives every figure with its share and its precision', () => {
    const profile = sampleProfile();
    const line = profile.files[0]?.lines[0];
    assert.ok(line);
    const text = formatHoverMarkdown(line, profile);
    assert.match(text, /line 2 ran 1,000 times/);
    assert.match(text, /\| Allocated by the line itself \| 150\.0 MiB in 3,000 \| 75% \| sampled ±1\.2% \|/);
    assert.match(text, /\| Live at the end \| 8\.0 MiB \| 40% \| sampled ±1\.2% \|/);
    assert.match(text, /\| Live at the peak \| 84\.0 MiB \| 84% \| sampled ±1\.2% \|/);
    assert.match(text, /\| Allocated each time, on average \| 153\.6 KiB \|/);
  });

  it('says exact where figures are', () => {
    const profile = sampleProfile({
      engine: { name: 'x', precision: 'exact', notes: [] },
    });
    assert.match(formatHoverMarkdown({ line: 1, netBytes: -mib }, profile), /\| -1\.0 MiB \| {2}\| exact \|/);
  });

  it('lets no name from the program act as Markdown or HTML', () => {
    const types = [{ name: '[x](command:evil) <img>|`', liveBytes: mib, liveCount: 1 }];
    const text = formatHoverMarkdown({ line: 1, liveBytes: mib, types }, sampleProfile());
    assert.ok(text.includes('\\[x\\]\\(command:evil\\) &lt;img\\>\\|\\`'), text);
  });
});
