import assert from 'node:assert/strict';
import { alignAnnotations } from '../../../src/core/alignAnnotations.ts';

/** Where the annotations start, for lines of text without wide characters. */
function startsOf(source: string, lines0: readonly number[]): readonly number[] {
  const texts = source.split('\n');
  const lines = lines0.map((line0) => ({ line0, text: texts[line0] ?? '' }));
  const gaps = alignAnnotations(lines, 4);
  return lines.map(({ line0, text }) => text.length + (gaps.get(line0) ?? NaN));
}

describe('annotations of neighbouring lines', () => {
  it('start in one column, after the longest of their lines', () => {
    const source = ['def f():', '    a = [1] * (10 ** 6)', '    b = [2] * (2 * 10 ** 7)', '    del b', '    return a'].join('\n');
    assert.deepEqual(startsOf(source, [1, 2, 3]), [30, 30, 30]);
  });

  it('start for themselves where lines without any lie between', () => {
    const source = ['aaaaaaaaaa', '', '', '', '', 'b', '', '', '', 'cc'].join('\n');
    assert.deepEqual(startsOf(source, [0, 5, 9]), [13, 5, 5]);
  });

  it('are not pushed away by a very long line', () => {
    const source = ['short', 'x'.repeat(200), 'a little longer'].join('\n');
    assert.deepEqual(startsOf(source, [0, 1, 2]), [18, 203, 18]);
  });

  it('know how wide tabs and wide letters are', () => {
    const lines = [
      { line0: 0, text: '\tx' },
      { line0: 1, text: 'ab\tx' },
      { line0: 2, text: '日本' },
      { line0: 3, text: '12345678' },
    ];
    assert.deepEqual([...alignAnnotations(lines, 4).values()], [6, 6, 7, 3]);
  });

  it('need no lines at all', () => {
    assert.equal(alignAnnotations([], 4).size, 0);
  });
});
