import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { withoutSuppressed } from '../../../src/advice/withoutSuppressed.ts';
import type { GlobalReport } from '../../../src/core/profile.ts';
import { sampleFile, sampleProfile } from '../core/sampleProfile.ts';

describe('a profile without what comments ask to be silent about', () => {
  const global = (line: number): GlobalReport => ({
    name: `G${line}`,
    at: { path: '/project/a.js', line },
    typeName: 'Array',
    retainedBytes: 1,
  });
  const profile = sampleProfile({ files: [sampleFile('/project/a.js', [])], globals: [global(1), global(2), global(3)], caches: [] });

  it('lacks the reports whose lines carry such a comment, for their kind or for all', () => {
    const text = 'let G1; // memory-lens: ignore[globals]\nlet G2; // memory-lens: ignore[caches]\nlet G3; // memory-lens: ignore\n';
    const { globals, caches, cycles } = withoutSuppressed(profile, new Map([['/project/a.js', text]]));
    assert.deepEqual(
      globals?.map(({ name }) => name),
      ['G2'],
    );
    assert.deepEqual([caches, cycles], [[], undefined]);
  });

  it('has all of them where the text is not at hand', () => {
    assert.equal(withoutSuppressed(profile, new Map()).globals?.length, 3);
  });
});
