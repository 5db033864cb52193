/**
 * read-file-whole: a file is read into one string and split into all its lines, which are then gone through one after the other.
 */

import type { SyntaxNode } from '@lezer/common';
import type { Rule } from '../rule.ts';
import type { SourceFile } from '../sourceFile.ts';
import { findBindings, type Bindings } from './bindings.ts';
import { bare, isSameNode, linesOf, methodCallOf, methodCallsOf, partsOf } from './javascriptSyntax.ts';

/** What a stream of a file has in memory at a time (fs.createReadStream's highWaterMark). */
const chunkBytes = 64 * 1024;
/** They go through the lines in order. */
const passes: readonly string[] = ['forEach', 'map', 'filter', 'flatMap', 'reduce', 'some', 'every', 'find', 'entries', 'values', 'length'];

export const readFileWhole: Rule = {
  id: 'read-file-whole',
  language: 'javascript',
  *check(context) {
    const { source } = context;
    const splits = methodCallsOf(source, ['split']);
    if (splits.length === 0) return;
    const bindings = findBindings(source);
    for (const { call, receiver, args } of splits) {
      const [separator] = args;
      const read = readOf(source, bindings, receiver);
      if (separator === undefined || read === undefined || !/\\n|EOL/.test(source.textOf(separator)) || !isOnePass(source, bindings, call))
        continue;
      const lines = [...linesOf(source, read), ...linesOf(source, call)];
      const weight = context.weighLines('peak', lines) ?? context.weighLines('live', lines);
      if (weight === undefined) continue;
      yield {
        line: source.lineAt(read.from),
        endLine: source.lineAt(call.to),
        title: 'Read the file line by line: it is in memory whole, and then once more as lines',
        weight,
        estimatedSavingBytes: weight.bytes - chunkBytes,
      };
    }
  },
};

/** The call of readFileSync or readFile that the text comes from, directly or by a variable that nothing else is done with. */
function readOf(source: SourceFile, bindings: Bindings, text: SyntaxNode): SyntaxNode | undefined {
  const node = bare(text);
  if (node.name === 'VariableName') {
    const binding = bindings.of(node);
    return binding?.initializer !== undefined && binding.references.length === 1
      ? readOf(source, bindings, binding.initializer)
      : undefined;
  }
  const called = node.name === 'AwaitExpression' ? partsOf(node)[0] : node;
  if (called === undefined || called.name !== 'CallExpression' || called.firstChild === null) return undefined;
  const callee = source.textOf(called.firstChild);
  if (/(?:^|\.)readFileSync$/.test(callee) || (node.name === 'AwaitExpression' && /(?:^|\.)readFile$/.test(callee))) return called;
  const method = methodCallOf(source, called);
  return method !== undefined && ['toString', 'trim', 'trimEnd'].includes(method.name)
    ? readOf(source, bindings, method.receiver)
    : undefined;
}

/** Whether the lines are only gone through in order, here or by the name that they are given. */
function isOnePass(source: SourceFile, bindings: Bindings, lines: SyntaxNode): boolean {
  const { parent } = lines;
  if (parent?.name !== 'VariableDeclaration') return isPassedThrough(source, lines);
  const definition = parent.getChildren('VariableDefinition').find((each) => isSameNode(bindings.of(each)?.initializer, lines));
  const references = bindings.of(definition)?.references ?? [];
  return references.length > 0 && references.every((reference) => isPassedThrough(source, reference));
}

function isPassedThrough(source: SourceFile, node: SyntaxNode): boolean {
  const { parent } = node;
  if (parent?.name === 'ForOfSpec') return true;
  const property = parent?.name === 'MemberExpression' && isSameNode(parent.firstChild, node) ? parent.getChild('PropertyName') : null;
  return property !== null && passes.includes(source.textOf(property));
}
