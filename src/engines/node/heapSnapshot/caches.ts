/**
 * Hand-made caches: Maps, Sets and objects that are kept under a name, added to by functions and looked up.
 *
 * What they hold is measured; that they are caches is read from what the file does with the name.
 */

import type { CacheReport } from '../../../core/profile.ts';
import { entriesOf, propertiesOf } from './collections.ts';
import type { CollectionEntries } from './collections.ts';
import type { Retention } from './dominators.ts';
import type { QuestionFile } from './explanationMessages.ts';
import type { CollectionUses, FileSyntax } from './fileSyntax.ts';
import type { GraphView } from './graphView.ts';
import type { RetainingPaths } from './retainingPaths.ts';
import type { UserFunctions } from './userFunctions.ts';

/** Smaller ones are not reported. */
const minEntryCount = 8;
const minHeldBytes = 4096;
const lookups = ['get', 'has'];
const additions = ['set', 'add'];
const removals = ['delete', 'clear'];

export interface CacheParts {
  readonly view: GraphView;
  readonly retention: Retention;
  readonly retaining: RetainingPaths;
  readonly functions: UserFunctions;
  readonly files: readonly QuestionFile[];
  readonly syntax: readonly FileSyntax[];
}

interface Named {
  readonly name: string;
  /** As it is written where it is used: the variable or the property. */
  readonly usedName: string;
  readonly file: number;
  readonly line: number;
}

/** Those that hold the most first. */
export function findCaches({ view, retention, retaining, functions, files, syntax }: CacheParts): CacheReport[] {
  const found: CacheReport[] = [];
  retaining.forEachNamed((node) => {
    if (view.typeOf(node) !== 'object') return;
    const heldBytes = retention.retainedBytes(node);
    const isPlain = view.nameOf(node) === 'Object';
    if (heldBytes < minHeldBytes || (!isPlain && view.targetOf(node, 'table') === undefined)) return;
    const named = nameOf(node);
    const uses = named === undefined ? undefined : syntax[named.file]?.usesOf(named.usedName);
    if (named === undefined || uses === undefined || !isCache(uses)) return;
    const entries = isPlain ? propertiesOf(view, node) : entriesOf(view, node);
    if (entries !== undefined && entries.count >= minEntryCount) found.push(report(named, uses, entries, heldBytes));
  });
  return found.sort((first, second) => (second.heldBytes ?? 0) - (first.heldBytes ?? 0));

  function report(named: Named, uses: CollectionUses, entries: CollectionEntries, heldBytes: number): CacheReport {
    const file = files[named.file];
    return {
      name: named.name,
      at: { path: (file?.path ?? '').replaceAll('\\', '/'), line: named.line },
      kind: 'map',
      entryCount: entries.count,
      maxEntryCount: null,
      heldBytes,
      growing: !uses.isHandedOver && !has(uses, removals) && isAddedToAgainAndAgain(uses, file),
      ...(entries.keyTypeName === undefined ? {} : { keyTypeName: entries.keyTypeName }),
    };
  }

  /** The last name on the way to it, where that is at most one property away from a variable. */
  function nameOf(node: number): Named | undefined {
    const last = retaining.lastHopTo(node);
    const edge = last === undefined ? undefined : view.edgeAt(last.edge);
    const isNear = last === undefined || retaining.lastHopTo(last.from) === undefined;
    if (edge?.type !== 'context' && !isNear) return undefined;
    const { start, hops } = retaining.pathTo(node) ?? { start: undefined, hops: [] };
    if (start?.kind === 'name' && edge === undefined) {
      const { name, file, line } = start.name;
      return { name, usedName: name, file, line };
    }
    if (edge === undefined) return undefined;
    const name = view.textOf(edge);
    if (edge.type === 'context') {
      const closure = hops.findLast(
        ({ from, edge: index }) => view.typeOf(from) === 'closure' && view.textOf(view.edgeAt(index)) === 'context',
      );
      const file = closure === undefined ? -1 : functions.fileOf(closure.from);
      const around = closure === undefined ? undefined : functions.functionOf(closure.from);
      const line = around === undefined ? undefined : syntax[file]?.variableLineOf(name, around.line);
      return line === undefined ? undefined : { name, usedName: name, file, line };
    }
    if (edge.type !== 'property' || start?.kind !== 'name') return undefined;
    const { file } = start.name;
    const line = syntax[file]?.propertyLineOf(name);
    return line === undefined ? undefined : { name: `${start.name.name}.${name}`, usedName: name, file, line };
  }
}

function isCache(uses: CollectionUses): boolean {
  return has(uses, lookups) && has(uses, additions);
}

function has(uses: CollectionUses, methods: readonly string[]): boolean {
  return methods.some((method) => uses.methods.has(method));
}

/** By functions that were called more than once: a table that is filled at the start is no cache. */
function isAddedToAgainAndAgain(uses: CollectionUses, file: QuestionFile | undefined): boolean {
  return uses.addingFunctionLines.some((line) => file?.functions.some((info) => info.line === line && info.callCount > 1) === true);
}
