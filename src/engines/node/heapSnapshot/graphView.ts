/** Questions about a heap snapshot's nodes and edges, by the names that V8 gives them. */

import { followedName } from '../../../protocol/heapSnapshots.ts';
import { edgeTypes, isIndexed, nodeTypes } from './snapshotGraph.ts';
import type { EdgeType, NodeType, SnapshotGraph } from './snapshotGraph.ts';

/** Names by which nodes and edges are found; each is looked up once. */
export const wantedNames = [
  // Edges.
  followedName,
  'shared',
  'script',
  'script_or_debug_info',
  'context',
  'previous',
  'extension',
  'function',
  'value',
  'table',
  'exports',
  'filename',
  'globalThis',
  '_onTimeout',
  '_onImmediate',
  '_repeat',
  '_events',
  '__proto__',
  'code',
  'feedback_cell',
  'native_context',
  'scope_info',
  'initial_map',
  'prototype',
  'properties',
  'elements',
  '_idlePrev',
  '_idleNext',
  'parameters_and_registers',
  // Nodes.
  'system / Context',
  'system / NativeContext',
  'system / SourceTextModule',
  'system / Cell',
  'system / PropertyCell',
  'Module',
  'Timeout',
  'Immediate',
  'process',
  '(Stack roots)',
  '(Handle scope)',
] as const;
export type WantedName = (typeof wantedNames)[number];

const propertyCode = edgeTypes.indexOf('property');

export interface Edge {
  readonly type: EdgeType;
  /** Index of a string, or an element's number. */
  readonly name: number;
  readonly target: number;
}

export class GraphView {
  readonly graph: SnapshotGraph;
  readonly #indexes: ReadonlyMap<WantedName, number>;

  constructor(graph: SnapshotGraph) {
    this.graph = graph;
    this.#indexes = new Map(wantedNames.map((name) => [name, graph.strings.indexOf(name)]));
  }

  /** The string index of a wanted name; -1 where the snapshot has none such. */
  indexOf(name: WantedName): number {
    return this.#indexes.get(name) as number;
  }

  typeOf(node: number): NodeType {
    return nodeTypes[this.graph.nodeTypes[node] as number] as NodeType;
  }

  nameOf(node: number): string {
    return this.graph.strings.textOf(this.graph.nodeNames[node] as number);
  }

  isNamed(node: number, name: WantedName): boolean {
    return this.graph.nodeNames[node] === this.indexOf(name);
  }

  edgesOf(node: number): Edge[] {
    const edges: Edge[] = [];
    for (let edge = this.graph.firstEdges[node] as number; edge < (this.graph.firstEdges[node + 1] as number); edge += 1) {
      edges.push(this.edgeAt(edge));
    }
    return edges;
  }

  edgeAt(edge: number): Edge {
    return {
      type: edgeTypes[this.graph.edgeTypes[edge] as number] as EdgeType,
      name: this.graph.edgeNames[edge] as number,
      target: this.graph.edgeTargets[edge] as number,
    };
  }

  /** As the snapshot has it: a property's or variable's name, an element's number. */
  textOf({ type, name }: Edge): string {
    return type === 'element' || type === 'hidden' ? String(name) : this.graph.strings.textOf(name);
  }

  /** The target of the node's edge of that name. */
  targetOf(node: number, name: WantedName): number | undefined {
    const { firstEdges, edgeNames, edgeTargets, edgeTypes: types } = this.graph;
    const index = this.indexOf(name);
    for (let edge = firstEdges[node] as number; edge < (firstEdges[node + 1] as number); edge += 1) {
      if (edgeNames[edge] === index && !isIndexed(types[edge] as number)) return edgeTargets[edge];
    }
    return undefined;
  }

  /** All nodes that have a property of that name. */
  nodesWith(property: WantedName): number[] {
    const { nodeCount, firstEdges, edgeNames, edgeTypes: types } = this.graph;
    const index = this.indexOf(property);
    const found: number[] = [];
    if (index < 0) return found;
    for (let node = 0; node < nodeCount; node += 1) {
      for (let edge = firstEdges[node] as number; edge < (firstEdges[node + 1] as number); edge += 1) {
        if (edgeNames[edge] !== index || types[edge] !== propertyCode) continue;
        found.push(node);
        break;
      }
    }
    return found;
  }

  /** All nodes of that name. */
  nodesNamed(name: WantedName): number[] {
    const index = this.indexOf(name);
    const found: number[] = [];
    if (index < 0) return found;
    for (let at = this.graph.nodeNames.indexOf(index); at >= 0; at = this.graph.nodeNames.indexOf(index, at + 1)) found.push(at);
    return found;
  }

  /** What a person would call the value's type. */
  typeNameOf(node: number): string {
    switch (this.typeOf(node)) {
      case 'closure':
        return 'Function';
      case 'string':
        return 'string';
      case 'number':
        return 'number';
      case 'regexp':
        return 'RegExp';
      case 'array':
        return 'Array';
      default:
        return this.nameOf(node);
    }
  }
}
