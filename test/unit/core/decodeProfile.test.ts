import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { decodeProfile, parseProfile } from '../../../src/core/decodeProfile.ts';
import type { MemoryProfile } from '../../../src/core/profile.ts';
import { profileSums } from '../../../src/core/profileSums.ts';
import { UserError } from '../../../src/core/userError.ts';
import { mib, sampleFile, sampleProfile } from './sampleProfile.ts';

const inProject = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** The sample with one value put in at a path of keys. */
function sampleWith(path: readonly (string | number)[], value: unknown): unknown {
  const profile = structuredClone(sampleProfile()) as unknown;
  let at = profile as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
  const last = path.at(-1) ?? '';
  at[last] = value;
  return dropUndefined(profile);
}

function dropUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dropUndefined);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, child]) => (child === undefined ? [] : [[key, dropUndefined(child)]])));
}

function assertRefused(read: () => unknown, ...patterns: RegExp[]): void {
  assert.throws(read, (error) => {
    assert.ok(error instanceof UserError, String(error));
    assert.equal(error.code, 'profileUnreadable');
    for (const pattern of patterns) assert.match(error.message, pattern);
    return true;
  });
}

describe('reading a saved profile', () => {
  it('gives the profile as it was, unknown fields included', () => {
    const profile = { ...sampleProfile(), futureField: { x: 1 } };
    assert.deepEqual(parseProfile(JSON.stringify(profile), 'p.json'), profile);
  });

  it('says that a truncated file is cut off, wherever it was cut', () => {
    const text = JSON.stringify(sampleProfile());
    for (const length of [1, 20, Math.floor(text.length / 2), text.length - 1]) {
      assertRefused(() => parseProfile(text.slice(0, length), '/tmp/p.json'), /^\/tmp\/p\.json /, /cut off|not JSON/);
    }
    assertRefused(() => parseProfile(text.slice(0, -1), 'p'), /cut off/);
    assertRefused(() => parseProfile('  ', 'p'), /it is empty/);
    assertRefused(() => parseProfile('<html>', 'p'), /not JSON/);
  });

  it('refuses other formats and versions', () => {
    assertRefused(() => decodeProfile({}), /no Memory Lens profile/);
    assertRefused(() => decodeProfile([1]), /no Memory Lens profile/);
    assertRefused(() => decodeProfile(null), /no Memory Lens profile/);
    assertRefused(() => decodeProfile('x'), /no Memory Lens profile/);
    assertRefused(() => decodeProfile(sampleWith(['version'], 2)), /version is 2/, /reads version 1/);
    assertRefused(() => decodeProfile(sampleWith(['version'], undefined)), /version is missing/);
  });

  it('names the place of what is wrong', () => {
    assertRefused(() => decodeProfile(sampleWith(['totals', 'liveBytes'], -1)), /totals\.liveBytes/, /-1/);
    assertRefused(() => decodeProfile(sampleWith(['totals', 'peakBytes'], 'many')), /totals\.peakBytes/, /string/);
    assertRefused(() => decodeProfile(sampleWith(['totals', 'peakBytes'], NaN)), /totals\.peakBytes is not a finite number/);
    assertRefused(
      () => decodeProfile(sampleWith(['files', 0, 'lines', 1, 'allocatedBytes'], Infinity)),
      /files\[0\]\.lines\[1\]\.allocatedBytes/,
    );
    assertRefused(() => decodeProfile(sampleWith(['files', 0, 'lines', 1, 'line'], 0)), /files\[0\]\.lines\[1\]\.line/);
    assertRefused(() => decodeProfile(sampleWith(['files', 0, 'lines', 1, 'line'], 2.5)), /files\[0\]\.lines\[1\]\.line/);
    assertRefused(() => decodeProfile(sampleWith(['exit'], undefined)), /exit/);
    assertRefused(() => decodeProfile(sampleWith(['files', 0, 'contentSha256'], 'abc')), /files\[0\]\.contentSha256/);
  });

  it('refuses what no schema sees', () => {
    assertRefused(() => decodeProfile(sampleWith(['timeline', 'rssBytes'], [1])), /differ in length \(3, 3, 3, 1\)/);
    assertRefused(() => decodeProfile(sampleWith(['timeline', 'atMs'], [0, 9, 8])), /timeline\.atMs\[2\]/);
    assertRefused(() => decodeProfile(sampleWith(['files', 0, 'lines', 2, 'line'], 3)), /files\[0\]\.lines\[2\] does not come after/);
    const frames = [{ functionName: 'f', path: '/a.js', line: 1 }];
    assertRefused(() => decodeProfile(sampleWith(['callTree'], { frames, nodes: [{ frame: 1, parent: -1 }] })), /nodes\[0\]\.frame/);
    assertRefused(() => decodeProfile(sampleWith(['callTree'], { frames, nodes: [{ frame: 0, parent: 0 }] })), /nodes\[0\]\.parent/);
  });

  it('refuses findings that views could not show or a fix could not be made of', () => {
    const at = { path: '/a.js', line: 1 };
    const suspect = { at, liveBytes: 1, reason: 'It grows.', retainedBy: [], series: { atMs: [0, 1], liveBytes: [0, 1] } };
    assert.deepEqual(decodeProfile({ ...sampleProfile(), leakSuspects: [suspect] }).leakSuspects, [suspect]);
    const ragged = { ...suspect, series: { atMs: [0, 1], liveBytes: [0] } };
    assertRefused(() => decodeProfile({ ...sampleProfile(), leakSuspects: [ragged] }), /leakSuspects\[0\]\.series differ in length/);
    const nowhere = { name: 'KEPT', at: { path: '/a.js', line: 0 }, typeName: 'list', retainedBytes: 1 };
    assertRefused(() => decodeProfile({ ...sampleProfile(), globals: [nowhere] }), /globals\[0\]\.at\.line/);

    const adviceWith = (edit: object): unknown => {
      const edits = [{ line: 2, column: 4, endLine: 2, endColumn: 6, newText: '', ...edit }];
      return {
        ...sampleProfile(),
        advice: [{ rule: 'slots', at, title: 'Give it slots', evidence: [], fix: { title: 'Add them', edits } }],
      };
    };
    assert.equal(decodeProfile(adviceWith({})).advice?.length, 1);
    assertRefused(() => decodeProfile(adviceWith({ endColumn: 3 })), /advice\[0\]\.fix ends before it starts/);
    assertRefused(() => decodeProfile(adviceWith({ column: -1 })), /advice\[0\]\.fix\.edits\[0\]\.column/);
  });

  it('takes a negative increment', () => {
    const files = [sampleFile('/a.js', [{ line: 1, netBytes: -5 }])];
    assert.equal(decodeProfile({ ...sampleProfile(), files }).files[0]?.lines[0]?.netBytes, -5);
  });
});

describe('the JSON Schema of a profile', () => {
  it('is what the types give', function () {
    this.timeout(60_000);
    const check = spawnSync(process.execPath, [inProject('scripts/profileSchema.mjs'), '--check'], { encoding: 'utf8' });
    assert.equal(check.stderr, '');
    assert.equal(check.status, 0);
  });

  it('accepts the sample and refuses a negative figure, by another validator as well', () => {
    const schema = JSON.parse(fs.readFileSync(inProject('src/core/profileSchema.json'), 'utf8')) as object;
    const validate = new Ajv({ strict: false }).compile(schema);
    assert.equal(validate(sampleProfile()), true, JSON.stringify(validate.errors));
    assert.equal(validate(sampleWith(['totals', 'liveBytes'], -1)), false);
    assert.equal(validate(sampleWith(['files', 0, 'path'], undefined)), false);
  });
});

describe('the sums of a profile', () => {
  it('hold when lines and what no line accounts for make the total', () => {
    const sums = profileSums(sampleProfile());
    assert.deepEqual(
      sums.map(({ metric, linesBytes, holds }) => [metric, linesBytes / mib, holds]),
      [
        ['allocated', 190, true],
        ['live', 18, true],
        ['peak', 95, true],
      ],
    );
  });

  it('do not hold when two bytes are missing', () => {
    const profile: MemoryProfile = sampleProfile();
    const totals = { ...profile.totals, unattributedLiveBytes: 2 * mib - 2 };
    const live = profileSums({ ...profile, totals }).find((sum) => sum.metric === 'live');
    assert.equal(live?.holds, false);
    assert.equal(live.differenceBytes, -2);
  });

  it('are only asked of figures that have a total', () => {
    const totals = { liveBytes: 0, peakBytes: 0, peakAtMs: 0, peakRssBytes: 0 };
    assert.deepEqual(
      profileSums(sampleProfile({ totals, files: [] })).map((sum) => [sum.metric, sum.holds]),
      [
        ['live', true],
        ['peak', true],
      ],
    );
  });
});
