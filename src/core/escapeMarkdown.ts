/**
 * Text of the profiled program inside Markdown.
 */

/** Names come from the profiled program, so nothing in them may act as Markdown or HTML. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\r\n]+/g, ' ')
    .replace(/[\\`*_{}[\]()#+\-.!|<>&~$]/g, (char) => (char === '<' ? '&lt;' : char === '&' ? '&amp;' : `\\${char}`));
}
