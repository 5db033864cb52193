import assert from 'node:assert/strict';
import { formatFunctionAnnotation, formatInlineAnnotation } from '../../../src/core/formatInlineAnnotation.ts';
import { formatHoverMarkdown } from '../../../src/core/formatHoverMarkdown.ts';
import type { LineProfile } from '../../../src/core/profile.ts';
import { mib, sampleProfile } from './sampleProfile.ts';

const { totals } = sampleProfile();
const auto = (line: Partial<LineProfile>): string | undefined => formatInlineAnnotation({ line: 1, ...line }, totals, 'auto');

describe('the text at the end of a line', () => {
  it('says what the line allocated, what of it is live, and that it made the peak', () => {
    assert.equal(
      auto({
        allocatedBytes: 150 * mib,
        liveBytes: 8 * mib,
        peakBytes: 84 * mib,
      }),
      '+150.0 MiB · 8.0 MiB live · peak',
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
      '+152.0 MiB · peak',
    );
    assert.equal(auto({ netBytes: -152 * mib, allocatedBytes: 0 }), '-152.0 MiB');
  });

  it('reads as the founding example of the project', () => {
    const founding = sampleProfile().totals;
    const peakBytes = 160.2 * mib;
    const text = (line: Partial<LineProfile>): string | undefined =>
      formatInlineAnnotation({ line: 1, liveBytes: 0, ...line }, { ...founding, peakBytes }, 'auto');
    assert.equal(text({ netBytes: 7.6 * mib, allocatedBytes: 7.6 * mib, peakBytes: 7.6 * mib }), '+7.6 MiB');
    assert.equal(text({ netBytes: 152.6 * mib, allocatedBytes: 152.6 * mib, peakBytes: 152.6 * mib }), '+152.6 MiB · peak');
    assert.equal(text({ netBytes: -152.6 * mib, allocatedBytes: 0, peakBytes: 0 }), '-152.6 MiB');
    assert.equal(text({ netBytes: 0, allocatedBytes: 0, peakBytes: 0 }), undefined);
  });

  it('says where it was a collection that gave back', () => {
    assert.equal(auto({ netBytes: -6 * mib, collectionCount: 3 }), '-6.0 MiB · 3 collections');
    assert.equal(auto({ netBytes: 6 * mib, allocatedBytes: 6 * mib, collectionCount: 3 }), '+6.0 MiB');
  });

  it('says the share of the peak where it is one of several parts', () => {
    assert.equal(auto({ allocatedBytes: 40 * mib, peakBytes: 40 * mib }), '+40.0 MiB · peak');
    assert.equal(auto({ allocatedBytes: 39 * mib, peakBytes: 39 * mib }), '+39.0 MiB · 39% of peak');
    assert.equal(auto({ allocatedBytes: 9 * mib, peakBytes: 9 * mib }), '+9.0 MiB');
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
    const manyCalls = { name: 'f', line: 1, endLine: 4, callCount: 100_000, callCountIsMinimum: true as const };
    assert.equal(formatFunctionAnnotation(manyCalls), 'at least 100,000 calls');
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
    assert.match(text, /\| Allocated by the line itself \| 150\.0 MiB \| 3,000 \| 75% \|/);
    assert.match(text, /\| Live at the end \| 8\.0 MiB \| {2}\| 40% \|/);
    assert.match(text, /\| Live at the peak \| 84\.0 MiB \| {2}\| 84% \|/);
    assert.match(text, /These bytes are sampled, with a standard error of 1\.2%\./);
    assert.match(text, /\| Allocated each time, on average \| 153\.6 KiB \|/);
  });

  it('says exact where figures are', () => {
    const profile = sampleProfile({
      engine: { name: 'x', precision: 'exact', notes: [] },
    });
    assert.match(formatHoverMarkdown({ line: 1, netBytes: -mib }, profile), /\| -1\.0 MiB \|[^]*These bytes are exact\./);
  });

  it('says what was in use before and after the line, as memory_profiler does, and what it added', () => {
    const line = { line: 3, inUseBeforeBytes: 8 * mib, inUseBytes: 160 * mib, netBytes: 152 * mib };
    const rowsOf = (executionCount: number): string[] =>
      formatHoverMarkdown({ ...line, executionCount }, sampleProfile())
        .split('\n')
        .filter((row) => row.includes('MiB'));
    assert.deepEqual(rowsOf(1), [
      '| In use before it ran | 8.0 MiB |  |  |',
      '| In use after it ran | 160.0 MiB |  |  |',
      '| Increment (allocated minus freed) | +152.0 MiB |  |  |',
    ]);
    assert.equal(rowsOf(2)[0], '| In use before it ran last | 8.0 MiB |  |  |');
  });

  it('says where the fallback recorder gave the figures', () => {
    const profile = sampleProfile({ engine: { name: 'memory-lens-python-fallback', precision: 'exact', notes: [] } });
    assert.match(formatHoverMarkdown({ line: 1, netBytes: mib }, profile), /These bytes are measured by the fallback recorder, roughly/);
  });

  it('says which collections ran with the line, and that V8 does not tell for whom it collects', () => {
    const line: LineProfile = { line: 3, allocatedBytes: mib, collectionCount: 812, collectionMs: 40 };
    const collection = { atMs: 1, durationMs: 0.05, kind: 'minor' };
    const collections = Array.from({ length: 1024 }, () => collection);
    assert.match(
      formatHoverMarkdown(line, sampleProfile({ collections })),
      /Garbage collections it caused: about 812 of 1,024, 40 ms in all, by what it allocated before them\./,
    );
    const runtime = { name: 'python', version: '3.13.0', executable: 'python3' } as const;
    const text = formatHoverMarkdown(line, sampleProfile({ collections, runtime }));
    assert.match(text, /Garbage collections while it ran: 812, 40 ms in all\./);
  });

  it('claims no exact count, and no average, where counting stopped', () => {
    const line: LineProfile = { line: 3, executionCount: 100_000, executionCountIsMinimum: true, allocatedBytes: mib };
    const text = formatHoverMarkdown(line, sampleProfile());
    assert.match(text, /line 3 ran at least 100,000 times/);
    assert.doesNotMatch(text, /on average/);
  });

  it('lets no name from the program act as Markdown or HTML', () => {
    const types = [{ name: '[x](command:evil) <img>|`', liveBytes: mib, liveCount: 1 }];
    const text = formatHoverMarkdown({ line: 1, liveBytes: mib, types }, sampleProfile());
    assert.ok(text.includes('\\[x\\]\\(command:evil\\) &lt;img\\>\\|\\`'), text);
  });
});
