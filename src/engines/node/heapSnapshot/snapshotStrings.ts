/**
 * The strings of a heap snapshot, left in the file: only their places are kept (8 bytes each), for a heap's texts may be as large as the
 * heap. They stand at the end of the file and are needed first, so they are looked for from the front, a piece at a time.
 */

import * as fs from 'node:fs';

export interface SnapshotStrings {
  readonly count: number;
  /** The text of a string, cut where V8 cuts it. */
  textOf(index: number): string;
  /** The string's index; -1 where the snapshot has none such. Only those named when the file was opened. */
  indexOf(text: string): number;
  /** Whether it names an edge to a value of a WeakMap, which V8 lists both for the map's table and for the key. */
  isWeakMapEntry(index: number): boolean;
}

const pieceBytes = 4_194_304;
/** A line break stands nowhere inside of a JSON string. */
const sectionStart = Buffer.from('\n"strings":[');
const quote = 0x22;
const backslash = 0x5c;
const closingBracket = 0x5d;
const closingParenthesis = 0x29;
const weakMapEntry = /^\d+ \/ part of key .* pair in WeakMap \(table @\d+\)$/;
const weakMapEntryBytes = 50;

/**
 * @param wanted texts to be found by `indexOf`.
 * @throws Error where the file was cut short.
 */
export function openSnapshotStrings(file: number, wanted: readonly string[]): SnapshotStrings {
  const places = new Places();
  const wantedTexts = new Set(wanted);
  const longestWanted = Math.max(...wanted.map((text) => text.length));
  const indexes = new Map<string, number>();
  const weakMapEntries = new Set<number>();
  let startsAt = -1;
  let isEscaped = false;
  const isClosed = scan(file, findSection(file), (piece, length, offset) => {
    for (let at = 0; at < length; at += 1) {
      const byte = piece[at] as number;
      if (startsAt < 0) {
        if (byte === quote) startsAt = offset + at + 1;
        else if (byte === closingBracket) return true;
      } else if (isEscaped) isEscaped = false;
      else if (byte === backslash) isEscaped = true;
      else if (byte === quote) {
        const bytes = offset + at - startsAt;
        if (bytes <= longestWanted || (piece[at - 1] === closingParenthesis && bytes > weakMapEntryBytes)) {
          // What lies across two pieces is read once more.
          const text = startsAt >= offset ? piece.toString('latin1', startsAt - offset, at) : readText(file, startsAt, bytes);
          if (wantedTexts.has(text)) indexes.set(text, places.count);
          else if (weakMapEntry.test(text)) weakMapEntries.add(places.count);
        }
        places.add(startsAt);
        startsAt = -1;
      }
    }
    return false;
  });
  if (!isClosed) throw new Error('the snapshot was cut short');
  const known = new Map<number, string>();
  return {
    count: places.count,
    indexOf: (text) => indexes.get(text) ?? -1,
    isWeakMapEntry: (index) => weakMapEntries.has(index),
    textOf(index) {
      let text = known.get(index);
      if (text === undefined) {
        text = readString(file, places.at(index));
        if (known.size < maxKnownCount) known.set(index, text);
      }
      return text;
    },
  };
}

/** Texts that were asked for are kept up to so many. */
const maxKnownCount = 100_000;

/** File offsets, growing without a copy. */
class Places {
  count = 0;
  readonly #blocks: Float64Array[] = [];

  add(offset: number): void {
    const block = this.count >>> blockBits;
    (this.#blocks[block] ??= new Float64Array(blockLength))[this.count & (blockLength - 1)] = offset;
    this.count += 1;
  }

  at(index: number): number {
    return this.#blocks[index >>> blockBits]?.[index & (blockLength - 1)] ?? -1;
  }
}

const blockBits = 16;
const blockLength = 2 ** blockBits;

/** Offset behind the opening bracket. */
function findSection(file: number): number {
  let found = -1;
  let tail = Buffer.alloc(0);
  scan(file, 0, (piece, length, offset) => {
    const joined = Buffer.concat([tail, piece.subarray(0, length)]);
    const at = joined.indexOf(sectionStart);
    if (at >= 0) found = offset - tail.length + at + sectionStart.length;
    tail = Buffer.from(joined.subarray(Math.max(0, joined.length - sectionStart.length)));
    return at >= 0;
  });
  if (found < 0) throw new Error('the snapshot was cut short');
  return found;
}

/** Reads the file from an offset on, piece by piece, until `take` has all it wants; false where the file ended before. */
function scan(file: number, from: number, take: (piece: Buffer, length: number, offset: number) => boolean): boolean {
  const piece = Buffer.allocUnsafe(pieceBytes);
  let offset = from;
  for (;;) {
    const length = fs.readSync(file, piece, 0, piece.length, offset);
    if (length === 0) return false;
    if (take(piece, length, offset)) return true;
    offset += length;
  }
}

function readText(file: number, offset: number, bytes: number): string {
  const piece = Buffer.allocUnsafe(bytes);
  return piece.toString('latin1', 0, fs.readSync(file, piece, 0, bytes, offset));
}

/** A whole string, whose opening quote stands right before the offset. */
function readString(file: number, offset: number): string {
  if (offset < 0) return '';
  for (let bytes = 256; ; bytes *= 8) {
    const piece = Buffer.allocUnsafe(bytes);
    const length = fs.readSync(file, piece, 0, bytes, offset);
    let end = 0;
    while (end < length && piece[end] !== quote) end += piece[end] === backslash ? 2 : 1;
    if (end < length) return JSON.parse(`"${piece.toString('utf8', 0, end)}"`) as string;
    if (length < bytes) return '';
  }
}
