/**
 * Maps, Sets and objects used as such, as V8 lays them out.
 *
 * The table of a Map or Set (OrderedHashTable in V8's src/objects/ordered-hash-table.h): three counts, the buckets, then for each entry its
 * key, a Map's value, and a link; twice as many entries as buckets. Small whole numbers are not in a snapshot, so an entry of nothing else
 * is not seen.
 */

import type { GraphView } from './graphView.ts';

export interface CollectionEntries {
  readonly count: number;
  /** What the keys are, where all that are seen are alike. */
  readonly keyTypeName?: string;
}

export interface TablePlace {
  readonly part: 'key' | 'value';
  /** The node of the entry's key, where it is seen. */
  readonly key: number | undefined;
}

const prefixLength = 3;
const entriesPerBucket = 2;
const headerWords = 2;
/** Bytes of a word: V8 may compress pointers. */
const wordSizes = [8, 4];
/** What stands where an entry was deleted, or nothing is yet. */
const emptyNames = /^(?:undefined|null|true|false|system \/ (?:Hole|Oddball))$/;

/** Entries of a Map or Set that are seen; undefined for what is neither. */
export function entriesOf(view: GraphView, node: number): CollectionEntries | undefined {
  const table = view.targetOf(node, 'table');
  const form = table === undefined ? undefined : formOf(view, node, table);
  if (table === undefined || form === undefined) return undefined;
  const seen = new Set<number>();
  const keyTypes = new Set<string>();
  for (const [at, target] of elementsOf(view, table)) {
    if (at < form.firstEntry) continue;
    seen.add(Math.floor((at - form.firstEntry) / form.entryLength));
    if ((at - form.firstEntry) % form.entryLength === 0) keyTypes.add(view.typeNameOf(target));
  }
  const [keyTypeName] = keyTypes;
  return { count: seen.size, ...(keyTypes.size === 1 && keyTypeName !== undefined ? { keyTypeName } : {}) };
}

/** Properties of a plain object. */
export function propertiesOf(view: GraphView, node: number): CollectionEntries {
  const table = view.targetOf(node, 'properties');
  const own = view.edgesOf(node).filter(({ type }) => type === 'property' || type === 'element').length - 1;
  if (table === undefined || view.typeOf(table) !== 'array') return { count: Math.max(0, own), keyTypeName: 'string' };
  // A dictionary: key, value and details of each, and keys are always seen.
  const entries = elementsOf(view, table);
  const firstKey = entries[0]?.[0] ?? 0;
  return { count: entries.filter(([at]) => (at - firstKey) % 3 === 0).length, keyTypeName: 'string' };
}

/** What this edge of the table of a Map or Set leads to. */
export function placeInTable(view: GraphView, owner: number, table: number, edge: number): TablePlace | undefined {
  const form = formOf(view, owner, table);
  const at = Number(view.textOf(view.edgeAt(edge)));
  if (form === undefined || at < form.firstEntry) return undefined;
  const inEntry = (at - form.firstEntry) % form.entryLength;
  if (inEntry === 0) return { part: 'key', key: undefined };
  // V8 lists them in the order of the places, so that the key's edge is close by: a table may have millions.
  for (let before = edge - 1; before >= (view.graph.firstEdges[table] as number) && before >= edge - inEntry; before -= 1) {
    const [place, key] = elementAt(view, before) ?? [];
    if (place === at - inEntry) return { part: 'value', key };
  }
  return { part: 'value', key: undefined };
}

interface TableForm {
  readonly firstEntry: number;
  readonly entryLength: number;
}

function formOf(view: GraphView, owner: number, table: number): TableForm | undefined {
  const name = view.nameOf(owner);
  // A class of the program's own may extend one: then the table tells which.
  const lengths = name === 'Set' ? [2] : name === 'Map' ? [3] : [3, 2];
  for (const entryLength of lengths) {
    for (const wordBytes of wordSizes) {
      const words = (view.graph.selfBytes[table] as number) / wordBytes - headerWords;
      const buckets = (words - prefixLength) / (1 + entriesPerBucket * entryLength);
      if (buckets >= 1 && Number.isInteger(Math.log2(buckets))) return { firstEntry: prefixLength + buckets, entryLength };
    }
  }
  return undefined;
}

function elementsOf(view: GraphView, table: number): [number, number][] {
  const elements: [number, number][] = [];
  for (let edge = view.graph.firstEdges[table] as number; edge < (view.graph.firstEdges[table + 1] as number); edge += 1) {
    const element = elementAt(view, edge);
    if (element !== undefined) elements.push(element);
  }
  return elements;
}

/** Where it stands in its table, and what it is; undefined for any other edge. */
function elementAt(view: GraphView, index: number): [number, number] | undefined {
  const edge = view.edgeAt(index);
  if (edge.type !== 'internal' && edge.type !== 'element' && edge.type !== 'hidden') return undefined;
  const at = Number(view.textOf(edge));
  const isEmpty = view.typeOf(edge.target) === 'hidden' && emptyNames.test(view.nameOf(edge.target));
  return Number.isInteger(at) && !isEmpty ? [at, edge.target] : undefined;
}
