/** Reads an array of whole numbers out of a JSON file, a block at a time: no text of it is ever in memory as a whole. */

import * as fs from 'node:fs';

const pieceBytes = 1_048_576;
const blockLength = 65_536;
const digitZero = 0x30;
const digitNine = 0x39;
const closingBracket = 0x5d;

export class NumberStream {
  /** What `next` has read. */
  readonly block = new Float64Array(blockLength);
  readonly #file: number;
  readonly #piece = Buffer.allocUnsafe(pieceBytes);
  #length = 0;
  #at = 0;
  /** Offset of the piece after this one. */
  #offset: number;
  #isClosed = false;

  /** @param offset right behind the array's opening bracket. */
  constructor(file: number, offset: number) {
    this.#file = file;
    this.#offset = offset;
  }

  /**
   * Reads the next numbers into `block` and gives how many; 0 at the array's end.
   * @throws Error where the file ends before the array does.
   */
  next(): number {
    let count = 0;
    let value = 0;
    let hasDigits = false;
    while (!this.#isClosed) {
      if (this.#at === this.#length) this.#readPiece();
      const piece = this.#piece;
      const length = this.#length;
      let at = this.#at;
      while (at < length) {
        const byte = piece[at] as number;
        at += 1;
        if (byte >= digitZero && byte <= digitNine) {
          value = value * 10 + byte - digitZero;
          hasDigits = true;
          continue;
        }
        if (hasDigits) {
          this.block[count] = value;
          count += 1;
          value = 0;
          hasDigits = false;
        }
        if (byte === closingBracket) this.#isClosed = true;
        if (this.#isClosed || count === blockLength) break;
      }
      this.#at = at;
      if (count === blockLength) break;
    }
    return count;
  }

  /** File offset right behind the array's closing bracket, once `next` has given 0. */
  get endOffset(): number {
    return this.#offset - this.#length + this.#at;
  }

  #readPiece(): void {
    this.#length = fs.readSync(this.#file, this.#piece, 0, pieceBytes, this.#offset);
    this.#at = 0;
    if (this.#length === 0) throw new Error('the snapshot was cut short');
    this.#offset += this.#length;
  }
}
