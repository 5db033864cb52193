/** Functions of a Python source, found by its indentation. */

import assert from 'node:assert/strict';
import { outlineFunctions } from '../../../src/engines/python/sourceOutline.ts';

function outlineOf(...lines: string[]): [string, number, number][] {
  return outlineFunctions(lines.join('\n')).map(({ name, line, endLine }) => [name, line, endLine]);
}

describe('the outline of a Python source', () => {
  it('names functions with what is around them, from their first decorator to their last line', () => {
    assert.deepEqual(
      outlineOf(
        'import os', //
        '@first',
        '@second(1,',
        '        2)',
        'async def fetch(url):',
        '    def inner(): return 1',
        '',
        '    # a word',
        '    return inner',
        '',
        '# not part of it',
        'class Tree:',
        '    size = 1',
        '    @property',
        '    def depth(self):',
        '        return 1',
        '',
        'print(1)',
      ),
      [
        ['fetch', 2, 9],
        ['fetch.inner', 6, 6],
        ['Tree.depth', 14, 16],
      ],
    );
  });

  it('is not led astray by long texts and brackets that are indented less', () => {
    assert.deepEqual(
      outlineOf(
        'def text():', //
        '    x = """',
        'def no(): pass',
        '"""',
        '    y = [',
        '        1,',
        ']',
        '    return x',
        'z = 1',
      ),
      [['text', 1, 8]],
    );
  });

  it('takes tabs, Windows line ends and a missing last line end', () => {
    assert.deepEqual(
      outlineFunctions('def a():\r\n\tif 1:\r\n\t\tpass\r\ndef b(): pass').map(({ name, endLine }) => [name, endLine]),
      [
        ['a', 3],
        ['b', 4],
      ],
    );
  });
});
