import assert from 'node:assert/strict';
import { formatAnnotatedSource, type AnnotatedSourceOptions } from '../../../src/core/formatAnnotatedSource.ts';
import type { MemoryProfile } from '../../../src/core/profile.ts';
import { columnsOf, wrapToColumns } from '../../../src/core/terminalText.ts';
import { mib, sampleProfile } from './sampleProfile.ts';

const path = '/project/a.py';
const found: Partial<MemoryProfile> = {
  durationMs: 1000,
  totals: { ...sampleProfile().totals, allocatedBytes: 200 * mib, collectorFreedBytes: 20 * mib },
  collections: [
    { atMs: 1, durationMs: 1, kind: 'gen0', collectedCount: 5 },
    { atMs: 2, durationMs: 19, kind: 'gen2', collectedCount: 1000, uncollectableCount: 0 },
    { atMs: 3, durationMs: 3, kind: 'gen0', collectedCount: 2 },
  ],
  caches: [
    {
      name: 'page',
      at: { path, line: 11 },
      kind: 'lru_cache',
      hitCount: 512,
      missCount: 38,
      entryCount: 38,
      maxEntryCount: null,
      heldBytes: 4.1 * mib,
      growing: true,
    },
  ],
  globals: [
    { name: 'SMALL', at: { path, line: 2 }, typeName: 'dict', retainedBytes: mib },
    { name: 'TABLE', at: { path, line: 1 }, typeName: 'list', retainedBytes: 3 * mib },
  ],
  holders: [
    {
      at: { path, line: 5 },
      typeName: 'str',
      bytes: mib,
      referenceCount: 2,
      rootKind: 'module',
      path: [{ text: 'a.py: TABLE', at: { path, line: 1 } }, { text: "['alice']" }, { text: '.history' }],
    },
  ],
  collectorChanges: [{ change: 'disabled', at: { path, line: 7 }, count: 1 }],
  advice: [
    {
      rule: 'slots',
      at: { path, line: 20 },
      title: 'Many instances of Node',
      evidence: [{ name: 'instances', value: 200_000, unit: 'count' }],
      estimatedSavingBytes: 8 * mib,
      fix: { title: 'Add __slots__', edits: [] },
    },
  ],
};

/** The section of this title, its lines without their title. */
function section(title: string, options: AnnotatedSourceOptions = {}): readonly string[] | undefined {
  const text = formatAnnotatedSource(sampleProfile(found), new Map(), options);
  return text
    .split('\n\n')
    .map((block) => block.split('\n'))
    .find((lines) => lines[0] === title)
    ?.slice(1);
}

describe('the sections of findings', () => {
  it('are left out where there is nothing to say', () => {
    const text = formatAnnotatedSource(sampleProfile({ caches: [], advice: [], collections: [] }), new Map());
    assert.doesNotMatch(text, /^(Caches|Advice|Collector|Globals)$/m);
  });

  it('give each finding its place, its name and its weight, the heaviest first', () => {
    assert.deepEqual(
      section('Globals')?.filter((line) => !line.startsWith('    ')),
      ['  a.py:1  TABLE  3.0 MiB', '  a.py:2  SMALL  1.0 MiB'],
    );
  });

  it('tell how a cache was used', () => {
    const lines = section('Caches');
    assert.equal(lines?.[0], '  a.py:11  page  4.1 MiB');
    assert.equal(lines[1], '    512 hits, 38 misses, 38 of unlimited entries, 4.1 MiB held');
  });

  it('give a path in one line', () => {
    assert.ok(section('Still held at the end')?.includes("    Held by a.py: TABLE → ['alice'] → .history"));
  });

  it('sum up collections by generation with their share of the run', () => {
    const lines = section('Collector') ?? [];
    assert.ok(lines.includes('  a.py:7  Garbage collection turned off'), lines.join('\n'));
    assert.ok(lines.includes('  2 of generation 0: 4 ms, 0.4% of the run, 7 objects of cycles freed'), lines.join('\n'));
    assert.ok(lines.includes('  1 of generation 2 (full): 19 ms, 1.9% of the run, 1,000 objects of cycles freed'), lines.join('\n'));
    assert.ok(
      lines.some((line) => line.includes('20.0 MiB')),
      lines.join('\n'),
    );
  });

  it('end with advice: its evidence, what it saves, whether there is a fix, and its page', () => {
    assert.deepEqual(section('Advice'), [
      '  a.py:20  Many instances of Node  8.0 MiB',
      '    instances: 200,000',
      '    Expected saving: about 8.0 MiB',
      '    Quick fix: Add __slots__',
      '    Explained in docs/slots.md',
    ]);
  });

  it('leave out what weighs less than asked', () => {
    assert.deepEqual(
      section('Globals', { minBytes: 2 * mib })?.filter((line) => !line.startsWith('    ')),
      ['  a.py:1  TABLE  3.0 MiB'],
    );
  });

  it('say how many more there are', () => {
    const globals = Array.from({ length: 12 }, (_, index) => ({
      name: `G${index}`,
      at: { path, line: index + 1 },
      typeName: 'list',
      retainedBytes: mib,
    }));
    assert.match(formatAnnotatedSource(sampleProfile({ globals }), new Map()), /G9 .*\n.*\n {2}and 2 others\n/);
  });

  it('keep to the width of the terminal', () => {
    const text = formatAnnotatedSource(sampleProfile({ ...found, files: [] }), new Map(), { widthColumns: 40 });
    const lines = text.slice(text.indexOf('\nCaches\n'), text.indexOf('\nThe profiling itself')).split('\n');
    assert.ok(lines.length > 20, text);
    assert.deepEqual(
      lines.filter((line) => columnsOf(line) > 40),
      [],
    );
  });
});

describe('wrapping', () => {
  it('breaks at spaces, and cuts only a word that is longer than a line', () => {
    assert.deepEqual(wrapToColumns('one two three', 8), ['one two', 'three']);
    assert.deepEqual(wrapToColumns('one', 8), ['one']);
    assert.deepEqual(wrapToColumns('a bbbbbbbbbb c', 6), ['a', 'bbbbb…', 'c']);
    assert.deepEqual(wrapToColumns('ä 中中 b', 4), ['ä', '中中', 'b']);
  });
});
