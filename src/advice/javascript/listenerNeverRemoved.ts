/**
 * listener-never-removed: a function adds a listener, each time it is called, to something that lives as long as the program.
 */

import type { SyntaxNode } from '@lezer/common';
import type { Rule } from '../rule.ts';
import type { SourceFile } from '../sourceFile.ts';
import { findBindings, type Bindings } from './bindings.ts';
import { bare, methodCallsOf } from './javascriptSyntax.ts';
import { weighRegistrations } from './registrations.ts';

const adders: readonly string[] = ['on', 'addListener', 'prependListener', 'addEventListener'];
const removers: readonly string[] = ['off', 'removeListener', 'removeAllListeners', 'removeEventListener'];

export const listenerNeverRemoved: Rule = {
  id: 'listener-never-removed',
  language: 'javascript',
  *check(context) {
    const { source } = context;
    const added = methodCallsOf(source, adders);
    if (added.length === 0 || methodCallsOf(source, removers).length > 0) return;
    const bindings = findBindings(source);
    for (const { call, receiver, args } of added) {
      const [event, listener, options] = args;
      if (event === undefined || listener === undefined || !isLasting(bindings, receiver) || endsByItself(source, options)) continue;
      const weighed = weighRegistrations(context, bindings, call, listener);
      if (weighed === undefined) continue;
      yield {
        line: source.lineAt(call.from),
        endLine: source.lineAt(call.to),
        title: `Remove the listener of ${source.textOf(event)} when it is done: each call adds one more to ${source.textOf(receiver)}`,
        ...weighed,
      };
    }
  },
};

/** Whether it is the module's own or a global, such as `process`: parameters and locals may go and take their listeners with them. */
function isLasting(bindings: Bindings, receiver: SyntaxNode): boolean {
  let object = bare(receiver);
  while (object.name === 'MemberExpression' && object.firstChild !== null) object = bare(object.firstChild);
  if (object.name !== 'VariableName') return false;
  const binding = bindings.of(object);
  return binding === undefined || binding.scope.parent === null;
}

/** `{ once: true }`, `{ signal }`: any options but `true` and `false`. */
function endsByItself(source: SourceFile, options: SyntaxNode | undefined): boolean {
  return options !== undefined && !/^(?:true|false|\{\s*(?:passive|capture): \w+\s*\})$/.test(source.textOf(options));
}
