import assert from 'node:assert/strict';
import { formatCollectionKind, isFullCollection } from '../../../src/core/collectionKinds.ts';
import { formatCollections } from '../../../src/core/formatProfileSummary.ts';

describe('garbage collections in words', () => {
  it('name the generations of Python and keep the names of Node', () => {
    const kinds = ['minor', 'major', 'gen0', 'gen1', 'gen2'];
    assert.deepEqual(kinds.map(formatCollectionKind), ['minor', 'major', 'generation 0', 'generation 1', 'generation 2 (full)']);
    assert.deepEqual(kinds.filter(isFullCollection), ['major', 'gen2']);
  });

  it('are summed by kind', () => {
    const collections = ['gen0', 'gen0', 'gen2'].map((kind, index) => ({ kind, atMs: index, durationMs: 10 }));
    assert.equal(formatCollections(collections, 1000), '2 of generation 0, 1 of generation 2 (full); 30 ms in all, 3% of the run');
  });
});
