/**
 * json-clone: an object is copied by `JSON.parse(JSON.stringify(value))`.
 *
 * That makes a text of all of it and then every string anew, though strings can't change and a copy could share them.
 */

import type { SyntaxNode } from '@lezer/common';
import { countOf } from '../evidence.ts';
import type { Rule } from '../rule.ts';
import type { SourceFile } from '../sourceFile.ts';
import { executionsOf } from './executions.ts';
import { argumentsOf, bare, linesOf } from './javascriptSyntax.ts';

/** A title has room for so much of the source. */
const mostCharacters = 60;

export const jsonClone: Rule = {
  id: 'json-clone',
  language: 'javascript',
  *check(context) {
    const { source } = context;
    for (const call of source.nodesOf(['CallExpression'])) {
      const [text, ...others] = argumentsOf(call) ?? [];
      if (text === undefined || others.length > 0 || !calls(source, call, 'JSON.parse') || !calls(source, bare(text), 'JSON.stringify'))
        continue;
      const [copied] = argumentsOf(bare(text)) ?? [];
      const lines = linesOf(source, call);
      const weight = context.weighLines('allocated', lines);
      if (weight === undefined || copied === undefined) continue;
      const executions = executionsOf(context, call);
      // Where the copies are still alive, the rest was the text and what making it and reading it took.
      let keptBytes = 0;
      for (const line of lines) keptBytes += context.lineProfile(line)?.liveBytes ?? 0;
      const isKept = context.weighBytes('live', keptBytes) !== undefined;
      yield {
        line: source.lineAt(call.from),
        endLine: source.lineAt(call.to),
        title: `Copy of ${nameOf(source, copied)} only what changes, without a text of it all in between`,
        weight,
        evidence: executions === undefined ? [] : [countOf('copies', executions)],
        ...(isKept ? { estimatedSavingBytes: weight.bytes - keptBytes } : {}),
      };
    }
  },
};

/** The text, where it is one that is read at a glance. */
function nameOf(source: SourceFile, copied: SyntaxNode): string {
  const text = source.textOf(copied).replaceAll(/\s+/g, ' ');
  return text.length <= mostCharacters ? text : 'this value';
}

function calls(source: SourceFile, node: SyntaxNode, callee: string): boolean {
  return node.name === 'CallExpression' && node.firstChild !== null && source.textOf(node.firstChild) === callee;
}
