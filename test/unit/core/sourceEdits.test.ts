import assert from 'node:assert/strict';
import type { SourceEdit } from '../../../src/core/profile.ts';
import { applySourceEdits } from '../../../src/core/sourceEdits.ts';

function edit(line: number, column: number, endLine: number, endColumn: number, newText: string): SourceEdit {
  return { line, column, endLine, endColumn, newText };
}

describe('applying the edits of a fix', () => {
  it('counts lines from 1 and columns from 0, in UTF-16 code units, and leaves line ends as they are', () => {
    assert.equal(applySourceEdits('a\r\nb😀c\rd\n', [edit(2, 3, 2, 4, 'C'), edit(3, 0, 3, 1, 'D')]), 'a\r\nb😀C\rD\n');
  });

  it('takes edits in any order, each of the text as it was', () => {
    assert.equal(applySourceEdits('one two three', [edit(1, 8, 1, 13, '3'), edit(1, 0, 1, 3, '1')]), '1 two 3');
  });

  it('inserts, removes, and goes over several lines, up to the very end', () => {
    assert.equal(applySourceEdits('a\nb\nc', [edit(2, 0, 2, 0, 'x = 1\n')]), 'a\nx = 1\nb\nc');
    assert.equal(applySourceEdits('a\nb\nc', [edit(1, 1, 3, 0, '')]), 'ac');
    assert.equal(applySourceEdits('a\n', [edit(2, 0, 2, 0, 'b')]), 'a\nb');
  });

  it('keeps the order of two insertions at one place', () => {
    assert.equal(applySourceEdits('ab', [edit(1, 1, 1, 1, '1'), edit(1, 1, 1, 1, '2')]), 'a12b');
  });

  it('refuses what does not fit the text', () => {
    for (const edits of [
      [edit(3, 0, 3, 0, 'x')],
      [edit(1, 0, 1, 4, 'x')],
      [edit(1, 2, 1, 1, 'x')],
      [edit(1, 0, 1, 2, 'x'), edit(1, 1, 1, 3, 'y')],
    ]) {
      assert.throws(() => applySourceEdits('abc\n', edits), RangeError);
    }
  });
});
