import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import { formatAnnotatedSource, type AnnotatedSourceOptions } from '../../../src/core/formatAnnotatedSource.ts';
import type { LineProfile, MemoryProfile } from '../../../src/core/profile.ts';
import { columnsOf } from '../../../src/core/terminalText.ts';
import { mib, sampleFile, sampleProfile } from './sampleProfile.ts';

const escape = '\u001b';

/** The rows of the table of a profile's one file, header first. */
function tableOf(profile: MemoryProfile, source: string | undefined, options?: AnnotatedSourceOptions): string[] {
  const path = profile.files[0]?.path ?? '';
  const text = formatAnnotatedSource(profile, new Map(source === undefined ? [] : [[path, source]]), options);
  return text.split('\n').filter((line) => line.includes(' │'));
}

const source = [
  'const kept = [];',
  'for (let i = 0; i < 1000; i++) kept.push(make(i));',
  'const more = make(1);',
  '',
  'drop(make(2));',
  '',
].join('\n');

describe('the annotated source', () => {
  it('puts the figures of each line beside its source', () => {
    const rows = tableOf(sampleProfile(), source);
    assert.deepEqual(rows, [
      'Line  Allocated      Live      Peak   Runs             │ Source',
      '   1                                                   │ const kept = [];',
      '   2  150.0 MiB   8.0 MiB  peak 84%  1,000  █░░░░░░░░░ │ for (let i = 0; i < 1000; i++) kept.push(make(i));',
      '   3   10.0 MiB  10.0 MiB       10%      1  █          │ const more = make(1);',
      '   4                                                   │',
      '   5  ~30.0 MiB         -        1%      2  ░░         │ drop(make(2));',
    ]);
  });

  it('shows memory in use and the increment only where an engine gives them', () => {
    const lines = [{ line: 1, inUseBytes: 60 * mib, netBytes: -20 * mib, relativeErrorRatio: 0.3 }];
    const [header, row] = tableOf(sampleProfile({ files: [sampleFile('/project/a.js', lines)] }), 'del b');
    assert.match(header ?? '', /^Line {2}Mem in use {3}Increment {13}│ Source$/);
    assert.match(row ?? '', /^ {3}1 {4}60\.0 MiB {2}~-20\.0 MiB .*│ del b$/);
  });

  it('marks a count that stopped', () => {
    const lines = [{ line: 1, allocatedBytes: mib, executionCount: 100_000, executionCountIsMinimum: true as const }];
    assert.match(tableOf(sampleProfile({ files: [sampleFile('/project/a.js', lines)] }), 'pass')[1] ?? '', / 100,000\+ /);
  });

  it('always shows the totals and what no line accounts for', () => {
    const text = formatAnnotatedSource(sampleProfile(), new Map());
    assert.match(text, /allocated +200\.0 MiB +10\.0 MiB/);
    assert.match(text, /live at the end +20\.0 MiB +2\.0 MiB/);
    assert.match(text, /at the peak +100\.0 MiB +5\.0 MiB {2}reached after 700 ms, resident set up to 180\.0 MiB/);
    assert.match(text, /collections +2 minor, 1 major; 45 ms in all, 3% of the run/);
    assert.match(text, /sampled every 16\.0 KiB on average/);
    const unknown = sampleProfile({ totals: { liveBytes: 1, peakBytes: 1, peakAtMs: 1, peakRssBytes: 1 } });
    assert.match(formatAnnotatedSource(unknown, new Map()), /allocated +unknown +unknown/);
  });

  it('leaves lines below a given weight out', () => {
    const rows = tableOf(sampleProfile(), source, { minBytes: 20 * mib });
    assert.deepEqual(
      rows.map((row) => row.slice(0, 4).trim() + row.slice(row.indexOf('│') + 1).trimEnd()),
      [
        'Line Source',
        '... ... 1 quieter line',
        '2 for (let i = 0; i < 1000; i++) kept.push(make(i));',
        '... ... 2 quieter lines, 10.0 MiB in all',
        '5 drop(make(2));',
      ],
    );
    assert.equal(tableOf(sampleProfile(), source, { minBytes: 0 }).length, 6);
    const none = formatAnnotatedSource(sampleProfile(), new Map(), { minBytes: 500 * mib });
    assert.match(none, /No line of 500\.0 MiB or more in a\.js \(190\.0 MiB in all\)\./);
  });

  it('folds the quiet parts of a long file, but not a handful of lines', () => {
    const long = Array.from({ length: 300 }, (_, index) => `line(${index + 1});`).join('\n');
    const lines: LineProfile[] = [50, 58, 200].map((line) => ({ line, allocatedBytes: 60 * mib }));
    const shown = tableOf(sampleProfile({ files: [sampleFile('/project/a.js', lines)] }), long).map((row) => row.slice(0, 4).trim());
    const range = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
    assert.deepEqual(shown, ['Line', '...', ...range(48, 60), '...', ...range(198, 202), '...']);
  });

  it('gives the figures without source where the source is not at hand', () => {
    const profile = sampleProfile();
    const rows = tableOf(profile, undefined);
    assert.deepEqual(
      rows.map((row) => row.slice(0, 4).trim()),
      ['Line', '2', '3', '5'],
    );
    assert.match(formatAnnotatedSource(profile, new Map()), /not at hand/);
  });

  it('fits the terminal, wide characters and tabs included', () => {
    const wide = `\tconst x = '${'全角'.repeat(60)}😀';\n`.repeat(5);
    for (const widthColumns of [80, 100, 160]) {
      const rows = tableOf(sampleProfile(), wide, { widthColumns });
      assert.ok(rows.every((row) => columnsOf(row) <= widthColumns));
      assert.ok(rows.some((row) => row.endsWith('…') && columnsOf(row) >= widthColumns - 1));
      assert.ok(rows[1]?.includes('│     const x'), rows[1]);
    }
    assert.ok(tableOf(sampleProfile(), wide)[1]?.endsWith(`😀';`));
  });

  it('keeps room for the source in a narrow terminal', () => {
    const rows = tableOf(sampleProfile(), source, { widthColumns: 60 });
    assert.ok(rows.every((row) => columnsOf(row) <= 60));
    assert.ok((rows[2]?.split('│ ')[1] ?? '').length >= 20, rows[2]);
  });

  it('lets nothing in a source, a note or an error act on the terminal', () => {
    const nasty = `${escape}]0;title\u0007${escape}[31mred\u009b2J\u202e`;
    const profile = sampleProfile({
      engine: { name: 'x', precision: 'exact', notes: [nasty] },
      exit: { code: 1, signal: null, stopped: false, error: nasty },
    });
    const text = formatAnnotatedSource(profile, new Map([['/project/a.js', `'${nasty}'`]]));
    assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\u202e]/u);
    assert.match(text, /'␛\]0;title␇␛\[31mred/);
  });

  it('colours only when asked', () => {
    assert.ok(!formatAnnotatedSource(sampleProfile(), new Map([['/project/a.js', source]])).includes(escape));
    const colored = formatAnnotatedSource(sampleProfile(), new Map([['/project/a.js', source]]), { color: true });
    assert.ok(colored.includes(`${escape}[1;31m150.0 MiB`));
    assert.equal(stripVTControlCharacters(colored), formatAnnotatedSource(sampleProfile(), new Map([['/project/a.js', source]])));
  });

  it('ends with the notes and with how the program ended when that was no plain success', () => {
    const success = formatAnnotatedSource(sampleProfile(), new Map());
    assert.doesNotMatch(success, /The program ended/);
    const failed = sampleProfile({
      engine: { name: 'x', precision: 'exact', notes: ['Workers are not profiled.'] },
      exit: { code: 3, signal: null, stopped: false, error: 'Error: boom' },
    });
    assert.match(
      formatAnnotatedSource(failed, new Map()),
      /Note: Workers are not profiled\.\nThe program ended with exit status 3: Error: boom\n$/,
    );
    const killed = sampleProfile({ exit: { code: null, signal: 'SIGTERM', stopped: true } });
    assert.match(
      formatAnnotatedSource(killed, new Map()),
      /ended by SIGTERM, because it was stopped; the figures are those up to then\.\n$/,
    );
  });

  it("starts with the program's own file, then goes by weight", () => {
    const files = [
      sampleFile('/project/big.js', [{ line: 1, allocatedBytes: 90 * mib }]),
      sampleFile('/project/a.js', [{ line: 1, allocatedBytes: mib }]),
      sampleFile('/other/c.js', [{ line: 1, allocatedBytes: 2 * mib }]),
      sampleFile('/project/quiet.js', [{ line: 1, allocatedBytes: 8 }]),
    ];
    const text = formatAnnotatedSource(sampleProfile({ files }), new Map());
    assert.deepEqual(text.match(/^\S+\.js(?= {2})/gm), ['a.js', 'big.js', '/other/c.js']);
    assert.match(text, /No line of 204\.8 KiB or more in quiet\.js \(8 B in all\)\./);
  });
});
