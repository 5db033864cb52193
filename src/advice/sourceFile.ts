/**
 * A source text with its syntax tree and its lines: what rules look at.
 *
 * The trees are Lezer's: positions are offsets in UTF-16 code units, nodes have names (https://github.com/lezer-parser/python and
 * https://github.com/lezer-parser/javascript, the .grammar files list them), and a text with unknown syntax still gives a tree.
 */

import type { SyntaxNode, Tree } from '@lezer/common';
import { javascriptParser, pythonParser } from '../core/parsers.ts';
import type { FileProfile, SourceEdit } from '../core/profile.ts';
import { splitSourceLines } from '../core/terminalText.ts';

export type Language = 'python' | 'javascript';

export class SourceFile {
  readonly path: string;
  /** TypeScript and JSX are 'javascript' too. */
  readonly language: Language;
  readonly text: string;
  /** Without their ends; the line N is `lines[N - 1]`. */
  readonly lines: readonly string[];
  readonly #lineStarts: readonly number[];
  readonly #derived = new Map<unknown, unknown>();
  readonly #nodes = new Map<string, readonly SyntaxNode[]>();
  #tree: Tree | undefined;

  constructor({ path, language }: Pick<FileProfile, 'path' | 'language'>, text: string) {
    this.path = path;
    this.language = language === 'python' ? 'python' : 'javascript';
    this.text = text;
    this.lines = splitSourceLines(text, language);
    const starts: number[] = [];
    let at = 0;
    for (const line of this.lines) {
      starts.push(at);
      at += line.length;
      at += text.startsWith('\r\n', at) ? 2 : 1;
    }
    this.#lineStarts = starts;
  }

  /** Parsed when it is first asked for. */
  get tree(): Tree {
    this.#tree ??= this.language === 'python' ? pythonParser.parse(this.text) : parseJavaScript(this.path, this.text);
    return this.#tree;
  }

  get root(): SyntaxNode {
    return this.tree.topNode;
  }

  /** Whether some of the text could not be parsed: what follows may be read wrongly. */
  get hasSyntaxErrors(): boolean {
    let found = false;
    this.tree.iterate({
      enter(node) {
        found ||= node.type.isError;
        return !found;
      },
    });
    return found;
  }

  textOf(node: { readonly from: number; readonly to: number }): string {
    return this.text.slice(node.from, node.to);
  }

  /** The line, from 1, that the offset is on. */
  lineAt(offset: number): number {
    let [low, high] = [0, this.#lineStarts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  /** The offset of a line's first character; lines from 1. */
  lineStart(line: number): number {
    return this.#lineStarts[line - 1] ?? this.text.length;
  }

  /** The line's white space at its start. */
  indentOf(line: number): string {
    return /^[ \t]*/.exec(this.lines[line - 1] ?? '')?.[0] ?? '';
  }

  /** How the text ends its lines. */
  get lineEnd(): string {
    return /\r\n|[\n\r]/.exec(this.text)?.[0] ?? '\n';
  }

  /** The nodes of these types (Lezer's names) in source order; `within` the whole text or a node, that node included. */
  nodesOf(types: readonly string[], within?: SyntaxNode): readonly SyntaxNode[] {
    if (within !== undefined) return findNodes(types, within);
    const key = types.join(' ');
    let found = this.#nodes.get(key);
    if (found === undefined) this.#nodes.set(key, (found = findNodes(types, this.root)));
    return found;
  }

  /** What the function makes of this file, made when it is first asked for: several rules ask the same of a file, and again and again. */
  derived<Value>(make: (source: SourceFile) => Value): Value {
    if (!this.#derived.has(make)) this.#derived.set(make, make(this));
    return this.#derived.get(make) as Value;
  }

  /** The nodes of these types that start on the line; from 1. */
  nodesStartingOn(line: number, types: readonly string[]): SyntaxNode[] {
    const [from, to] = [this.lineStart(line), this.lineStart(line + 1)];
    const found: SyntaxNode[] = [];
    this.tree.iterate({
      from,
      to,
      enter(node) {
        if (node.from >= from && node.from < to && types.includes(node.name)) found.push(node.node);
      },
    });
    return found;
  }

  /** An edit that puts the text in the place of what lies between two offsets. */
  replace(from: number, to: number, newText: string): SourceEdit {
    const [line, endLine] = [this.lineAt(from), this.lineAt(to)];
    return { line, column: from - this.lineStart(line), endLine, endColumn: to - this.lineStart(endLine), newText };
  }

  /** An edit that puts whole lines (without the last one's end) before a line; lines from 1. */
  insertLinesBefore(line: number, newText: string): SourceEdit {
    if (line <= this.lines.length) return { line, column: 0, endLine: line, endColumn: 0, newText: `${newText}${this.lineEnd}` };
    const last = this.lines.length;
    const column = this.lines.at(-1)?.length ?? 0;
    return { line: last, column, endLine: last, endColumn: column, newText: `${this.lineEnd}${newText}` };
  }
}

/** The text with the edits applied, which must not overlap. Of two at one place the first given comes first. */
export function applyEdits(file: SourceFile, edits: readonly SourceEdit[]): string {
  const offset = (line: number, column: number): number => file.lineStart(line) + column;
  const placed = edits.map((edit) => ({
    from: offset(edit.line, edit.column),
    to: offset(edit.endLine, edit.endColumn),
    newText: edit.newText,
  }));
  placed.sort((a, b) => a.from - b.from);
  let text = '';
  let at = 0;
  for (const { from, to, newText } of placed) {
    text += file.text.slice(at, from) + newText;
    at = to;
  }
  return text + file.text.slice(at);
}

/** The nodes by what they have in common, in the order in which they are given. */
export function groupNodes<Key>(nodes: readonly SyntaxNode[], keyOf: (node: SyntaxNode) => Key): ReadonlyMap<Key, readonly SyntaxNode[]> {
  const groups = new Map<Key, SyntaxNode[]>();
  for (const node of nodes) {
    const key = keyOf(node);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [node]);
    else group.push(node);
  }
  return groups;
}

function findNodes(types: readonly string[], within: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  within.cursor().iterate((node) => {
    if (types.includes(node.name)) found.push(node.node);
  });
  return found;
}

function parseJavaScript(path: string, text: string): Tree {
  const dialect = /\.[cm]?ts$/i.test(path) ? 'ts' : /\.tsx$/i.test(path) ? 'ts jsx' : 'jsx';
  return javascriptParser.configure({ dialect }).parse(text);
}
