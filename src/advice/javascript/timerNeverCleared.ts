/**
 * timer-never-cleared: a function starts an interval, each time it is called, and the file never stops one.
 */

import type { Rule } from '../rule.ts';
import { findBindings } from './bindings.ts';
import { argumentsOf } from './javascriptSyntax.ts';
import { weighRegistrations } from './registrations.ts';

export const timerNeverCleared: Rule = {
  id: 'timer-never-cleared',
  language: 'javascript',
  *check(context) {
    const { source } = context;
    // Timers can also be stopped by their own methods, or by clearTimeout.
    if (!source.text.includes('setInterval') || /\bclear(?:Interval|Timeout)\b|\.close\(|Symbol\.dispose/.test(source.text)) return;
    const bindings = findBindings(source);
    for (const call of source.nodesOf(['CallExpression'])) {
      if (call.firstChild === null || !/^(?:\w+\.)?setInterval$/.test(source.textOf(call.firstChild))) continue;
      const weighed = weighRegistrations(context, bindings, call, argumentsOf(call)?.[0]);
      if (weighed === undefined) continue;
      yield {
        line: source.lineAt(call.from),
        endLine: source.lineAt(call.to),
        title: 'Stop the interval when it is done: each call starts one more, and none is ever cleared',
        ...weighed,
      };
    }
  },
};
