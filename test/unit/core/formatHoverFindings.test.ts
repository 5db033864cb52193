import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Finding } from '../../../src/core/findings.ts';
import { formatHoverFindings, type HoverLinks } from '../../../src/core/formatHoverFindings.ts';
import type { Advice, LeakSuspect } from '../../../src/core/profile.ts';

const mib = 1024 * 1024;
const at = { path: '/work/load.py', line: 7 };

/** Links that a test can read; fixes can be applied, but not tried. */
const links: HoverLinks = {
  openPlace: ({ line }) => `open:${line}`,
  explain: (page) => `explain:${page}`,
  applyFix: ({ rule }) => `apply:${rule}`,
  tryFix: () => undefined,
};

describe('what a hover says of findings', () => {
  it('an advice has its figures and what can be done', () => {
    const advice: Advice = { rule: 'slots', at, title: 'Give Point __slots__', evidence: [] };
    const finding: Finding = {
      kind: 'advice',
      page: 'slots',
      title: advice.title,
      at,
      details: [{ text: 'live: 2.0 MiB' }, { text: 'share of live: 20%' }, { text: 'Quick fix: Add it', isFix: true }],
      advice,
    };
    assert.deepEqual(formatHoverFindings([finding], [], links), [
      '**Advice** · Give Point \\_\\_slots\\_\\_  \nlive: 2\\.0 MiB · share of live: 20%  \n[Explain](explain:slots) · [Apply fix](apply:slots)',
    ]);
  });

  it('a leak suspect has its course over the run and the path that holds it, whose places are links', () => {
    const suspect: LeakSuspect = {
      at,
      liveBytes: 4 * mib,
      reason: 'It grew.',
      retainedBy: [],
      series: { atMs: [0, 1000], liveBytes: [mib, 4 * mib] },
    };
    const details = [
      { text: 'It grew.' },
      { text: 'Held by load.py: <SEEN>', at: { path: '/work/load.py', line: 3 }, isHolder: true as const },
      { text: "→ ['a']", isHolder: true as const },
    ];
    const finding: Finding = { kind: 'leakSuspect', page: 'leak-suspects', title: 'load.py:7', weightBytes: 4 * mib, at, details };
    assert.deepEqual(formatHoverFindings([finding], [suspect], links), [
      [
        '**Leak suspect** · 4.0 MiB live',
        'It grew\\.',
        '`▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃█` live from 0 ms to 1.00 s after the start, at most 4.0 MiB',
        '[Held by load\\.py: &lt;SEEN\\>](open:3 "load.py:3") → \\[\'a\'\\]',
        '[Explain](explain:leak-suspects)',
      ].join('  \n'),
    ]);
  });

  it('many findings on one line are counted after the first six', () => {
    const global: Finding = { kind: 'global', page: 'globals', title: 'A', weightBytes: mib, at, details: [] };
    const parts = formatHoverFindings(Array<Finding>(8).fill(global), [], links);
    assert.equal(parts.length, 7);
    assert.equal(parts[0], '**Global** · A, 1.0 MiB  \n[Explain](explain:globals)');
    assert.equal(parts[6], '*and 2 more in the Findings view*');
  });
});
