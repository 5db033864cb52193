/**
 * The parsers of sources: Lezer's, which are small, tolerate errors and need no DOM. A file of its own, for their tables are large: the
 * build makes a bundle of it that the others load at its first use.
 */

export { parser as javascriptParser } from '@lezer/javascript';
export { parser as pythonParser } from '@lezer/python';
