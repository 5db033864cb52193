import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { AnnotationTracker, type TextReplacement } from '../../../src/core/annotationTracker.ts';

/** A text with VS Code's way of editing: replaces [startLine, startCharacter] to [endLine, endCharacter], all from 0. */
class EditedText {
  lines: string[];
  readonly tracker: AnnotationTracker;

  constructor(text: string) {
    this.lines = text.split('\n');
    this.tracker = new AnnotationTracker(this.lines);
  }

  /** Ranges are all of the text before; given from the last to the first, as VS Code does. */
  edit(
    ...changes: readonly (readonly [startLine: number, startCharacter: number, endLine: number, endCharacter: number, text: string])[]
  ): void {
    const replacements: TextReplacement[] = [];
    for (const [startLine, startCharacter, endLine, endCharacter, text] of changes) {
      const put = (this.lines[startLine]!.slice(0, startCharacter) + text + this.lines[endLine]!.slice(endCharacter)).split('\n');
      this.lines.splice(startLine, endLine - startLine + 1, ...put);
      replacements.push({
        startLine0: startLine,
        endLine0: endLine,
        addedLineBreakCount: text.split('\n').length - 1,
      });
    }
    this.tracker.applyEdit(replacements, (line0) => this.lines[line0]!);
  }

  /** 'text' of each followed line as it was run -> where it is now, with '!' when stale, '-' when gone. */
  places(count: number): string[] {
    return Array.from({ length: count }, (_, index) => {
      const position = this.tracker.positionOf(index + 1);
      return position === undefined ? '-' : `${position.line0}${position.stale ? '!' : ''}`;
    });
  }
}

describe('annotations while a text is edited', () => {
  it('stay on their lines when lines are put in above', () => {
    const text = new EditedText('a\nb\nc');
    text.edit([1, 0, 1, 0, 'x\ny\n']);
    assert.deepEqual(text.places(3), ['0', '3', '4']);
  });

  it('stay on a line that a new line is opened after', () => {
    const text = new EditedText('a\nb\nc');
    text.edit([0, 1, 0, 1, '\n']);
    assert.deepEqual(text.places(3), ['0', '2', '3']);
  });

  it('go stale on the line that is edited and on no other', () => {
    const text = new EditedText('a\nb\nc');
    text.edit([1, 1, 1, 1, '!']);
    assert.deepEqual(text.places(3), ['0', '1!', '2']);
  });

  it('are fresh again when the edit is undone', () => {
    const text = new EditedText('a\nb\nc');
    text.edit([1, 1, 1, 1, '!']);
    text.edit([1, 1, 1, 2, '']);
    assert.deepEqual(text.places(3), ['0', '1', '2']);
  });

  it('stay fresh when a line is only indented', () => {
    const text = new EditedText('a\nb\nc');
    text.edit([1, 0, 1, 0, '    ']);
    assert.deepEqual(text.places(3), ['0', '1', '2']);
  });

  it('vanish with a deleted line and do not move to the line that takes its place', () => {
    const text = new EditedText('a\nb\nc');
    text.edit([1, 0, 2, 0, '']);
    assert.deepEqual(text.places(3), ['0', '-', '1']);
  });

  it('tell which of two equal lines was deleted', () => {
    const text = new EditedText('push()\nx\npush()\ny');
    text.edit([0, 0, 1, 0, '']);
    assert.deepEqual(text.places(4), ['-', '0', '1', '2']);
  });

  it('come back when the deletion is undone', () => {
    const text = new EditedText('a\nb\nc\nd');
    text.edit([1, 0, 3, 0, '']);
    assert.deepEqual(text.places(4), ['0', '-', '-', '1']);
    text.edit([1, 0, 1, 0, 'b\nc\n']);
    assert.deepEqual(text.places(4), ['0', '1', '2', '3']);
  });

  it('come back at the right place when lines were put in above meanwhile', () => {
    const text = new EditedText('a\nb\nc\nd');
    text.edit([2, 0, 3, 0, '']);
    text.edit([0, 0, 0, 0, 'x\n']);
    text.edit([3, 0, 3, 0, 'c\n']);
    assert.deepEqual(text.places(4), ['1', '2', '3', '4']);
  });

  it('stay, stale, at the first part of a line that is split', () => {
    const text = new EditedText('a\nf([1, 2])\nc');
    text.edit([1, 2, 1, 2, '\n']);
    assert.deepEqual(text.places(3), ['0', '1!', '3']);
  });

  it('stay, stale, on the first of two lines that are joined', () => {
    const text = new EditedText('a\nb\nc');
    text.edit([0, 1, 1, 0, ' ']);
    assert.deepEqual(text.places(3), ['0!', '-', '1']);
  });

  it('follow several ranges of one edit', () => {
    const text = new EditedText('a\nb\nc\nd');
    text.edit([3, 0, 3, 0, 'y\n'], [1, 0, 2, 0, ''], [0, 0, 0, 0, 'x\n']);
    assert.deepEqual(text.places(4), ['1', '-', '2', '4']);
  });

  it('follow two ranges of one edit on one line', () => {
    const text = new EditedText('ab\nc');
    text.edit([0, 1, 0, 1, '\n'], [0, 0, 0, 0, 'x\n']);
    assert.deepEqual(text.lines, ['x', 'a', 'b', 'c']);
    assert.deepEqual(text.places(2).at(1), '3');
  });

  it('find the unchanged lines again when the whole text is replaced', () => {
    const text = new EditedText('a\nb\nc\nd');
    text.tracker.replaceAll(['new', 'a', 'B', '  c', 'd', 'end']);
    assert.deepEqual(text.places(4), ['1', '2!', '3', '4']);
  });

  it('are all gone when the whole text is another one', () => {
    const text = new EditedText('a\nb');
    text.tracker.replaceAll([]);
    assert.deepEqual(text.places(2), ['-', '-']);
  });

  it('are not to be had for lines that the text does not have', () => {
    const tracker = new AnnotationTracker(['a']);
    assert.deepEqual(tracker.positionOf(1), { line0: 0, stale: false });
    assert.equal(tracker.positionOf(2), undefined);
    assert.equal(tracker.positionOf(0), undefined);
  });

  it('take a keystroke in a text of 10,000 lines in a few milliseconds', () => {
    const text = new EditedText(Array.from({ length: 10_000 }, (_, index) => `const v${index} = [${index}];`).join('\n'));
    text.edit([0, 0, 0, 0, '// warm up']);
    const startedAt = performance.now();
    for (let count = 0; count < 20; count++) text.edit([5000, 0, 5000, 0, 'x\n']);
    const elapsedMs = (performance.now() - startedAt) / 20;
    assert.equal(text.tracker.positionOf(10_000)?.line0, 10_019);
    assert.ok(elapsedMs < 50, `${elapsedMs} ms a keystroke`);
  });
});
