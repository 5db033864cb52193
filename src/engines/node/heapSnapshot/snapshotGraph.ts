/**
 * A heap snapshot as a graph in typed arrays, read from the file as a stream.
 *
 * In memory: 21 bytes a node, 9 bytes an edge, 8 bytes a string, about 40 bytes a function. V8's list of objects and of what they refer to
 * is described at https://github.com/v8/v8/blob/main/src/profiler/heap-snapshot-generator.h.
 */

import * as fs from 'node:fs';
import * as os from 'node:os';
import { formatBytes } from '../../../core/formatFigures.ts';
import { NumberStream } from './numberStream.ts';
import { openSnapshotStrings } from './snapshotStrings.ts';
import type { SnapshotStrings } from './snapshotStrings.ts';

export type NodeType =
  'hidden' | 'array' | 'string' | 'object' | 'code' | 'closure' | 'regexp' | 'number' | 'native' | 'synthetic' | 'other';
export type EdgeType = 'context' | 'element' | 'property' | 'internal' | 'hidden' | 'shortcut' | 'weak' | 'other';

export const nodeTypes: readonly NodeType[] = [
  'hidden',
  'array',
  'string',
  'object',
  'code',
  'closure',
  'regexp',
  'number',
  'native',
  'synthetic',
  'other',
];
export const edgeTypes: readonly EdgeType[] = ['context', 'element', 'property', 'internal', 'hidden', 'shortcut', 'weak', 'other'];

/** Where a function stands in its script, both from 0. */
export interface ScriptPlace {
  readonly line0: number;
  readonly column0: number;
}

export interface SnapshotGraph {
  readonly nodeCount: number;
  /** Codes: indexes into `nodeTypes`. */
  readonly nodeTypes: Uint8Array;
  /** Indexes of strings. */
  readonly nodeNames: Uint32Array;
  readonly selfBytes: Float64Array;
  /** Edges of node n: from firstEdges[n] up to firstEdges[n + 1]. Those that keep nothing alive are left out. */
  readonly firstEdges: Uint32Array;
  /** Codes: indexes into `edgeTypes`. */
  readonly edgeTypes: Uint8Array;
  /** Index of a string, or of an element where the type is 'element' or 'hidden'. */
  readonly edgeNames: Uint32Array;
  readonly edgeTargets: Uint32Array;
  /** What WeakRefs refer to. */
  readonly weakTargets: ReadonlyMap<number, number>;
  readonly strings: SnapshotStrings;
  /** Of a function. */
  placeOf(node: number): ScriptPlace | undefined;
}

interface Header {
  readonly nodeCount: number;
  readonly edgeCount: number;
  readonly nodeFields: readonly string[];
  readonly nodeTypes: readonly string[];
  readonly edgeFields: readonly string[];
  readonly edgeTypes: readonly string[];
  /** Right behind the opening bracket of the nodes. */
  readonly nodesOffset: number;
}

/** Every object has one to its hidden class: they are a third of all edges and explain nothing. */
const leftOutInternals = ['map'];
const weakTargetName = 'target';
const weakCode = edgeTypes.indexOf('weak');
const internalCode = edgeTypes.indexOf('internal');
const elementCode = edgeTypes.indexOf('element');
const hiddenCode = edgeTypes.indexOf('hidden');
const shortcutCode = edgeTypes.indexOf('shortcut');
const arrayCode = nodeTypes.indexOf('array');
const closureCode = nodeTypes.indexOf('closure');

/**
 * Reads a snapshot.
 * @param names edges and nodes whose names are to be found by `strings.indexOf`.
 * @throws Error where it is no snapshot, was cut short, or has an unknown form.
 */
export function readSnapshot(path: string, names: readonly string[]): { graph: SnapshotGraph; close: () => void } {
  const file = fs.openSync(path, 'r');
  try {
    const header = readHeader(file);
    checkMemory(header);
    const strings = openSnapshotStrings(file, [...names, ...leftOutInternals, weakTargetName]);
    const nodes = readNodes(file, header);
    const edges = readEdges(file, nodes.endOffset, header, nodes, strings);
    const placeOf = readPlaces(file, edges.endOffset, header, nodes.nodeTypes);
    return { graph: { nodeCount: header.nodeCount, ...nodes, ...edges, strings, placeOf }, close: () => fs.closeSync(file) };
  } catch (error) {
    fs.closeSync(file);
    throw error;
  }
}

/** With what is made of the graph later: dominators.ts, retainingPaths.ts. */
const neededNodeBytes = 80;
const neededEdgeBytes = 13;

function checkMemory({ nodeCount, edgeCount }: Header): void {
  const neededBytes = nodeCount * neededNodeBytes + edgeCount * neededEdgeBytes;
  if (neededBytes > os.freemem()) {
    throw new Error(`to read its ${nodeCount} objects takes ${formatBytes(neededBytes)}, and only ${formatBytes(os.freemem())} are free`);
  }
}

function readHeader(file: number): Header {
  const piece = Buffer.alloc(65_536);
  const text = piece.toString('latin1', 0, fs.readSync(file, piece, 0, piece.length, 0));
  const start = /,\s*"nodes":\[/.exec(text);
  if (start === null) throw new Error('it is no heap snapshot');
  const { snapshot } = JSON.parse(`${text.slice(0, start.index)}}`) as {
    snapshot: { meta: Record<string, unknown[]>; node_count: number; edge_count: number };
  };
  const { meta } = snapshot;
  return {
    nodeCount: snapshot.node_count,
    edgeCount: snapshot.edge_count,
    nodeFields: meta['node_fields'] as string[],
    nodeTypes: meta['node_types']?.[0] as string[],
    edgeFields: meta['edge_fields'] as string[],
    edgeTypes: meta['edge_types']?.[0] as string[],
    nodesOffset: start.index + start[0].length,
  };
}

type Nodes = Pick<SnapshotGraph, 'nodeTypes' | 'nodeNames' | 'selfBytes'> & {
  readonly edgeCounts: Uint32Array;
  readonly endOffset: number;
};

function readNodes(file: number, { nodeCount, nodeFields, nodesOffset, nodeTypes: types }: Header): Nodes {
  const codes = types.map((type) => codeOf(nodeTypes, type));
  const typesOfNodes = new Uint8Array(nodeCount);
  const nodeNames = new Uint32Array(nodeCount);
  const selfBytes = new Float64Array(nodeCount);
  const edgeCounts = new Uint32Array(nodeCount);
  const fields = nodeFields.length;
  const [type, name, size, count] = ['type', 'name', 'self_size', 'edge_count'].map((field) => fieldAt(nodeFields, field)) as Four;
  const endOffset = readRows(file, nodesOffset, fields, (node, block, at) => {
    if (node >= nodeCount) return;
    typesOfNodes[node] = codes[block[at + type] as number] ?? codeOf(nodeTypes, 'other');
    nodeNames[node] = block[at + name] as number;
    selfBytes[node] = block[at + size] as number;
    edgeCounts[node] = block[at + count] as number;
  });
  return { nodeTypes: typesOfNodes, nodeNames, selfBytes, edgeCounts, endOffset };
}

type Four = [number, number, number, number];
type Edges = Pick<SnapshotGraph, 'firstEdges' | 'edgeTypes' | 'edgeNames' | 'edgeTargets' | 'weakTargets'> & { readonly endOffset: number };

/**
 * Leaves out what keeps nothing alive, as Chrome's DevTools do (front_end/entrypoints/heap_snapshot_worker/HeapSnapshot.ts): weak edges,
 * shortcuts but those of the root, and a WeakMap's table's own edges to values, which the keys hold.
 */
function readEdges(file: number, offset: number, header: Header, nodes: Nodes, strings: SnapshotStrings): Edges {
  const { nodeCount, edgeCount, edgeFields, edgeTypes: types, nodeFields } = header;
  const codes = types.map((type) => codeOf(edgeTypes, type));
  const leftOut = new Set(leftOutInternals.map((name) => strings.indexOf(name)));
  const targetName = strings.indexOf(weakTargetName);
  const firstEdges = new Uint32Array(nodeCount + 1);
  const typesOfEdges = new Uint8Array(edgeCount);
  const edgeNames = new Uint32Array(edgeCount);
  const edgeTargets = new Uint32Array(edgeCount);
  const weakTargets = new Map<number, number>();
  const [type, name, target] = ['type', 'name_or_index', 'to_node'].map((field) => fieldAt(edgeFields, field)) as Four;
  let from = 0;
  let kept = 0;
  let left = nodes.edgeCounts[0] ?? 0;
  const endOffset = readRows(file, findArray(file, offset, 'edges'), edgeFields.length, (_, block, at) => {
    while (left === 0) {
      from += 1;
      if (from >= nodeCount) throw new Error('it has more edges than its nodes have');
      firstEdges[from] = kept;
      left = nodes.edgeCounts[from] as number;
    }
    left -= 1;
    const code = codes[block[at + type] as number] ?? codeOf(edgeTypes, 'other');
    const label = block[at + name] as number;
    const to = (block[at + target] as number) / nodeFields.length;
    if (code === weakCode) {
      if (label === targetName) weakTargets.set(from, to);
      return;
    }
    if (code === shortcutCode && from !== 0) return;
    if (code === internalCode && (leftOut.has(label) || (nodes.nodeTypes[from] === arrayCode && strings.isWeakMapEntry(label)))) return;
    typesOfEdges[kept] = code;
    edgeNames[kept] = label;
    edgeTargets[kept] = to;
    kept += 1;
  });
  firstEdges.fill(kept, from + 1);
  return { firstEdges, edgeTypes: typesOfEdges, edgeNames, edgeTargets, weakTargets, endOffset };
}

function readPlaces(file: number, offset: number, header: Header, types: Uint8Array): SnapshotGraph['placeOf'] {
  const places = new Map<number, number>();
  const fieldCount = 4;
  readRows(file, findArray(file, offset, 'locations'), fieldCount, (_, block, at) => {
    const node = (block[at] as number) / header.nodeFields.length;
    if (types[node] !== closureCode || places.size === maxPlaceCount) return;
    places.set(node, (block[at + 2] as number) * placeFactor + (block[at + 3] as number));
  });
  return (node) => {
    const place = places.get(node);
    return place === undefined ? undefined : { line0: Math.floor(place / placeFactor), column0: place % placeFactor };
  };
}

/** Line and column in one number, exact below 2 to the 53rd. */
const placeFactor = 2 ** 26;
/** A Map takes no more than 2 to the 24th. */
const maxPlaceCount = 2 ** 23;

/** Hands on rows of so many numbers each; gives the offset behind the array. */
function readRows(file: number, offset: number, fieldCount: number, take: (row: number, block: Float64Array, at: number) => void): number {
  const stream = new NumberStream(file, offset);
  const split = new Float64Array(fieldCount);
  let splitCount = 0;
  let row = 0;
  for (let count = stream.next(); count > 0; count = stream.next()) {
    let at = 0;
    // A row that began in the block before.
    while (splitCount > 0 && at < count) {
      split[splitCount] = stream.block[at] as number;
      splitCount += 1;
      at += 1;
      if (splitCount === fieldCount) {
        take(row, split, 0);
        row += 1;
        splitCount = 0;
      }
    }
    for (; at + fieldCount <= count; at += fieldCount) {
      take(row, stream.block, at);
      row += 1;
    }
    for (; at < count; at += 1) {
      split[splitCount] = stream.block[at] as number;
      splitCount += 1;
    }
  }
  return stream.endOffset;
}

/** Offset behind the opening bracket of the array of this name, which comes soon after `offset`. */
function findArray(file: number, offset: number, name: string): number {
  const piece = Buffer.alloc(65_536);
  const opening = `\n"${name}":[`;
  const at = piece.toString('latin1', 0, fs.readSync(file, piece, 0, piece.length, offset)).indexOf(opening);
  if (at < 0) throw new Error(`it has no ${name} where they are looked for`);
  return offset + at + opening.length;
}

function fieldAt(fields: readonly string[], name: string): number {
  const at = fields.indexOf(name);
  if (at < 0) throw new Error(`its rows have no ${name}`);
  return at;
}

function codeOf(known: readonly string[], type: string): number {
  const code = known.indexOf(type);
  return code < 0 ? known.length - 1 : code;
}

/** Whether the edge's name is the number of an element. */
export function isIndexed(code: number): boolean {
  return code === elementCode || code === hiddenCode;
}
