/**
 * Cuts a Python source into its logical lines, of which comments and the insides of texts are left out, and says in which function each lies.
 * No parser: enough to find where a name is assigned and how a dict is used.
 */

export interface LogicalLine {
  /** Where it begins, from 1. */
  readonly line: number;
  /** One statement, or several with `;` or `:` between them; texts are empty, line breaks are blanks. */
  readonly text: string;
  /** The innermost `def` around it, by the line that it begins on; undefined: it runs with its module, or with a class there. */
  readonly functionLine: number | undefined;
  /** The class whose body it is directly part of. */
  readonly className: string | undefined;
}

interface OpenBlock {
  readonly indent: number;
  readonly functionLine: number | undefined;
  readonly className: string | undefined;
}

/** Newest first where they are nested: a text's beginning with its quote, a comment, what opens or closes, a line's end. */
const token = /(?<quote>"""|'''|"|')|#[^\r\n]*|[([{]|[)\]}]|\\\r?\n|\r\n|\r|\n/g;
const block = /^(?:async\s+)?(def|class)\s+([^\s(:[]+)/;

export function readLogicalLines(source: string): readonly LogicalLine[] {
  const found: LogicalLine[] = [];
  const open: OpenBlock[] = [];
  const add = (raw: string, line: number): void => {
    const text = raw.trim();
    if (text === '') return;
    const indent = indentOf(raw);
    while ((open.at(-1)?.indent ?? -1) >= indent) open.pop();
    const around = open.at(-1);
    found.push({ line, text, functionLine: around?.functionLine, className: around?.className });
    const [, kind, name] = block.exec(text) ?? [];
    if (kind === 'def') open.push({ indent, functionLine: line, className: undefined });
    else if (kind === 'class') open.push({ indent, functionLine: around?.functionLine, className: name });
  };
  let text = '';
  let beganOn = 1;
  let line = 1;
  let depth = 0;
  let last = 0;
  token.lastIndex = 0;
  for (let match = token.exec(source); match !== null; match = token.exec(source)) {
    const [mark] = match;
    text += source.slice(last, match.index);
    last = token.lastIndex;
    if (match.groups?.['quote'] !== undefined) {
      const end = endOfText(source, last, mark);
      line += countLineBreaks(source.slice(last, end));
      text += "''";
      last = end;
      token.lastIndex = end;
    } else if (/^[([{]$/.test(mark)) {
      depth += 1;
      text += mark;
    } else if (/^[)\]}]$/.test(mark)) {
      depth = Math.max(0, depth - 1);
      text += mark;
    } else if (!mark.startsWith('#')) {
      line += 1;
      const goesOn = depth > 0 || mark.startsWith('\\');
      if (goesOn) {
        text += ' ';
        continue;
      }
      add(text, beganOn);
      text = '';
      beganOn = line;
    }
    if (text.trim() === '' && depth === 0) beganOn = line;
  }
  add(text + source.slice(last), beganOn);
  return found;
}

/** Where the text that began with this quote ends. */
function endOfText(source: string, start: number, quote: string): number {
  for (let at = start; at < source.length; at += 1) {
    if (source[at] === '\\') at += 1;
    else if (source.startsWith(quote, at)) return at + quote.length;
    // It was never closed.
    else if (quote.length === 1 && (source[at] === '\n' || source[at] === '\r')) return at;
  }
  return source.length;
}

function countLineBreaks(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}

function indentOf(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (character === ' ') columns += 1;
    else if (character === '\t') columns += 8 - (columns % 8);
    else if (character !== '\f') break;
  }
  return columns;
}
