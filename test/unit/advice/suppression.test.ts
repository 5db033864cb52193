import assert from 'node:assert/strict';
import { ruleInfo, ruleInfos } from '../../../src/advice/ruleInfo.ts';
import { isSuppressed, suppressionComment } from '../../../src/advice/suppression.ts';

describe('a suppressing comment', () => {
  const isSilent = (text: string, line: number, id = 'slots'): boolean => isSuppressed(text.split('\n'), line, id);

  it('silences everything on its line, and nothing on others', () => {
    const text = 'a = 1\nb = 2  # memory-lens: ignore\nc = 3';
    assert.deepEqual(
      [1, 2, 3, 4].map((line) => isSilent(text, line)),
      [false, true, false, false],
    );
  });

  it('silences the line below when it stands alone', () => {
    assert.equal(isSilent('  # memory-lens: ignore\nb = 2', 2), true);
    assert.equal(isSilent('a = 1  # memory-lens: ignore\nb = 2', 2), false);
  });

  it('silences only the rules that it names, whatever is said after them', () => {
    const text = 'x = {}  # memory-lens: ignore[caches, slots] meant to grow';
    assert.equal(isSilent(text, 1, 'slots'), true);
    assert.equal(isSilent(text, 1, 'caches'), true);
    assert.equal(isSilent(text, 1, 'globals'), false);
    assert.equal(isSilent('x = {}  # memory-lens: ignore slots are of no use here', 1, 'caches'), true);
  });

  it('is known in every kind of comment of JavaScript, and with any spaces', () => {
    for (const text of [
      'f(); // memory-lens: ignore',
      'f(); /* memory-lens: ignore */',
      'f();//memory-lens:ignore',
      '{/* memory-lens: ignore */}\nf()',
    ]) {
      assert.equal(isSilent(text, text.includes('\n') ? 2 : 1), true, text);
    }
    assert.equal(isSilent('f(); // memory-lens: ignored', 1), false);
    assert.equal(isSilent('f(); // memory lens: ignore', 1), false);
  });

  it('is written as it is read', () => {
    for (const language of ['python', 'typescript']) {
      const line = `x = {}${suppressionComment(language, 'caches')}`;
      assert.equal(isSilent(line, 1, 'caches'), true);
      assert.equal(isSilent(line, 1, 'slots'), false);
    }
  });
});

describe('what is known of each rule', () => {
  it('is found by its id, with its page', () => {
    assert.equal(ruleInfo('slots')?.docsPage, 'docs/slots.md');
    assert.equal(ruleInfo('leak-suspects')?.title, 'Leak suspect');
    assert.equal(ruleInfo('no-such-rule'), undefined);
    assert.ok(ruleInfos.length >= 12);
  });
});
