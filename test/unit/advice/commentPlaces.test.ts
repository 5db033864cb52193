import assert from 'node:assert/strict';
import { mayTakeComment } from '../../../src/advice/commentPlaces.ts';

/** Which lines, from 1, may take a comment at their end. */
function placesIn(path: string, text: string): readonly number[] {
  const language = path.endsWith('.py') ? 'python' : 'javascript';
  const lines = text.split('\n');
  const ends = lines.map((_, line0) => lines.slice(0, line0 + 1).join('\n').length);
  return ends.flatMap((end, line0) => (mayTakeComment({ path, language }, text, end) ? [line0 + 1] : []));
}

describe('where a comment may stand', () => {
  it('is at the end of code in JavaScript, also within a template, and not where the template goes on', () => {
    const text = ['const a = `x`;', 'const b = `', '${a} and', '${a', '.trim()} end', '`;', 'call(`', '`, a,', 'b);', 'if (a > b)', '  a;'];
    assert.deepEqual(placesIn('/a.mjs', text.join('\n')), [1, 4, 6, 8, 9, 10, 11]);
  });

  it('is not in the text of JSX, but in its code', () => {
    const text = ['const view = (', '  <ul className="a">', '    {items.map((item) =>', '      item)} of', '  </ul>', ');', 'view;'];
    assert.deepEqual(placesIn('/a.jsx', text.join('\n')), [1, 3, 5, 6, 7]);
  });

  it('is not after a backslash, nor in a string that a backslash continues', () => {
    assert.deepEqual(placesIn('/a.js', "const a = 'b\\\nc\\\nd';\na;"), [3, 4]);
    assert.deepEqual(placesIn('/a.py', 'a = 1 + \\\n  2\nb = "c\\\nd"'), [2, 4]);
  });

  it('is at the end of code in Python, and not in a text over several lines or a field in one', () => {
    const text = ['a = """b', 'c', 'd"""', 'e = f"""', '{a', '} {', 'a} g"""', 'call("x"', '  "y", [', '1])', 'for n in a:', '  n', ''];
    assert.deepEqual(placesIn('/a.py', text.join('\n')), [3, 7, 8, 9, 10, 11, 12, 13]);
  });

  it('is not where a text is not ended, and elsewhere though not all of the source is understood', () => {
    assert.deepEqual(placesIn('/a.js', 'const a = `b\nc\n'), [3]);
    assert.deepEqual(placesIn('/a.js', 'a = 1;\nb = %%;\nc = 2;\nd = `e\nf`;'), [1, 2, 3]);
    assert.deepEqual(placesIn('/a.py', 'a = 1\nb = ?? 2\nc = 3\nd = """e\nf""" + g\n'), [1, 2, 3, 6]);
  });
});
