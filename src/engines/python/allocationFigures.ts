/**
 * From the recorder's stacks to figures by line, by function, and to the call tree.
 */

import type { CallNode, CallTree, Collection, Frame, LineProfile, SourceRef } from '../../core/profile.ts';
import { addSelf, addTotal, noFigures, stackFigures, wholeBytes, type Figures } from './figures.ts';
import type { Place, PlaceFunction, Places } from './places.ts';
import type { Tables } from './tablesFile.ts';

/** Sums over stacks. */
interface Totals {
  readonly figures: Figures;
  /** Of the stack that was added last. */
  lastFigures: Figures | undefined;
}

export interface LineTotals extends Totals {
  readonly types: Map<string, { liveBytes: number; liveCount: number }>;
  collectionCount: number;
  collectionMs: number;
}

export interface AllocationFigures {
  /** By path, then by line. */
  readonly lines: ReadonlyMap<string, ReadonlyMap<number, LineTotals>>;
  readonly functions: ReadonlyMap<PlaceFunction, Totals>;
  readonly callTree: CallTree;
  readonly collections: readonly Collection[];
}

/** Where the figures of a place go. */
interface PlaceSums {
  readonly line: LineTotals;
  readonly function: Totals;
}

interface OpenNode {
  readonly frame: number;
  readonly parent: number;
  allocatedBytes: number;
  liveBytes: number;
  peakBytes: number;
}

/** A larger tree shows nothing that a person could still see, and makes profiles large: the rest is shown at its callers, as far as these have a place in it. */
const maxNodeCount = 20_000;
const shownTypeCount = 10;

export function buildAllocationFigures(tables: Tables, places: Places): AllocationFigures {
  const lines = new Map<string, Map<number, LineTotals>>();
  const functions = new Map<PlaceFunction, Totals>();
  const sumsByPlace: PlaceSums[] = [];
  const tree = createTreeBuilder();

  function sumsOf(place: Place): PlaceSums {
    let found = sumsByPlace[place.index];
    if (found === undefined) {
      const file = getOrAdd(lines, place.path, () => new Map<number, LineTotals>());
      const line = getOrAdd(file, place.line, () => ({
        figures: noFigures(),
        lastFigures: undefined,
        types: new Map(),
        collectionCount: 0,
        collectionMs: 0,
      }));
      found = { line, function: getOrAdd(functions, place.function, () => ({ figures: noFigures(), lastFigures: undefined })) };
      sumsByPlace[place.index] = found;
    }
    return found;
  }
  const lineOf = (place: Place): LineTotals => sumsOf(place).line;

  const stacks = Array.from({ length: tables.stacks.count }, (_, index) => ({
    path: places.ofStack(index),
    figures: stackFigures(tables, index),
  }));
  // The largest first, so that a tree that has to be cut keeps them.
  const weight = ({ allocatedBytes, liveBytes, peakBytes }: Figures): number => Math.max(allocatedBytes, liveBytes, peakBytes);
  for (const { path, figures } of [...stacks].sort((a, b) => weight(b.figures) - weight(a.figures))) {
    const [innermost] = path;
    if (innermost === undefined) continue;
    addSelf(sumsOf(innermost).line.figures, figures);
    addSelf(sumsOf(innermost).function.figures, figures);
    // What stands on the stack twice counts once.
    for (const place of path) {
      const found = sumsOf(place);
      if (found.line.lastFigures !== figures) addTotal(found.line.figures, figures);
      if (found.function.lastFigures !== figures) addTotal(found.function.figures, figures);
      found.line.lastFigures = figures;
      found.function.lastFigures = figures;
    }
    if (weight(figures) > 0) tree.add(path, figures);
  }
  addTypes(tables, (stack) => stacks[stack]?.path[0], lineOf);
  const collections = readCollections(tables, (stack) => stacks[stack]?.path[0], lineOf);
  return { lines, functions, callTree: tree.build(), collections };
}

/** The largest types of what is alive of a line. */
export function lineTypes({ types }: LineTotals): LineProfile['types'] {
  if (types.size === 0) return undefined;
  return [...types]
    .map(([name, { liveBytes, liveCount }]) => ({ name, liveBytes: wholeBytes(liveBytes), liveCount: wholeBytes(liveCount) }))
    .sort((a, b) => b.liveBytes - a.liveBytes || b.liveCount - a.liveCount)
    .slice(0, shownTypeCount);
}

function addTypes({ types, text }: Tables, placeOf: (stack: number) => Place | undefined, lineOf: (place: Place) => LineTotals): void {
  const { stack, nameOffset, nameLength, liveBytes, liveCount } = types.columns;
  for (let index = 0; index < types.count; index += 1) {
    const place = placeOf(stack[index] ?? 0);
    if (place === undefined) continue;
    const name = text(nameOffset[index] ?? 0, nameLength[index] ?? 0);
    const known = lineOf(place).types;
    const sum = known.get(name) ?? { liveBytes: 0, liveCount: 0 };
    known.set(name, { liveBytes: sum.liveBytes + (liveBytes[index] ?? 0), liveCount: sum.liveCount + (liveCount[index] ?? 0) });
  }
}

function readCollections(
  { collections, header }: Tables,
  placeOf: (stack: number) => Place | undefined,
  lineOf: (place: Place) => LineTotals,
): Collection[] {
  const { atUs, durationUs, generation, stack, collectedCount, uncollectableCount, freedBytes } = collections.columns;
  return Array.from({ length: collections.count }, (_, index): Collection => {
    const place = placeOf(stack[index] ?? 0);
    const durationMs = (durationUs[index] ?? 0) / 1000;
    if (place !== undefined) {
      const line = lineOf(place);
      line.collectionCount += 1;
      line.collectionMs += durationMs;
    }
    const at: SourceRef | undefined = place === undefined ? undefined : { path: place.path, line: place.line };
    return {
      atMs: Math.max(0, ((atUs[index] ?? 0) - header.startedAtUs) / 1000),
      durationMs,
      kind: `gen${generation[index] ?? 0}`,
      freedBytes: wholeBytes(freedBytes[index] ?? 0),
      collectedCount: collectedCount[index] ?? 0,
      uncollectableCount: uncollectableCount[index] ?? 0,
      ...(at === undefined ? {} : { line: at }),
    };
  });
}

function createTreeBuilder(): { add(path: readonly Place[], figures: Figures): void; build(): CallTree } {
  const frames: Frame[] = [];
  const frameIndexes = new Map<Place, number>();
  const nodes: OpenNode[] = [];
  /** By the node and the frame under it. */
  const children = new Map<number, number>();

  function frameOf(place: Place): number {
    const known = frameIndexes.get(place);
    if (known !== undefined) return known;
    frameIndexes.set(place, frames.length);
    return frames.push({ functionName: place.function.name, path: place.path, line: place.line }) - 1;
  }

  return {
    /** @param path innermost first */
    add(path, figures) {
      let node = -1;
      for (let at = path.length - 1; at >= 0; at -= 1) {
        const place = path[at] as Place;
        if (nodes.length >= maxNodeCount && !frameIndexes.has(place)) break;
        const frame = frameOf(place);
        const key = (node + 1) * 0x1_0000_0000 + frame;
        let next = children.get(key);
        if (next === undefined) {
          if (nodes.length >= maxNodeCount) break;
          next = nodes.push({ frame, parent: node, allocatedBytes: 0, liveBytes: 0, peakBytes: 0 }) - 1;
          children.set(key, next);
        }
        node = next;
      }
      const leaf = nodes[node];
      if (leaf === undefined) return;
      leaf.allocatedBytes += figures.allocatedBytes;
      leaf.liveBytes += figures.liveBytes;
      leaf.peakBytes += figures.peakBytes;
    },
    build: () => ({ frames, nodes: nodes.map(asCallNode) }),
  };
}

function getOrAdd<Key, Value>(map: Map<Key, Value>, key: Key, create: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = create();
    map.set(key, value);
  }
  return value;
}

function asCallNode({ frame, parent, allocatedBytes, liveBytes, peakBytes }: OpenNode): CallNode {
  return { frame, parent, allocatedBytes: wholeBytes(allocatedBytes), liveBytes: wholeBytes(liveBytes), peakBytes: wholeBytes(peakBytes) };
}
