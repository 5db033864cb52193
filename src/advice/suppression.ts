/**
 * The comment by which a person tells us to be silent about a line:
 *
 *     CACHE = {}  # memory-lens: ignore
 *     CACHE = {}  # memory-lens: ignore[caches, leak-suspects] it is meant to grow
 *
 * In JavaScript with `//` or in a block comment. It counts on the line itself, or alone on the line right above. Ids stand in brackets, so that
 * prose may follow. The text is searched as it is: a string that holds such a comment suppresses too, which hurts nobody.
 */

const comment = /(?:#|\/\/|\/\*)\s*memory-lens:\s*ignore\b(?:\[([^\]]*)\])?/;
const nothingBefore = /^\s*\{?\s*(?:#|\/\/|\/\*)/;

/**
 * Whether a comment suppresses this finding.
 * @param lines of the file
 * @param line from 1
 * @param id of the rule or finding
 */
export function isSuppressed(lines: readonly string[], line: number, id: string): boolean {
  const above = lines[line - 2] ?? '';
  return suppresses(lines[line - 1] ?? '', id) || (nothingBefore.test(above) && suppresses(above, id));
}

function suppresses(lineText: string, id: string): boolean {
  const match = comment.exec(lineText);
  if (match === null) return false;
  const [, ids] = match;
  return ids === undefined || ids.split(',').some((each) => each.trim() === id);
}

/** The comment to put at a line's end, two spaces before it included. */
export function suppressionComment(language: string, id: string): string {
  return `  ${language === 'python' ? '#' : '//'} memory-lens: ignore[${id}]`;
}
