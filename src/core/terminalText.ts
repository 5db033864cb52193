/**
 * Text for a terminal: how wide it is, cutting and padding it by columns, taking out what would act on the terminal, colours.
 */

import stringWidth from 'fast-string-truncated-width';

const tabStopColumns = 4;
const ellipsis = '…';

/** Columns that the text takes in a terminal; full-width characters and emoji take two. */
export function columnsOf(text: string): number {
  return stringWidth(text).width;
}

/** The text, cut to at most so many columns with an ellipsis as its last one. */
export function cutToColumns(text: string, limitColumns: number): string {
  if (!Number.isFinite(limitColumns)) return text;
  const { truncated, ellipsed, index } = stringWidth(text, { limit: limitColumns, ellipsis, ellipsisWidth: 1 });
  if (!truncated) return text;
  return text.slice(0, index) + (ellipsed ? ellipsis : '');
}

export function padStartToColumns(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - columnsOf(text))) + text;
}

export function padEndToColumns(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)));
}

/** The text in lines of at most so many columns, broken at spaces; a word that is longer has a line of its own, cut. */
export function wrapToColumns(text: string, limitColumns: number): readonly string[] {
  if (columnsOf(text) <= limitColumns) return [text];
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && columnsOf(line) + 1 + columnsOf(word) <= limitColumns) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => cutToColumns(line, limitColumns));
}

/**
 * One line of foreign text, safe to print: tabs become spaces up to the next stop, control characters their pictures (an escape sequence
 * in a source file must not act on the terminal), characters that turn the writing direction or don't show a replacement character.
 */
export function printableLine(text: string): string {
  let printable = '';
  for (const part of text.split(/(\t)/)) {
    if (part === '\t') printable += ' '.repeat(tabStopColumns - (columnsOf(printable) % tabStopColumns));
    else printable += part.replace(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu, pictureOf);
  }
  return printable;
}

/** The lines of a source text as its runtime counts them: JavaScript also ends a line at U+2028 and U+2029. */
export function splitSourceLines(text: string, language: string): readonly string[] {
  return text.split(language === 'python' ? /\r\n|[\n\r]/ : /\r\n|[\n\r\u2028\u2029]/);
}

export type Style = 'bold' | 'dim' | 'cyan' | 'yellow' | 'red' | 'boldRed' | 'boldYellow';

/** Only the sixteen colours that each terminal theme defines. */
const styleCodes: Readonly<Record<Style, string>> = {
  bold: '1',
  dim: '2',
  cyan: '36',
  yellow: '33',
  red: '31',
  boldRed: '1;31',
  boldYellow: '1;33',
};

/** Puts a text in a style, or leaves it as it is. */
export type Paint = (style: Style | undefined, text: string) => string;

/** A Paint that colours, or one that does not. Blank text is never coloured. */
export function createPaint(color: boolean): Paint {
  return (style, text) => (!color || style === undefined || text.trim() === '' ? text : `\u001b[${styleCodes[style]}m${text}\u001b[0m`);
}

function pictureOf(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code === 0x7f) return '\u2421';
  return code < 0x20 ? String.fromCodePoint(0x2400 + code) : '\ufffd';
}
