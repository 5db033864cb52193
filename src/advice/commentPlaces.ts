/**
 * Where a source may take a comment: at the end of a line whose end is not part of a text.
 */

import type { FileProfile } from '../core/profile.ts';
import { SourceFile } from './sourceFile.ts';

/** What has an end of a line as its content. (In text of JSX as well; its `{…}` are code again.) */
const jsTexts = /^(?:String|TemplateString|JSX(?!Escape).*)$/;
/** Before 3.12 a replacement field of an f-string may hold no comment either. */
const pythonTexts: readonly string[] = ['String', 'FormatString'];

/**
 * Whether a comment put at an offset, the end of a line's code, would be one.
 * @param text the whole source
 */
export function mayTakeComment(file: Pick<FileProfile, 'path' | 'language'>, text: string, offset: number): boolean {
  const source = new SourceFile(file, text);
  if (text[offset - 1] === '\\') return false;
  // Syntax that the parser does not know yet may be anywhere in the file, and what it takes for a text elsewhere.
  if (source.hasSyntaxErrors && mayEndInText(text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset))) return false;
  const node = source.tree.resolveInner(offset, 1);
  if (source.language === 'javascript') return !jsTexts.test(node.name);
  for (let outer: typeof node | null = node; outer !== null; outer = outer.parent) {
    if (pythonTexts.includes(outer.name) && outer.from < offset) return false;
  }
  return true;
}

/** Whether a line, looked at alone, may end inside a text, of JSX as well. */
function mayEndInText(line: string): boolean {
  const backtickCount = line.split('`').length - 1;
  return backtickCount % 2 === 1 || /"""|'''|^\s*<|[^=]>\s*$/.test(line);
}
