import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { transformSync } from 'esbuild';
import { joinPath, parentFolder } from '../../../src/core/filePaths.ts';
import { mapProfileFiles } from '../../../src/core/mapProfileFiles.ts';
import { toLine1 } from '../../../src/core/positions.ts';
import type { MemoryProfile } from '../../../src/core/profile.ts';
import { profileSums } from '../../../src/core/profileSums.ts';
import { findSourceMapUrl, resolveSourceMap, type ResolvedSourceMap, type SourceMapFiles } from '../../../src/core/sourceMaps.ts';
import { mib, sampleFile, sampleProfile } from './sampleProfile.ts';

/** A disk that holds these texts; `sizes` lies about sizes, so that no test needs a file of 50 MB. */
function disk(texts: Readonly<Record<string, string>>, sizes: Readonly<Record<string, number>> = {}): SourceMapFiles {
  return {
    sizeBytes: (path) => Promise.resolve(sizes[path] ?? texts[path]?.length),
    readText: (path) => (texts[path] === undefined ? Promise.reject(new Error(`no ${path}`)) : Promise.resolve(texts[path])),
    decodeBase64: (text) => Buffer.from(text, 'base64').toString('utf8'),
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
  };
}

const simpleMap = (fields: object = {}): string =>
  // Three generated lines that come from lines 1, 2 and 5.
  JSON.stringify({ version: 3, sources: ['../src/a.ts'], names: [], mappings: 'AAAA;AACA;AAGA', ...fields });

const places = (map: ResolvedSourceMap | undefined, count = 3): unknown[] =>
  Array.from({ length: count }, (_, index) => {
    const place = map?.originalOf(toLine1(index + 1));
    return typeof place === 'object' ? `${place.path}:${place.line}` : place;
  });

async function resolved(url: string, files: SourceMapFiles): Promise<ResolvedSourceMap | undefined> {
  const { map, note } = await resolveSourceMap('/p/out/a.js', `a;\nb;\nc;\n//# sourceMappingURL=${url}\n`, files);
  assert.equal(note, undefined);
  return map;
}

async function noteOf(url: string, files: SourceMapFiles = disk({})): Promise<string> {
  const { map, note } = await resolveSourceMap('/p/out/a.js', `a;\n//# sourceMappingURL=${url}`, files);
  assert.equal(map, undefined);
  return note ?? '';
}

describe('a source map', () => {
  const expected = ['/p/src/a.ts:1', '/p/src/a.ts:2', '/p/src/a.ts:5'];

  it('is read beside the file and inline, encoded either way', async () => {
    assert.deepEqual(places(await resolved('a.js.map', disk({ '/p/out/a.js.map': simpleMap() }))), expected);
    assert.deepEqual(places(await resolved('../maps/a%20b.map', disk({ '/p/maps/a b.map': simpleMap() }))), expected);
    assert.deepEqual(places(await resolved('100%.map', disk({ '/p/out/100%.map': simpleMap() }))), expected);
    const base64 = Buffer.from(simpleMap()).toString('base64');
    assert.deepEqual(places(await resolved(`data:application/json;charset=utf-8;base64,${base64}`, disk({}))), expected);
    assert.deepEqual(places(await resolved(`data:application/json,${encodeURIComponent(simpleMap())}`, disk({}))), expected);
  });

  it('follows sourceRoot, file URLs, and bundler schemes where the file is found', async () => {
    const at = async (fields: object, texts = {}): Promise<unknown> =>
      places(await resolved('a.js.map', disk({ '/p/out/a.js.map': simpleMap(fields), ...texts })), 1)[0];
    assert.equal(await at({ sourceRoot: '/root/', sources: ['x/a.ts'] }), '/root/x/a.ts:1');
    assert.equal(await at({ sourceRoot: '..', sources: ['src/./a.ts'] }), '/p/src/a.ts:1');
    assert.equal(await at({ sources: ['file:///q/a%20b.ts'] }), '/q/a b.ts:1');
    assert.equal(await at({ sources: ['webpack://app/./src/a.ts'] }, { '/p/src/a.ts': 'x' }), '/p/src/a.ts:1');
    assert.equal(await at({ sources: ['a%20b.ts'] }, { '/p/out/a b.ts': 'x' }), '/p/out/a b.ts:1');
  });

  it('may be in sections', async () => {
    const section = (line: number, source: string): object => ({
      offset: { line, column: 0 },
      map: { version: 3, sources: [source], names: [], mappings: 'AAAA;AACA' },
    });
    const indexed = JSON.stringify({ version: 3, sections: [section(0, 'one.ts'), section(2, 'two.ts')] });
    assert.deepEqual(places(await resolved('a.js.map', disk({ '/p/out/a.js.map': indexed })), 4), [
      '/p/out/one.ts:1',
      '/p/out/one.ts:2',
      '/p/out/two.ts:1',
      '/p/out/two.ts:2',
    ]);
  });

  it('names no line for code of many lines or files on one', async () => {
    const twoFiles = simpleMap({ sources: ['a.ts', 'b.ts'], mappings: 'AAAA,CCAA;A' });
    assert.deepEqual(places(await resolved('a.js.map', disk({ '/p/out/a.js.map': twoFiles })), 3), ['ambiguous', undefined, undefined]);
    const farApart = simpleMap({ sources: ['a.ts'], mappings: 'AAAA,CAgEA' });
    assert.deepEqual(places(await resolved('a.js.map', disk({ '/p/out/a.js.map': farApart })), 1), ['ambiguous']);
  });

  it('that can not be used is a note and never an error', async () => {
    assert.match(await noteOf('a.js.map'), /no file \/p\/out\/a\.js\.map/);
    assert.match(await noteOf('https://example.org/a.map'), /nothing is fetched/);
    assert.match(await noteOf('a.js.map', disk({ '/p/out/a.js.map': 'x' }, { '/p/out/a.js.map': 60e6 })), /larger than 50 MiB/);
    const broken = ['', '{', 'null', '[]', '{"version":2}', '{"version":3}', '{"version":3,"sources":1,"mappings":"A"}'];
    for (const text of broken)
      assert.match(await noteOf('a.js.map', disk({ '/p/out/a.js.map': text })), /^The source map of \/p\/out\/a\.js is not used: /);
    assert.match(await noteOf('data:application/json;base64,e30='), /broken/);
    assert.match(await noteOf('data:application/json,%'), /broken/);
    const sectionsOfNothing = JSON.stringify({ version: 3, sections: [{}] });
    assert.match(await noteOf('a.js.map', disk({ '/p/out/a.js.map': sectionsOfNothing })), /broken/);
  });

  it('is only looked for in a comment at the end', () => {
    assert.equal(findSourceMapUrl('a\n//# sourceMappingURL=a.map\n\n'), 'a.map');
    assert.equal(findSourceMapUrl('a\n//@ sourceMappingURL=a.map'), 'a.map');
    assert.equal(findSourceMapUrl('a\n/*# sourceMappingURL=a.map */\n'), 'a.map');
    assert.equal(findSourceMapUrl('//# sourceMappingURL=a.map\r\n// end'), 'a.map');
    assert.equal(findSourceMapUrl('//# sourceMappingURL=a.map\nconst more = 1;'), undefined);
    assert.equal(findSourceMapUrl("print('//# sourceMappingURL=a.map');"), undefined);
    assert.equal(findSourceMapUrl('const x = 1;'), undefined);
  });
});

describe('moving figures to the originals', () => {
  const original = 'interface A { x: number }\n\nlet kept: A[] = [];\nenum B { C }\nkept.push({ x: B.C });\n';

  it('gives what a real compiler made of a file back to its lines', async () => {
    const { code, map } = transformSync(original, { loader: 'ts', sourcemap: 'external', sourcefile: 'a.ts' });
    const generated = code.split('\n');
    const lineOf = (text: string): number => generated.findIndex((line) => line.includes(text)) + 1;
    const files = disk({ '/p/a.js.map': map, '/p/a.ts': original });
    const { map: sourceMap } = await resolveSourceMap('/p/a.js', `${code}//# sourceMappingURL=a.js.map\n`, files);
    const lines = [
      { line: lineOf('kept = []'), allocatedBytes: 10 * mib, executionCount: 1 },
      { line: lineOf('B = '), allocatedBytes: 30 * mib, liveBytes: 8 * mib, executionCount: 1 },
      { line: lineOf('kept.push'), allocatedBytes: 150 * mib, liveBytes: 10 * mib, peakBytes: 95 * mib, executionCount: 4 },
    ];
    const profile = sampleProfile({ files: [sampleFile('/p/a.js', lines)] });
    const mapped = await mapProfileFiles(profile, new Map([['/p/a.js', sourceMap as ResolvedSourceMap]]), files);
    assert.equal(mapped.files.length, 1);
    assert.equal(mapped.files[0]?.path, '/p/a.ts');
    assert.equal(mapped.files[0].language, 'typescript');
    assert.equal(mapped.files[0].contentSha256, createHash('sha256').update(original).digest('hex'));
    assert.deepEqual(
      mapped.files[0].lines.map((line) => [line.line, (line.allocatedBytes ?? 0) / mib, line.executionCount]),
      [
        [3, 10, 1],
        [4, 30, 1],
        [5, 150, 4],
      ],
    );
    assert.ok(profileSums(mapped).every((sum) => sum.holds));
  });

  /** Four generated lines of which 1 and 2 come from line 7, 3 from nowhere, 4 from two files. */
  async function mapSample(texts: Readonly<Record<string, string>>): Promise<MemoryProfile> {
    const files = disk({
      '/p/a.js.map': JSON.stringify({ version: 3, sources: ['a.ts', 'b.ts'], names: [], mappings: 'AAMA;AAAA;;AAAA,CCAA' }),
      ...texts,
    });
    const { map, note } = await resolveSourceMap('/p/a.js', '1\n2\n3\n4\n//# sourceMappingURL=a.js.map', files);
    assert.equal(note, undefined);
    const profile = sampleProfile({
      files: [
        sampleFile(
          '/p/a.js',
          [
            {
              line: 1,
              allocatedBytes: 100 * mib,
              liveBytes: 3 * mib,
              executionCount: 5,
              relativeErrorRatio: 0.1,
              types: [{ name: 'A', liveBytes: 3, liveCount: 1 }],
            },
            {
              line: 2,
              allocatedBytes: 50 * mib,
              liveBytes: 15 * mib,
              peakBytes: 95 * mib,
              executionCount: 3,
              types: [{ name: 'A', liveBytes: 4, liveCount: 2 }],
            },
            { line: 3, allocatedBytes: 25 * mib },
            { line: 4, allocatedBytes: 15 * mib },
          ],
          [
            { name: 'f', line: 1, endLine: 2, callCount: 1 },
            { name: 'g', line: 4, endLine: 4 },
          ],
        ),
      ],
      collections: [{ atMs: 1, durationMs: 1, kind: 'minor', line: { path: '/p/a.js', line: 2 } }],
      caches: [{ name: 'known', at: { path: '/p/a.js', line: 1 }, kind: 'map', entryCount: 3, maxEntryCount: null, growing: true }],
      leakSuspects: [2, 1].map((line) => ({
        at: { path: '/p/a.js', line },
        liveBytes: line * mib,
        reason: `line ${line}`,
        retainedBy: [],
      })),
      holders: [
        {
          at: { path: '/p/a.js', line: 2 },
          typeName: 'A',
          bytes: mib,
          rootKind: 'global',
          path: [{ text: 'known', at: { path: '/p/a.js', line: 1 } }, { text: '[0]' }],
        },
      ],
      advice: [
        {
          rule: 'some-rule',
          at: { path: '/p/a.js', line: 2 },
          title: 'Less would do',
          evidence: [],
          fix: { title: 'Edit', edits: [{ line: 2, column: 0, endLine: 2, endColumn: 1, newText: '' }] },
        },
      ],
      callTree: {
        frames: [
          { functionName: 'f', path: '/p/a.js', line: 1 },
          { functionName: 'x', path: '/else.js', line: 1 },
        ],
        nodes: [{ frame: 0, parent: -1 }],
      },
    });
    return mapProfileFiles(profile, new Map([['/p/a.js', map as ResolvedSourceMap]]), files);
  }

  it('joins the lines that one original line became, and keeps the sums', async () => {
    const mapped = await mapSample({ '/p/a.ts': 'text' });
    assert.deepEqual(
      mapped.files.map((file) => file.path),
      ['/p/a.ts'],
    );
    const [line, ...more] = mapped.files[0]?.lines ?? [];
    assert.deepEqual(more, []);
    assert.ok(line);
    const { relativeErrorRatio = 0, ...figures } = line;
    assert.deepEqual(figures, {
      line: 7,
      allocatedBytes: 150 * mib,
      liveBytes: 18 * mib,
      peakBytes: 95 * mib,
      executionCount: 5,
      types: [{ name: 'A', liveBytes: 7, liveCount: 3 }],
    });
    // 10 % of 100 MiB in 150 MiB.
    assert.ok(Math.abs(relativeErrorRatio - 1 / 15) < 1e-9);
    assert.equal(mapped.totals.unattributedAllocatedBytes, (10 + 25 + 15) * mib);
    assert.ok(profileSums(mapped).every((sum) => sum.holds));
    assert.match(mapped.engine.notes.join(), /^The figures of 1 line of \/p\/a\.js are unattributed/);
  });

  it('moves functions, frames and collections along', async () => {
    const mapped = await mapSample({ '/p/a.ts': 'text' });
    assert.deepEqual(mapped.files[0]?.functions, [{ name: 'f', line: 7, endLine: 7, callCount: 1 }]);
    assert.deepEqual(mapped.collections[0]?.line, { path: '/p/a.ts', line: 7 });
    assert.deepEqual(mapped.callTree?.frames, [
      { functionName: 'f', path: '/p/a.ts', line: 7 },
      { functionName: 'x', path: '/else.js', line: 1 },
    ]);
  });

  it('moves what explains the memory along: suspects of one original line are one, and no fix edits the original by the generated text', async () => {
    const mapped = await mapSample({ '/p/a.ts': 'text' });
    const original = { path: '/p/a.ts', line: 7 };
    assert.deepEqual(mapped.caches?.[0]?.at, original);
    assert.deepEqual(mapped.leakSuspects, [{ at: original, liveBytes: 3 * mib, reason: 'line 2', retainedBy: [] }]);
    assert.deepEqual(mapped.holders?.[0]?.at, original);
    assert.deepEqual(mapped.holders[0].path, [{ text: 'known', at: original }, { text: '[0]' }]);
    assert.deepEqual(mapped.advice, [{ rule: 'some-rule', at: original, title: 'Less would do', evidence: [] }]);
    assert.equal(mapped.globals, undefined);
  });

  it('leaves a file as it was run when its originals are not there, and says so', async () => {
    const mapped = await mapSample({});
    assert.deepEqual(
      mapped.files.map((file) => [file.path, file.lines.length]),
      [['/p/a.js', 4]],
    );
    assert.match(mapped.engine.notes.join(), /\/p\/a\.js is shown as it was run/);
  });
});

describe('paths with forward slashes', () => {
  it('are joined on every platform', () => {
    assert.equal(joinPath('/a/b', '../c.ts'), '/a/c.ts');
    assert.equal(joinPath('/a', '../../c.ts'), '/c.ts');
    assert.equal(joinPath('C:/a/b', '..\\c.ts'), 'C:/a/c.ts');
    assert.equal(joinPath('C:/a', '../../../c.ts'), 'C:/c.ts');
    assert.equal(joinPath('/a', 'C:/x.ts'), 'C:/x.ts');
    assert.equal(joinPath('/a', 'file:///C:/x%23.ts'), 'C:/x#.ts');
    assert.equal(parentFolder('/a/b.js'), '/a');
    assert.equal(parentFolder('/b.js'), '/');
    assert.equal(parentFolder('C:/b.js'), 'C:/');
    assert.equal(parentFolder('/'), '/');
  });
});
