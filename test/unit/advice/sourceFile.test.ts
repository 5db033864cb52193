import assert from 'node:assert/strict';
import { applyEdits, SourceFile } from '../../../src/advice/sourceFile.ts';

const python = (text: string): SourceFile => new SourceFile({ path: '/p/program.py', language: 'python' }, text);

describe('a source file', () => {
  it('knows lines and offsets by any line end', () => {
    const source = python('a = 1\r\nbb = 2\nccc = 3\rd = 4');
    assert.deepEqual(source.lines, ['a = 1', 'bb = 2', 'ccc = 3', 'd = 4']);
    for (const [line, name] of [
      [1, 'a'],
      [2, 'bb'],
      [3, 'ccc'],
      [4, 'd'],
    ] as const) {
      const offset = source.text.indexOf(`${name} =`);
      assert.equal(source.lineStart(line), offset);
      assert.equal(source.lineAt(offset), line);
      assert.equal(source.lineAt(offset + name.length + 3), line);
    }
    assert.equal(source.lineEnd, '\r\n');
  });

  it('finds the nodes that start on a line', () => {
    const source = python('x = f([1,\n  g(2)])\ny = h()\n');
    const calls = (line: number): string[] => source.nodesStartingOn(line, ['CallExpression']).map((node) => source.textOf(node));
    assert.deepEqual(calls(1), ['f([1,\n  g(2)])']);
    assert.deepEqual(calls(2), ['g(2)']);
    assert.deepEqual(calls(3), ['h()']);
  });

  it('says whether it could be parsed', () => {
    assert.equal(python('x = [1]\n').hasSyntaxErrors, false);
    assert.equal(python('x = [1\n').hasSyntaxErrors, true);
    const typed = 'const x = <T,>(y: T): T => y;\n';
    assert.equal(new SourceFile({ path: '/p/a.ts', language: 'typescript' }, typed).hasSyntaxErrors, false);
    assert.equal(new SourceFile({ path: '/p/a.js', language: 'javascript' }, typed).hasSyntaxErrors, true);
    assert.equal(new SourceFile({ path: '/p/a.tsx', language: 'typescript' }, 'const x = <b>{1 as number}</b>;\n').hasSyntaxErrors, false);
  });

  it('is changed by edits that count as the profile does: lines from 1, columns from 0 in UTF-16', () => {
    const source = python("a = '😀'; b = [1]\nc = 2\n");
    const at = source.text.indexOf('[1]');
    const edit = source.replace(at, at + 3, '(1,)');
    assert.deepEqual(edit, { line: 1, column: 14, endLine: 1, endColumn: 17, newText: '(1,)' });
    const edits = [source.insertLinesBefore(3, 'd = 4'), source.insertLinesBefore(2, 'import os'), edit];
    assert.equal(applyEdits(source, edits), "a = '😀'; b = (1,)\nimport os\nc = 2\nd = 4\n");
    assert.equal(applyEdits(python('a = 1'), [python('a = 1').insertLinesBefore(2, 'b = 2')]), 'a = 1\nb = 2');
  });
});
