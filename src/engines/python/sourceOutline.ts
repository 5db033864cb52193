/**
 * Finds the functions of a Python source by its indentation: names and ends that a person sees, also of those that never ran. No parser:
 * what it gets wrong is where a lens stands, not a figure.
 */

export interface OutlineFunction {
  /** With the classes and functions around it: 'Tree.insert'. */
  readonly name: string;
  /** From 1: of the first decorator, as CPython counts it, else of the `def`. */
  readonly line: number;
  readonly endLine: number;
}

interface OpenBlock {
  readonly kind: 'def' | 'class';
  readonly name: string;
  readonly line: number;
  readonly indent: number;
}

const definition = /^([ \t\f]*)(?:async[ \t]+)?(def|class)[ \t]+([^\s(:[]+)/;
const decorator = /^[ \t\f]*@/;
const tripleQuote = /"""|'''/g;

/** Functions in the order of their lines; classes are only part of their names. */
export function outlineFunctions(source: string): readonly OutlineFunction[] {
  const found: OutlineFunction[] = [];
  const open: OpenBlock[] = [];
  let decoratorLine = 0;
  let lastCodeLine = 0;
  let quote: string | undefined;

  const close = (indent: number): void => {
    for (let block = open.at(-1); block !== undefined && block.indent >= indent; block = open.at(-1)) {
      const name = open.map((outer) => outer.name).join('.');
      open.pop();
      if (block.kind === 'def') found.push({ name, line: block.line, endLine: lastCodeLine });
    }
  };

  source.split(/\r\n|\r|\n/).forEach((text, index) => {
    const line = index + 1;
    const wasQuoted = quote !== undefined;
    quote = quoteAfter(text, quote);
    const trimmed = text.trim();
    if (trimmed === '' || (!wasQuoted && trimmed.startsWith('#'))) return;
    // What stands in brackets or in a long text may be indented less than the block that it belongs to.
    if (!wasQuoted && !/^[)\]}]/.test(trimmed)) {
      const indent = indentOf(text);
      close(indent);
      const [, , kind, name] = definition.exec(text) ?? [];
      if (name !== undefined) open.push({ kind: kind === 'def' ? 'def' : 'class', name, line: decoratorLine || line, indent });
      if (decorator.test(text)) decoratorLine ||= line;
      else if (name !== undefined || !/^[ \t\f]/.test(text)) decoratorLine = 0;
    }
    lastCodeLine = line;
  });
  close(0);
  return found.sort((a, b) => a.line - b.line);
}

function indentOf(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (character === ' ') columns += 1;
    else if (character === '\t') columns += 8 - (columns % 8);
    else break;
  }
  return columns;
}

/** Which long text is open after this line. */
function quoteAfter(text: string, before: string | undefined): string | undefined {
  let quote = before;
  for (const [mark] of text.matchAll(tripleQuote)) {
    if (quote === undefined) quote = mark;
    else if (quote === mark) quote = undefined;
  }
  return quote;
}
