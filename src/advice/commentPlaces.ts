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
 * Whether a comment put at an offset, the end of a line's code, would be one. Where the source can't be parsed that is not known: false.
 * @param text the whole source
 */
export function mayTakeComment(file: Pick<FileProfile, 'path' | 'language'>, text: string, offset: number): boolean {
  const source = new SourceFile(file, text);
  if (source.hasSyntaxErrors || text[offset - 1] === '\\') return false;
  const node = source.tree.resolveInner(offset, 1);
  if (source.language === 'javascript') return !jsTexts.test(node.name);
  for (let outer: typeof node | null = node; outer !== null; outer = outer.parent) {
    if (pythonTexts.includes(outer.name) && outer.from < offset) return false;
  }
  return true;
}
