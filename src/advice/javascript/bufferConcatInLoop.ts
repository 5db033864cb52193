/**
 * buffer-concat-in-loop: a Buffer is made anew for each part by `all = Buffer.concat([all, part])`, in a loop or for each 'data' event.
 */

import type { SyntaxNode } from '@lezer/common';
import type { AdviceFix } from '../../core/profile.ts';
import { countOf } from '../evidence.ts';
import type { Rule, RuleContext } from '../rule.ts';
import { findAccumulations, isOneLoop, roundsOf, savedByOneCopy, weighCopies, type Accumulation } from './accumulation.ts';
import { findBindings, type Bindings } from './bindings.ts';
import { argumentsOf, bare, contains, isSameNode, partsOf, statementOf } from './javascriptSyntax.ts';

/** They make a buffer that nobody else has. */
const freshBuffers: readonly string[] = ['Buffer.from', 'Buffer.alloc', 'Buffer.allocUnsafe'];

export const bufferConcatInLoop: Rule = {
  id: 'buffer-concat-in-loop',
  language: 'javascript',
  *check(context) {
    const { source } = context;
    if (!source.text.includes('Buffer.concat')) return;
    const bindings = findBindings(source);
    for (const accumulation of findAccumulations(context, bindings)) {
      const { binding, assignment, value } = accumulation;
      const part = addedPart(context, bindings, accumulation);
      if (part === undefined) continue;
      const rounds = roundsOf(context, accumulation);
      const weighed = weighCopies(context, value, rounds, savedByOneCopy);
      if (weighed === undefined || rounds === undefined) continue;
      const fix = collectFix(context, bindings, accumulation, part);
      yield {
        line: source.lineAt(assignment.from),
        endLine: source.lineAt(assignment.to),
        title: `Collect the parts of ${binding.name} and join them once: each round copies all that it already holds`,
        evidence: [countOf('rounds', Math.round(rounds))],
        ...weighed,
        ...(fix ? { fix } : {}),
      };
    }
  },
};

/** `part` of `all = Buffer.concat([all, part])`. */
function addedPart({ source }: RuleContext, bindings: Bindings, { binding, value }: Accumulation): SyntaxNode | undefined {
  if (value.name !== 'CallExpression' || value.firstChild === null || source.textOf(value.firstChild) !== 'Buffer.concat') return undefined;
  const [list, ...others] = argumentsOf(value) ?? [];
  if (list === undefined || others.length > 0 || bare(list).name !== 'ArrayExpression' || bare(list).getChild('Spread') !== null)
    return undefined;
  const [first, part, ...more] = partsOf(bare(list));
  return bindings.of(first) === binding && more.length === 0 ? part : undefined;
}

/**
 * Collects in an array of its own and joins after the loop. Only of parts that nobody changes afterwards: fresh buffers, and a loop's own
 * `for await` chunks.
 */
function collectFix({ source }: RuleContext, bindings: Bindings, accumulation: Accumulation, part: SyntaxNode): AdviceFix | undefined {
  const { binding, assignment, repeater } = accumulation;
  const { definition, initializer, name } = binding;
  const declaration = definition.parent;
  const partsName = `${name}Parts`;
  if (declaration?.name !== 'VariableDeclaration' || initializer === undefined || bindings.all.some((each) => each.name === partsName))
    return undefined;
  if (assignment.parent?.name !== 'ExpressionStatement' || !isOneLoop(source, accumulation)) return undefined;
  const isOnly = partsOf(declaration).filter(({ name: type }) => type === 'VariableDefinition').length === 1;
  const begins = /^(?:Buffer\.alloc\(0\)|Buffer\.from\(''\)|Buffer\.from\(\[\]\))$/.test(source.textOf(initializer));
  const isBeside = isSameNode(declaration.parent, statementOf(repeater).parent);
  const isElsewhere = binding.references.every(
    (reference) => reference.from > repeater.to || (contains(assignment, reference) && !contains(part, reference)),
  );
  if (!isOnly || !begins || !isBeside || !isElsewhere || !isFreshPart(source.textOf(part), bindings, part, repeater)) return undefined;
  const indent = source.indentOf(source.lineAt(repeater.from));
  return {
    title: 'Collect the parts, join them once',
    edits: [
      source.replace(declaration.from, declaration.to, `const ${partsName} = [];`),
      source.replace(assignment.from, assignment.to, `${partsName}.push(${source.textOf(part)})`),
      source.replace(repeater.to, repeater.to, `${source.lineEnd}${indent}const ${name} = Buffer.concat(${partsName});`),
    ],
  };
}

function isFreshPart(text: string, bindings: Bindings, part: SyntaxNode, repeater: SyntaxNode): boolean {
  if (part.name === 'CallExpression') return freshBuffers.some((maker) => text.startsWith(`${maker}(`));
  const scope = bindings.of(part)?.scope;
  return repeater.getChild('await') !== null && isSameNode(scope, repeater);
}
