/**
 * iterate-file: a file is read whole, and its lines are gone through once.
 *
 * A file gives its lines one at a time. `readlines()` has them all alive at once, with 49 bytes and more around each text and 8 in the
 * list; `read().split()` has the text besides. What is saved is what the reading lines held at the peak.
 */

import type { SyntaxNode } from '@lezer/common';
import type { AdviceFix } from '../../core/profile.ts';
import type { Rule, RuleContext, RuleFinding } from '../rule.ts';
import type { SourceFile } from '../sourceFile.ts';
import { keepsItems } from './keptItems.ts';
import { isOpenFile } from './openFiles.ts';
import { childrenOf, enclosingFunction, isBinding, methodCallOf, nameAssignment, statementOf, usesOf } from './pythonSyntax.ts';

/** A file that is read whole: where, and by which expression its lines are had. */
interface WholeRead {
  readonly file: SyntaxNode;
  /** The calls that read and split: their lines hold the text and its pieces. */
  readonly calls: readonly SyntaxNode[];
  /** The expression is the file's own lines, each with its end, as iterating gives them. */
  readonly isExact: boolean;
}

const newline = /^[bB]?(?:'\\n'|"\\n")$/;

/** What may write to the very file that is gone through. */
const changesFiles = /\b(?:open|write_text|write_bytes|truncate|remove|unlink|rename|replace|move)\s*\(/;

export const iterateFile: Rule = {
  id: 'iterate-file',
  language: 'python',
  *check(context) {
    for (const loop of context.source.nodesOf(['ForStatement', 'ComprehensionExpression', 'ArgList'])) {
      const iterable = iterableOf(loop);
      if (iterable !== undefined) yield* checkLoop(context, loop, iterable);
    }
  },
};

function* checkLoop(context: RuleContext, loop: SyntaxNode, iterable: SyntaxNode): Iterable<RuleFinding> {
  const { source } = context;
  const read = wholeRead(source, iterable);
  if (read === undefined || keepsItems(source, loop)) return;
  const lines = read.calls.map((call) => source.lineAt(call.from));
  const weight = context.weighLines('peak', lines);
  if (weight === undefined) return;
  const fix = fixOf(source, loop, iterable, read);
  yield {
    line: Math.min(...lines),
    title: `Iterate over ${source.textOf(read.file)} itself: the whole file is read to go through its lines once`,
    weight,
    estimatedSavingBytes: weight.bytes,
    ...(fix === undefined ? {} : { fix }),
  };
}

/** What the first `for` goes through. */
function iterableOf(loop: SyntaxNode): SyntaxNode | undefined {
  const children = childrenOf(loop);
  const at = children.findIndex(({ name }) => name === 'in');
  return at === -1 || loop.getChild('for') === null || loop.getChild('async') !== null ? undefined : children[at + 1];
}

/** `f.readlines()`, `f.read().splitlines()`, `f.read().split('\n')`, or a name that is used only here and is one of these. */
function wholeRead(source: SourceFile, node: SyntaxNode): WholeRead | undefined {
  if (node.name === 'VariableName') {
    const value = onlyValueOf(source, node);
    const read = value === undefined ? undefined : wholeRead(source, value);
    // The file may be closed by then, or read on: iterating over it is more than a change of this expression.
    return read === undefined ? undefined : { ...read, isExact: false };
  }
  const call = methodCallOf(source, node);
  if (call === undefined || call.named.size > 0 || call.isOpen) return undefined;
  const [separator] = call.positional;
  switch (call.method) {
    case 'readlines':
      return separator === undefined && isOpenFile(source, call.receiver)
        ? { file: call.receiver, calls: [node], isExact: true }
        : undefined;
    case 'splitlines':
      return splitText(source, node, call.receiver);
    case 'split':
      return separator !== undefined && newline.test(source.textOf(separator)) ? splitText(source, node, call.receiver) : undefined;
    default:
      return undefined;
  }
}

/** The pieces of `f.read()`, or of a name that is used only here and is that. */
function splitText(source: SourceFile, split: SyntaxNode, text: SyntaxNode): WholeRead | undefined {
  const value = text.name === 'VariableName' ? onlyValueOf(source, text) : text;
  const read = value === undefined ? undefined : methodCallOf(source, value);
  if (value === undefined || read?.method !== 'read' || read.positional.length > 0 || !isOpenFile(source, read.receiver)) return undefined;
  return { file: read.receiver, calls: [value, split], isExact: false };
}

/** The value that the name is assigned, where that is all that ever happens to it but for this use. */
function onlyValueOf(source: SourceFile, use: SyntaxNode): SyntaxNode | undefined {
  const scope = enclosingFunction(use);
  const uses = usesOf(source, source.textOf(use), scope);
  const [binding] = uses;
  if (uses.length !== 2 || binding === undefined || !isBinding(binding) || isBinding(use)) return undefined;
  return nameAssignment(statementOf(binding))?.value;
}

function fixOf(source: SourceFile, loop: SyntaxNode, iterable: SyntaxNode, { file, isExact }: WholeRead): AdviceFix | undefined {
  if (!isExact || iterable.name !== 'CallExpression' || changesFiles.test(source.textOf(loop).replace(source.textOf(iterable), '')))
    return undefined;
  // Reading on while the loop runs, or after it was left early, means something else when the file is not at its end.
  if (file.name === 'VariableName') {
    const later = usesOf(source, source.textOf(file), enclosingFunction(loop)).filter((use) => use.from > file.from);
    if (later.some((use) => !isClosing(source, use))) return undefined;
  }
  return { title: `Iterate over ${source.textOf(file)}`, edits: [source.replace(file.to, iterable.to, '')] };
}

function isClosing(source: SourceFile, use: SyntaxNode): boolean {
  const call = use.parent?.parent;
  return call !== null && call !== undefined && methodCallOf(source, call)?.method === 'close';
}
