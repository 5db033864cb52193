/**
 * What the probe found at the end of the program, in the profile's words: caches, globals, what holds memory, equal values. Only what lies
 * in the user's own files.
 */

import type {
  CacheReport,
  GlobalReport,
  HolderReport,
  HolderStep,
  MemoryProfile,
  RepeatedValueReport,
  RootKind,
  SourceRef,
} from '../../core/profile.ts';
import type { InspectedCache, InspectedDict, InspectedPlace, InspectedStep, InspectionMessage } from '../../protocol/probeMessages.ts';
import { readLogicalLines, type LogicalLine } from './logicalLines.ts';
import { assignmentLine, isCacheByUse, type OwnedName } from './nameUse.ts';
import type { ProfileFrame } from './runFigures.ts';

export type Explanation = Pick<MemoryProfile, 'caches' | 'globals' | 'holders' | 'repeatedValues'>;

/** Up to so many entries a cache may have without being called one that grows. */
const handfulCount = 16;
/** Types of what a program consists of. */
const partsOfProgram: ReadonlySet<string> = new Set(['code', 'function', 'module', 'type']);
const rootKinds: readonly RootKind[] = ['global', 'module', 'local', 'closure', 'cache', 'class', 'thread'];

/** @param lineOfStack the user's innermost line of a stack of the recorder's; undefined: it has none. */
export function buildExplanation(
  message: InspectionMessage,
  frame: Pick<ProfileFrame, 'shownPath' | 'sources'>,
  lineOfStack: (stack: number) => SourceRef | undefined,
): Explanation {
  const read = new Map<string, readonly LogicalLine[]>();
  const linesOf = (path: string): readonly LogicalLine[] => {
    const lines = read.get(path) ?? readLogicalLines(frame.sources(path).text);
    read.set(path, lines);
    return lines;
  };
  /** Where a name is assigned, of a file of the user's. */
  const placeOf = (fileName: string, owned: OwnedName): SourceRef | undefined => {
    const path = frame.shownPath(fileName);
    return path === undefined ? undefined : { path, line: assignmentLine(linesOf(path), owned) ?? 1 };
  };

  const lineOf = ({ stack, file, line }: InspectedPlace): SourceRef | undefined => {
    if (stack !== undefined) return lineOfStack(stack);
    const path = file === undefined ? undefined : frame.shownPath(file);
    return path === undefined || line === undefined ? undefined : { path, line };
  };

  const functionCache = (cache: InspectedCache): readonly CacheReport[] => {
    const path = frame.shownPath(cache.path);
    if (path === undefined) return [];
    const { name, hitCount, missCount, entryCount, maxEntryCount, heldBytes } = cache;
    const definition = definitionOf(frame.sources(path).text, cache.line);
    const growing = maxEntryCount === null && entryCount === missCount && entryCount > handfulCount;
    return [
      {
        name,
        at: { path, line: definition.line },
        kind: maxEntryCount === null && !/\blru_cache\b/.test(definition.decorators) ? 'cache' : 'lru_cache',
        hitCount,
        missCount,
        entryCount,
        maxEntryCount,
        ...(heldBytes === undefined ? {} : { heldBytes }),
        growing,
      },
    ];
  };

  const dictCache = (dict: InspectedDict): readonly CacheReport[] => {
    const at = placeOf(dict.path, dict);
    if (at === undefined || !isCacheByUse(linesOf(at.path), dict)) return [];
    const name = dict.className === undefined ? dict.name : `${dict.className}.${dict.name}`;
    const { entryCount, heldBytes } = dict;
    return [{ name, at, kind: 'dict', entryCount, maxEntryCount: null, heldBytes, growing: true }];
  };

  const step = ({ text, path, line, name }: InspectedStep): HolderStep => {
    if (path === undefined) return { text };
    const shown = frame.shownPath(path);
    if (shown === undefined) return { text };
    if (line !== undefined) return { text, at: { path: shown, line: definitionOf(frame.sources(shown).text, line).line } };
    const assigned = name === undefined ? undefined : assignmentLine(linesOf(shown), { name });
    return assigned === undefined ? { text } : { text, at: { path: shown, line: assigned } };
  };

  const globals = message.globals?.flatMap(({ path, name, typeName, retainedBytes }): readonly GlobalReport[] => {
    const at = placeOf(path, { name });
    return at === undefined ? [] : [{ name, at, typeName, retainedBytes }];
  });
  const holders = message.holders?.flatMap((holder): readonly HolderReport[] => {
    const at = lineOf(holder);
    // What an imported module needs is no question.
    if (at === undefined || partsOfProgram.has(holder.typeName) || isImport(linesOf(at.path), at.line)) return [];
    const { typeName, bytes, referenceCount, rootKind } = holder;
    return [{ at, typeName, bytes, referenceCount, rootKind: decodeRootKind(rootKind), path: holder.path.map(step) }];
  });
  const repeatedValues = message.repeatedValues?.flatMap((repeated): readonly RepeatedValueReport[] => {
    const at = lineOf(repeated);
    if (at === undefined || isImport(linesOf(at.path), at.line)) return [];
    const { typeName } = repeated;
    const [valueCount, distinctCount, wastedBytes] = [repeated.valueCount, repeated.distinctCount, repeated.wastedBytes].map(Math.round);
    return [{ at, typeName, valueCount: valueCount ?? 0, distinctCount: distinctCount ?? 0, wastedBytes: wastedBytes ?? 0 }];
  });
  const caches = message.caches?.flatMap(functionCache).concat((message.dicts ?? []).flatMap(dictCache));
  return {
    ...(caches === undefined ? {} : { caches: caches.sort((a, b) => (b.heldBytes ?? 0) - (a.heldBytes ?? 0)) }),
    ...(globals === undefined ? {} : { globals }),
    ...(holders === undefined ? {} : { holders: onePerLine(holders) }),
    ...(repeatedValues === undefined ? {} : { repeatedValues }),
  };
}

function isImport(lines: readonly LogicalLine[], line: number): boolean {
  return lines.some((one) => one.line === line && /^(?:import|from)\b/.test(one.text));
}

function decodeRootKind(kind: string): RootKind {
  return rootKinds.find((known) => known === kind) ?? 'other';
}

/** Of a line that several functions share (a lambda's), the biggest. */
function onePerLine(holders: readonly HolderReport[]): readonly HolderReport[] {
  const kept = new Map<string, HolderReport>();
  for (const holder of holders) {
    const key = `${holder.at.path}:${holder.at.line}`;
    const known = kept.get(key);
    if (known === undefined || known.bytes < holder.bytes) kept.set(key, holder);
  }
  return [...kept.values()];
}

/** The `def` line of a function whose first decorator, or which itself, is on this line, and the text of its decorators. */
function definitionOf(source: string, line: number): { readonly line: number; readonly decorators: string } {
  const lines = source.split(/\r\n|\r|\n/);
  const from = lines.slice(line - 1, line + 99);
  const offset = from.findIndex((text) => /^\s*(?:async\s+)?def\b/.test(text));
  return offset < 0 ? { line, decorators: '' } : { line: line + offset, decorators: from.slice(0, offset).join('\n') };
}
