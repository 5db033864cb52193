/**
 * The changes to a file, as a list of texts to insert, ranges to enclose and expressions to move into markers; and the renderer that
 * applies them and keeps track of where each piece came from.
 *
 * It stands here instead of a library's because a marker repeats source text, twice, and every copy must map to its original; magic-string
 * and its kind place a range once.
 */

import type { Range } from './syntax.ts';
import type { SourceLines } from './sourceLines.ts';
import type { Replacement } from './traceSettings.ts';

/** Node looks for these words in a line before it shows it above an uncaught error; the agent shows the original line instead. */
const hiddenLineComment = '/*node-do-not-add-exception-line*/';

/** A range of the source that a marker has another text for. */
export interface Hole {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export type MarkerArgument =
  /** A variable, handed over under its own name. */
  | { readonly kind: 'name'; readonly name: string; readonly start: number }
  /** An expression that stays where it is, behind `open` if that is not empty; the marker gets its value. */
  | { readonly kind: 'value'; readonly start: number; readonly end: number; readonly open: string };

export type Edit =
  | { readonly kind: 'insert'; readonly start: number; readonly end: number; readonly text: string }
  | { readonly kind: 'wrap'; readonly start: number; readonly end: number; readonly before: string; readonly after: string }
  | {
      readonly kind: 'call';
      readonly start: number;
      readonly end: number;
      /** What stands before the arguments, `$ml$7(` or alike. */
      readonly before: string;
      /** In the order of the text; edits inside the values apply. */
      readonly arguments: readonly MarkerArgument[];
    };

/** A piece of a marker: new text of one line, or the source's own with some ranges replaced; an empty one only hides its line. */
export type MarkerPiece = { readonly text: string; readonly origin: number } | { readonly range: Range; readonly holes: readonly Hole[] };

/** Positions of an original text for one that was compiled from it; lines from 1, columns from 0. */
export type OriginalPosition = (line1: number, column0: number) => { readonly line: number; readonly column: number } | undefined;

export class Renderer {
  readonly #source: string;
  readonly #replacements: readonly Replacement[];
  readonly #lines: SourceLines;
  readonly #originalPosition: OriginalPosition | undefined;
  /** Where tokens start; only needed where positions can't be carried forward within a line. */
  readonly #tokenStarts: Int32Array | undefined;
  readonly #parts: string[] = [];
  #quads = new Int32Array(4096);
  #quadsLength = 0;
  #line0 = 0;
  #column0 = 0;
  /** Of the source's pieces in the main part: where each starts in the source, and line and column where it went. */
  readonly #placed: number[] = [];
  readonly #changedLines: number[] = [];

  /** @param replacements hold in markers, too */
  constructor(
    source: string,
    lines: SourceLines,
    replacements: readonly Replacement[],
    original?: { readonly position: OriginalPosition; readonly tokenStarts: Int32Array },
  ) {
    this.#source = source;
    this.#lines = lines;
    this.#replacements = replacements;
    this.#originalPosition = original?.position;
    this.#tokenStarts = original?.tokenStarts;
  }

  get code(): string {
    return this.#parts.join('');
  }

  /** Quadruples of rewritten line and column and original line and column, all from 0. */
  get mappings(): Int32Array {
    return this.#quads.slice(0, this.#quadsLength);
  }

  /** Lines in which anything stands that is not of the original's line, from 0, ascending. */
  get changedLines(): Int32Array {
    return Int32Array.from(this.#changedLines);
  }

  /** The whole text with all changes. @param edits in any order; an enclosing one stands before those in it. */
  addMain(edits: readonly Edit[]): void {
    const sorted = edits.map((edit, index) => ({ edit, index })).sort(compareEdits);
    let next = 0;
    const emit = (from: number, to: number, isAll = false): void => {
      let at = from;
      for (;;) {
        const edit = sorted[next]?.edit;
        if (edit === undefined || (!isAll && edit.start >= to)) break;
        this.#addSource(at, edit.start, true);
        next += 1;
        if (edit.kind === 'insert') this.#addChange(edit.text, edit.start);
        else if (edit.kind === 'wrap') {
          this.#addChange(edit.before, edit.start);
          emit(edit.start, edit.end);
          this.#addChange(edit.after, edit.end);
        } else {
          // `return[]` must not become one word.
          const needsSpace = /[\w$\u0080-\uffff]/.test(this.#source[edit.start - 1] ?? '');
          this.#addChange(needsSpace ? ` ${edit.before}` : edit.before, edit.start);
          addArguments(edit);
        }
        at = edit.end;
      }
      this.#addSource(at, to, true);
    };
    const addArguments = (edit: Edit & { kind: 'call' }): void => {
      // The call takes as many lines as what it stands for, and each argument stays on its own.
      let line0 = this.#lines.line0At(edit.start);
      const advance = (offset: number): void => {
        const target = this.#lines.line0At(offset);
        if (target <= line0) return;
        // Something may be missing at the end of this line and at the start of that one.
        this.#hideLine(offset);
        this.#append('\n'.repeat(target - line0), offset);
        this.#hideLine(offset);
        line0 = target;
      };
      for (const [index, argument] of edit.arguments.entries()) {
        if (index > 0) this.#addChange(',', argument.start);
        advance(argument.start);
        if (argument.kind === 'name') this.#addChange(argument.name, argument.start);
        else {
          this.#addChange(argument.open, argument.start);
          emit(argument.start, argument.end);
          if (argument.open !== '') this.#addChange(')', argument.end);
          line0 = this.#lines.line0At(argument.end);
        }
      }
      advance(edit.end);
      this.#addChange(')', edit.start);
    };
    emit(0, this.#source.length, true);
  }

  /** A marker's text, behind the main part; it starts on a line of its own. */
  addMarker(pieces: readonly MarkerPiece[]): void {
    this.#append('\n', 0);
    for (const piece of pieces) {
      if ('text' in piece) {
        this.#addChange(piece.text, piece.origin);
        continue;
      }
      let at = piece.range.start;
      for (const hole of piece.holes) {
        this.#addSource(at, hole.start, false);
        if (hole.text === '') this.#hideLine(hole.start);
        else this.#addChange(hole.text, hole.start);
        at = hole.end;
      }
      this.#addSource(at, piece.range.end, false);
    }
  }

  /** Text of one line that is not in the source; it maps to `origin`. */
  #addChange(text: string, origin: number): void {
    if (text === '') return;
    this.#hideLine(origin);
    this.#append(text, origin);
  }

  /** Keeps Node from showing the line that is being written. */
  #hideLine(origin: number): void {
    if (this.#changedLines.at(-1) === this.#line0) return;
    this.#changedLines.push(this.#line0);
    // Behind a division or a regular expression, the comment would become one to the end of the line.
    const separator = this.#parts.at(-1)?.endsWith('/') === true ? ' ' : '';
    this.#append(separator + hiddenLineComment, origin);
  }

  /** Line and column, from 0, at which the source's `offset` stands in the main part. */
  placeOf(offset: number): { readonly line0: number; readonly column0: number } {
    const placed = this.#placed;
    let low = 0;
    let high = placed.length / 3;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((placed[middle * 3] as number) <= offset) low = middle + 1;
      else high = middle;
    }
    const at = Math.max(0, low - 1) * 3;
    const start = placed[at] ?? 0;
    const startLine0 = this.#lines.line0At(start);
    const line0 = this.#lines.line0At(offset);
    if (line0 === startLine0) return { line0: placed[at + 1] ?? 0, column0: (placed[at + 2] ?? 0) + offset - start };
    return { line0: (placed[at + 1] ?? 0) + line0 - startLine0, column0: this.#lines.column0At(offset, line0) };
  }

  #addSource(start: number, end: number, isMain: boolean): void {
    let at = start;
    for (const replacement of this.#replacements) {
      if (replacement.start < at || replacement.end > end) continue;
      this.#addUnchanged(at, replacement.start, isMain);
      this.#addChange(replacement.text, replacement.start);
      at = replacement.end;
    }
    this.#addUnchanged(at, end, isMain);
  }

  #addUnchanged(start: number, end: number, isMain: boolean): void {
    if (start >= end) return;
    if (isMain) this.#placed.push(start, this.#line0, this.#column0);
    const { starts } = this.#lines;
    let at = start;
    let line0 = this.#lines.line0At(start);
    while (at < end) {
      const stop = Math.min(end, starts[line0 + 1] ?? end);
      this.#addLineOfSource(at, stop);
      at = stop;
      line0 += 1;
    }
    this.#parts.push(this.#source.slice(start, end));
  }

  /** Books a stretch of one line, up to and with its line break. */
  #addLineOfSource(start: number, end: number): void {
    const tokens = this.#tokenStarts;
    const column0 = this.#column0;
    this.#addMapping(start);
    if (tokens !== undefined) {
      for (let index = firstAfter(tokens, start); index < tokens.length && (tokens[index] as number) < end; index += 1) {
        this.#column0 = column0 + (tokens[index] as number) - start;
        this.#addMapping(tokens[index] as number);
      }
    }
    const nextLine0 = this.#lines.line0At(end);
    if (end > start && this.#lines.column0At(end, nextLine0) === 0 && nextLine0 > this.#lines.line0At(start)) {
      this.#line0 += 1;
      this.#column0 = 0;
    } else this.#column0 = column0 + end - start;
  }

  #addMapping(offset: number): void {
    const line0 = this.#lines.line0At(offset);
    const column0 = this.#lines.column0At(offset, line0);
    if (this.#originalPosition === undefined) {
      this.#addQuad(line0, column0);
      return;
    }
    const original = this.#originalPosition(line0 + 1, column0);
    if (original !== undefined) this.#addQuad(original.line - 1, original.column);
  }

  #addQuad(line0: number, column0: number): void {
    if (this.#quadsLength === this.#quads.length) {
      const longer = new Int32Array(this.#quads.length * 2);
      longer.set(this.#quads);
      this.#quads = longer;
    }
    this.#quads[this.#quadsLength++] = this.#line0;
    this.#quads[this.#quadsLength++] = this.#column0;
    this.#quads[this.#quadsLength++] = line0;
    this.#quads[this.#quadsLength++] = column0;
  }

  #append(text: string, origin: number): void {
    this.#addMapping(origin);
    this.#parts.push(text);
    const lastBreak = text.lastIndexOf('\n');
    if (lastBreak < 0) this.#column0 += text.length;
    else {
      for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#line0 += 1;
      this.#column0 = text.length - lastBreak - 1;
    }
  }
}

interface IndexedEdit {
  readonly edit: Edit;
  readonly index: number;
}

/** By start; where these are equal, what is inserted comes before what starts there, and an outer range before those in it. */
function compareEdits(a: IndexedEdit, b: IndexedEdit): number {
  if (a.edit.start !== b.edit.start) return a.edit.start - b.edit.start;
  const aInserts = a.edit.kind === 'insert';
  const bInserts = b.edit.kind === 'insert';
  if (aInserts !== bInserts) return aInserts ? -1 : 1;
  return b.edit.end - a.edit.end || a.index - b.index;
}

function firstAfter(sorted: Int32Array, offset: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
