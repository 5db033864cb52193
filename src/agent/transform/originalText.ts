/**
 * What `Function.prototype.toString` must say of functions of rewritten files: the text that the person wrote.
 */

import { SourceLines } from './instrumentation/sourceLines.ts';

export interface RewrittenFile {
  readonly source: string;
  readonly code: string;
  /** As instrument gives them, into `source`. */
  readonly mappings: Int32Array;
}

/** A stretch of code and where it comes from, as offsets. */
interface Stretch {
  readonly codeStart: number;
  readonly sourceStart: number;
}

/** Answers for one file; building it walks the file once. */
export class OriginalTexts {
  readonly #source: string;
  readonly #code: string;
  /** Ascending. */
  readonly #stretches: readonly Stretch[];

  constructor({ source, code, mappings }: RewrittenFile) {
    this.#source = source;
    this.#code = code;
    const codeLines = new SourceLines(code).starts;
    const sourceLines = new SourceLines(source).starts;
    const at = (index: number): number => mappings[index] ?? 0;
    this.#stretches = Array.from({ length: mappings.length / 4 }, (_, i) => ({
      codeStart: (codeLines[at(4 * i)] ?? 0) + at(4 * i + 1),
      sourceStart: (sourceLines[at(4 * i + 2)] ?? 0) + at(4 * i + 3),
    }));
  }

  /**
   * The original of a function's text as the runtime gives it; undefined where it is not of this file. What the rewriting changed carries
   * the number of a counter or a marker, so it stands in the file once; what it did not change is its own original.
   */
  originalOf(text: string): string | undefined {
    if (!text.includes('$ml')) return text;
    const start = this.#code.indexOf(text);
    if (start === -1) return undefined;
    const end = start + text.length;
    return this.#source.slice(this.#sourceOffset(start), this.#sourceEnd(end));
  }

  /** Where the character at an offset comes from. */
  #sourceOffset(offset: number): number {
    const { codeStart, sourceStart } = this.#stretchAt(offset);
    return sourceStart + offset - codeStart;
  }

  /** Where a text that ends before `offset` ends in the source. */
  #sourceEnd(offset: number): number {
    const { codeStart, sourceStart } = this.#stretchAt(offset - 1);
    // A function that ends in a parenthesis is an arrow function, and the parenthesis the one that was put behind its body.
    const isSource = this.#code[offset - 1] !== ')';
    return isSource ? sourceStart + offset - codeStart : sourceStart;
  }

  #stretchAt(offset: number): Stretch {
    let low = 0;
    let high = this.#stretches.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#stretches[middle]?.codeStart ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return this.#stretches[low - 1] ?? { codeStart: 0, sourceStart: 0 };
  }
}
