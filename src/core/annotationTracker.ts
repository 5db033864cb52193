/**
 * Keeps figures at their lines while a text is edited: which line of the text as it was run stands where now, and whether it still
 * says what it said. A line counts as unchanged when its text is the same but for the white space around it, so re-indenting keeps a
 * figure and undoing an edit brings it back; a figure whose line is gone is kept aside and returns with the line.
 */

import { diffArrays } from 'diff';

/** One replaced range of an edit. Lines count from 0; ranges of one edit don't overlap and are all of the text before it. */
export interface TextReplacement {
  readonly startLine0: number;
  readonly endLine0: number;
  /** Line breaks in the text put in. */
  readonly addedLineBreakCount: number;
}

/** Where a line of the text as it was run stands now. */
export interface TrackedPosition {
  /** Counts from 0. */
  readonly line0: number;
  /** Its text is no longer what was run. */
  readonly stale: boolean;
}

/** More differing lines than this in one replaced block are not worth the time to match: the block counts as new. */
const maxMatchedEditLength = 2000;

interface TrackedLine {
  readonly originalText: string;
  line0: number;
  /** False while the line is deleted; `line0` is then where it would come back. */
  attached: boolean;
}

/** One replaced block of whole lines. */
interface Block {
  readonly oldStart0: number;
  readonly oldEnd0: number;
  readonly newStart0: number;
  readonly newEnd0: number;
  /** The block's lines after the edit, trimmed. */
  readonly newTexts: readonly string[];
}

/** Follows the lines of one text through its edits. */
export class AnnotationTracker {
  private readonly originalTexts: readonly string[];
  private currentTexts: string[];
  private readonly tracked: readonly TrackedLine[];

  /** @param texts the lines of the text as it was run, without line breaks */
  constructor(texts: readonly string[]) {
    this.originalTexts = texts;
    this.currentTexts = texts.map((text) => text.trim());
    this.tracked = this.currentTexts.map((originalText, line0) => ({
      originalText,
      line0,
      attached: true,
    }));
  }

  /** Where a line (from 1, of the text as it was run) is now; undefined when it is deleted or never was. */
  positionOf(line: number): TrackedPosition | undefined {
    const entry = this.tracked[line - 1];
    if (entry === undefined || !entry.attached) return undefined;
    return { line0: entry.line0, stale: this.currentTexts[entry.line0] !== entry.originalText };
  }

  /** The text of a line (from 1) as it was run; undefined when there was none. */
  originalTextOf(line: number): string | undefined {
    return this.originalTexts[line - 1];
  }

  /**
   * Takes in one edit.
   * @param replacements all ranges of the edit, in any order
   * @param textAt the text of a line (from 0) after the whole edit
   */
  applyEdit(replacements: readonly TextReplacement[], textAt: (line0: number) => string): void {
    const blocks = mergeToBlocks(replacements, textAt);
    // Typing within lines, by far the most frequent edit, moves nothing.
    if (blocks.some((block) => block.oldEnd0 > block.oldStart0 || block.newEnd0 > block.newStart0)) this.moveLines(blocks);
    // From the last block to the first, so that the positions of the earlier ones stay good.
    for (const { oldStart0, oldEnd0, newTexts } of blocks.toReversed()) {
      this.currentTexts = [...this.currentTexts.slice(0, oldStart0), ...newTexts, ...this.currentTexts.slice(oldEnd0 + 1)];
    }
    const detached = this.tracked.filter((entry) => !entry.attached);
    if (detached.length > 0) for (const block of blocks) this.reattach(block, detached);
  }

  /** Takes in a text that replaced the whole one: read again from disk, or opened after it was run. */
  replaceAll(texts: readonly string[]): void {
    const whole = { startLine0: 0, endLine0: this.currentTexts.length - 1, addedLineBreakCount: texts.length - 1 };
    this.applyEdit([whole], (line0) => texts[line0] ?? '');
  }

  private moveLines(blocks: readonly Block[]): void {
    const target = mapLines(this.currentTexts, blocks);
    for (const entry of this.tracked) {
      const to = target(entry.line0);
      entry.line0 = to.line0;
      entry.attached &&= to.kept;
    }
  }

  /** Lines that were deleted come back where the same text stands again, at or after their place and in their order. */
  private reattach(block: Block, detached: readonly TrackedLine[]): void {
    const taken = new Set(this.tracked.filter((entry) => entry.attached).map((entry) => entry.line0));
    let from0 = block.newStart0;
    for (const entry of detached) {
      if (entry.line0 < block.newStart0 || entry.line0 > block.newEnd0 + 1) continue;
      for (let line0 = from0; line0 <= block.newEnd0; line0++) {
        if (taken.has(line0) || this.currentTexts[line0] !== entry.originalText) continue;
        entry.line0 = line0;
        entry.attached = true;
        from0 = line0 + 1;
        break;
      }
    }
  }
}

function mergeToBlocks(replacements: readonly TextReplacement[], textAt: (line0: number) => string): Block[] {
  const sorted = [...replacements].sort((a, b) => a.startLine0 - b.startLine0);
  const merged: { start0: number; end0: number; growth: number }[] = [];
  for (const { startLine0, endLine0, addedLineBreakCount } of sorted) {
    const growth = addedLineBreakCount - (endLine0 - startLine0);
    const last = merged.at(-1);
    if (last !== undefined && startLine0 <= last.end0) {
      last.end0 = Math.max(last.end0, endLine0);
      last.growth += growth;
    } else {
      merged.push({ start0: startLine0, end0: endLine0, growth });
    }
  }
  let shift = 0;
  return merged.map(({ start0, end0, growth }) => {
    const newStart0 = start0 + shift;
    shift += growth;
    const newEnd0 = end0 + shift;
    const newTexts = Array.from({ length: newEnd0 - newStart0 + 1 }, (_, index) => textAt(newStart0 + index).trim());
    return { oldStart0: start0, oldEnd0: end0, newStart0, newEnd0, newTexts };
  });
}

interface Target {
  readonly line0: number;
  /** False: the line is not in the new text. */
  readonly kept: boolean;
}

function mapLines(oldTexts: readonly string[], blocks: readonly Block[]): (line0: number) => Target {
  const inBlocks = new Map<number, Target>();
  for (const block of blocks) mapBlock(oldTexts, block, inBlocks);
  return (line0) => {
    const mapped = inBlocks.get(line0);
    if (mapped !== undefined) return mapped;
    const before = blocks.findLast((block) => block.oldEnd0 < line0);
    return { line0: before === undefined ? line0 : line0 + before.newEnd0 - before.oldEnd0, kept: true };
  };
}

function mapBlock(oldTexts: readonly string[], block: Block, into: Map<number, Target>): void {
  const oldBlock = oldTexts.slice(block.oldStart0, block.oldEnd0 + 1);
  const changes = diffArrays(oldBlock, [...block.newTexts], { maxEditLength: maxMatchedEditLength }) ?? [
    { value: oldBlock, removed: true, added: false, count: oldBlock.length },
  ];
  let old0 = block.oldStart0;
  let new0 = block.newStart0;
  changes.forEach((change, index) => {
    if (change.added) {
      // What replaced removed lines was handled with them.
      if (!changes[index - 1]?.removed) new0 += change.count;
      return;
    }
    const next = changes[index + 1];
    const addedCount = change.removed && next?.added ? next.count : 0;
    for (let offset = 0; offset < change.count; offset++) {
      const kept = !change.removed || offset < addedCount;
      into.set(old0 + offset, { line0: new0 + (kept ? offset : addedCount), kept });
    }
    old0 += change.count;
    new0 += change.removed ? addedCount : change.count;
  });
}
