/**
 * bounded-cache: a cache without a limit holds much memory.
 *
 * Its figures are functools' own, and what its entries keep alive is measured at the end. The limit that is offered is the power of two next
 * below an eighth of the entries, and at least 128, functools' own default: large enough to keep what was asked for lately, small enough to
 * matter. What is saved is the entries' share above the limit, less what a bounded cache needs for its order: 51 bytes for each entry that
 * it keeps (77 without a limit and 128 with one, measured for one float as the argument on 3.8, 3.11 and 3.13).
 */

import type { SyntaxNode } from '@lezer/common';
import type { AdviceFix, CacheReport, SourceEdit } from '../../core/profile.ts';
import { countOf, type Evidence } from '../evidence.ts';
import type { Rule, RuleContext, RuleFinding } from '../rule.ts';
import type { SourceFile } from '../sourceFile.ts';
import { importEdits } from './imports.ts';
import { isPure } from './purity.ts';
import { definedName } from './pythonSyntax.ts';

const defaultLimitCount = 128;
const entryOrderBytes = 51;

export const boundedCache: Rule = {
  id: 'bounded-cache',
  language: 'python',
  *check(context) {
    for (const cache of context.reportsHere(context.profile.caches)) yield* checkCache(context, cache);
  },
};

function* checkCache(context: RuleContext, cache: CacheReport): Iterable<RuleFinding> {
  const { name, at, kind, entryCount, maxEntryCount, heldBytes, growing } = cache;
  const weight = heldBytes === undefined ? undefined : context.weighBytes('live', heldBytes);
  if (weight === undefined || maxEntryCount !== null || !growing || entryCount <= defaultLimitCount) return;
  const limitCount = limitFor(entryCount);
  const savingBytes = weight.bytes * (1 - limitCount / entryCount) - limitCount * entryOrderBytes;
  const fix = kind === 'dict' ? undefined : fixOf(context.source, cache, limitCount);
  yield {
    line: at.line,
    title:
      kind === 'dict'
        ? `Give ${name} a limit: it is filled and looked up like a cache, and nothing is ever removed`
        : `Bound the cache of ${name}(): maxsize=${limitCount} keeps the latest of its ${entryCount} entries`,
    weight,
    evidence: figuresOf(cache),
    estimatedSavingBytes: savingBytes,
    ...(fix === undefined ? {} : { fix }),
  };
}

function figuresOf({ hitCount, missCount, entryCount }: CacheReport): Evidence[] {
  return [
    ...(hitCount === undefined ? [] : [countOf('hits', hitCount)]),
    ...(missCount === undefined ? [] : [countOf('misses', missCount)]),
    countOf('entries', entryCount),
  ];
}

function limitFor(entryCount: number): number {
  return Math.max(defaultLimitCount, 2 ** Math.floor(Math.log2(entryCount / 8)));
}

/** Only for functions that give the same result however often they run. */
function fixOf(source: SourceFile, { name, at }: CacheReport, limitCount: number): AdviceFix | undefined {
  const definition = source.nodesStartingOn(at.line, ['FunctionDefinition'])[0];
  const decorated = definition?.parent;
  if (definition === undefined || decorated?.name !== 'DecoratedStatement' || !isPure(source, definition)) return undefined;
  // A method's cache is told by its class's name too.
  if (!name.endsWith(definedName(source, definition))) return undefined;
  for (const decorator of decorated.getChildren('Decorator')) {
    const edits = editsOf(source, decorator, limitCount);
    if (edits !== undefined) return { title: `Keep the latest ${limitCount} results`, edits };
  }
  return undefined;
}

/** `@lru_cache(maxsize=None)` gets a number for None, `@cache` becomes the other. */
function editsOf(source: SourceFile, decorator: SyntaxNode, limitCount: number): readonly SourceEdit[] | undefined {
  const text = source.textOf(decorator).trim();
  const none = decorator.getChild('ArgList')?.getChild('None');
  if (/^@\s*(?:functools\.)?lru_cache\b/.test(text) && none !== null && none !== undefined) {
    return [source.replace(none.from, none.to, String(limitCount))];
  }
  const match = /^@\s*(functools\.)?cache$/.exec(text);
  if (match === null) return undefined;
  const edit = source.replace(decorator.from, decorator.from + text.length, `@${match[1] ?? ''}lru_cache(maxsize=${limitCount})`);
  if (match[1] !== undefined) return [edit];
  const added = importEdits(source, { module: 'functools', name: 'lru_cache' });
  return added === undefined ? undefined : [...added, edit];
}
