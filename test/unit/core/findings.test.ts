import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { buildFindings } from '../../../src/core/findings.ts';
import { formatCacheUse } from '../../../src/core/formatCache.ts';
import { formatCollectorChange, formatEvidence } from '../../../src/core/formatEvidence.ts';
import { formatSparkline } from '../../../src/core/formatSparkline.ts';
import type { MemoryProfile } from '../../../src/core/profile.ts';
import { sampleProfile } from './sampleProfile.ts';

const MiB = 1024 * 1024;
const path = '/work/load.py';

/** The titles by group, as the tree shows them. */
function titles(parts: Partial<MemoryProfile>): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    buildFindings({ ...sampleProfile({ collections: [] }), ...parts }).map(({ title, findings }) => [
      title,
      findings.map((finding) => finding.title),
    ]),
  );
}

describe('findings', () => {
  it('have no group where nothing was found, or nobody looked', () => {
    assert.deepEqual(titles({}), {});
    assert.deepEqual(titles({ caches: [], globals: [], cycles: [], leakSuspects: [], holders: [], collectorChanges: [], advice: [] }), {});
  });

  it('stand in their groups, the heaviest first', () => {
    const global = (name: string, retainedBytes: number) => ({ name, at: { path, line: 1 }, typeName: 'list', retainedBytes });
    assert.deepEqual(titles({ globals: [global('SMALL', MiB), global('LARGE', 9 * MiB)] }), { Globals: ['LARGE', 'SMALL'] });
  });

  it('tell of a leak suspect why it is one, and by the path of what its line left alive what holds it', () => {
    const at = { path, line: 14 };
    const parts: Partial<MemoryProfile> = {
      leakSuspects: [{ at, liveBytes: 4 * MiB, reason: 'It grew in each of 12 rounds.', retainedBy: ['load.py: SEEN'] }],
      holders: [
        {
          at,
          typeName: 'dict',
          bytes: 4 * MiB,
          referenceCount: 1,
          rootKind: 'module',
          path: [{ text: 'load.py: SEEN', at: { path, line: 3 } }, { text: "['alice']" }],
        },
      ],
    };
    const [suspects, held] = buildFindings({ ...sampleProfile({ collections: [] }), ...parts });
    assert.equal(held, undefined);
    assert.deepEqual(suspects?.findings[0], {
      kind: 'leakSuspect',
      page: 'leak-suspects',
      title: 'load.py:14',
      weightBytes: 4 * MiB,
      shareRatio: 0.2,
      at,
      details: [
        { text: 'It grew in each of 12 rounds.' },
        { text: 'Held by load.py: SEEN', at: { path, line: 3 }, isHolder: true },
        { text: "→ ['alice']", isHolder: true },
      ],
    });
    const [heldAlone] = buildFindings({ ...sampleProfile({ collections: [] }), holders: parts.holders });
    assert.equal(heldAlone?.findings[0]?.details[0]?.text, '1 reference to it');
  });

  it('pass over small cycles, unless the collector can not free them', () => {
    const cycle = { typeNames: ['Node'], objectCount: 2, bytes: 100, uncollectable: false, path: 'Node.me -> Node' };
    assert.deepEqual(titles({ cycles: [cycle] }), {});
    assert.deepEqual(titles({ cycles: [{ ...cycle, bytes: 64 * 1024 }] }), { Cycles: ['Node.me -> Node'] });
    assert.deepEqual(titles({ cycles: [{ ...cycle, uncollectable: true }] }), { Cycles: ['Node.me -> Node'] });
  });

  it('name the collector only where the program changed it or it did much', () => {
    const collection = { atMs: 1, durationMs: 40, kind: 'gen2' };
    const run = { ...sampleProfile({ collections: [] }), durationMs: 1000 };
    assert.deepEqual(titles({ ...run, collections: [collection] }), {});
    assert.deepEqual(titles({ ...run, collections: [collection, collection] }), { Collector: ['Collecting took 8% of the run'] });
    assert.deepEqual(titles({ collectorChanges: [{ change: 'disabled', count: 1 }] }), { Collector: ['Garbage collection turned off'] });
    assert.deepEqual(titles({ totals: { ...run.totals, collectorFreedBytes: 3 * MiB } }), {
      Collector: ['Freed by the cycle collector alone'],
    });
    assert.deepEqual(titles({ totals: { ...run.totals, collectorFreedBytes: 0.5 * MiB } }), {});
  });

  it('give advice with its figures, each in its unit, and what it saves', () => {
    const [group] = buildFindings({
      ...sampleProfile({ collections: [] }),
      advice: [
        {
          rule: 'slots',
          at: { path, line: 2 },
          title: 'Give Point __slots__',
          evidence: [
            { name: 'instances alive', value: 200_000, unit: 'count' },
            { name: 'share of the peak', value: 0.84, unit: 'ratio' },
          ],
          estimatedSavingBytes: 20 * MiB,
          fix: { title: 'Add __slots__', edits: [] },
        },
      ],
    });
    assert.deepEqual(
      group?.findings[0]?.details.map(({ text }) => text),
      ['instances alive: 200,000', 'share of the peak: 84%', 'Expected saving: about 20.0 MiB', 'Quick fix: Add __slots__'],
    );
  });
});

describe('what findings are written with', () => {
  it('a cache: what it was asked, what it keeps and how much that holds, as far as it is known', () => {
    const at = { path, line: 3 };
    const base = { name: 'fetch', at, kind: 'lru_cache' as const, growing: true };
    assert.equal(
      formatCacheUse({ ...base, hitCount: 512, missCount: 38, entryCount: 38, maxEntryCount: null, heldBytes: 4.1 * MiB }),
      '512 hits, 38 misses, 38 of unlimited entries, 4.1 MiB held',
    );
    assert.equal(
      formatCacheUse({ ...base, hitCount: 1, missCount: 1, entryCount: 1, maxEntryCount: 1024 }),
      '1 hit, 1 miss, 1 of 1,024 entries',
    );
  });

  it('figures of evidence in their units', () => {
    assert.equal(formatEvidence({ name: 'alive', value: 15.3 * MiB, unit: 'bytes' }), 'alive: 15.3 MiB');
    assert.equal(formatEvidence({ name: 'took', value: 1450, unit: 'ms' }), 'took: 1.45 s');
    assert.equal(formatEvidence({ name: 'length', value: 12.25, unit: 'items' }), 'length: 12.3 items');
  });

  it('changes of the collector with what was set and how often', () => {
    assert.equal(
      formatCollectorChange({ change: 'thresholds', count: 3, thresholds: [700, 10, 10] }),
      'Collection thresholds set to 700, 10, 10, 3 times',
    );
  });

  it('a course of live bytes as blocks of equal time, none of its peaks lost', () => {
    const even = { atMs: [0, 10, 20, 30, 40], liveBytes: [0, 1, 2, 4, 8] };
    assert.equal(formatSparkline(even, 4), '▂▃▅█');
    assert.equal(formatSparkline({ atMs: [0, 10, 20, 30, 60], liveBytes: [0, 8, 0, 4, 0] }, 6), '█▁▅▅▅▁');
    assert.equal(formatSparkline({ atMs: [0, 10], liveBytes: [0, 0] }), '');
    assert.equal(formatSparkline({ atMs: [5], liveBytes: [3] }, 3), '███');
  });
});
