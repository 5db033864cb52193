/** Lines of a text as V8 counts them: after \n, \r, \r\n and the two Unicode separators. */

const lineBreak = /\r\n?|[\n\u2028\u2029]/g;

export class SourceLines {
  /** Offset of the first character of each line. */
  readonly starts: Int32Array;

  constructor(source: string) {
    const starts = [0];
    for (const match of source.matchAll(lineBreak)) starts.push(match.index + match[0].length);
    this.starts = Int32Array.from(starts);
  }

  /** Line of an offset, from 0. */
  line0At(offset: number): number {
    const { starts } = this;
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] as number) <= offset) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Column of an offset on its line, from 0. */
  column0At(offset: number, line0: number): number {
    return offset - (this.starts[line0] as number);
  }
}
