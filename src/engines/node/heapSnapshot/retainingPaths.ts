/**
 * The shortest way to every value from what the user's files name: breadth first from module variables, exports, globals and timers, then,
 * for what none of these reach, from V8's own roots. In memory: 12 bytes a node.
 */

import type { GraphView } from './graphView.ts';
import { edgeTypes } from './snapshotGraph.ts';
import type { ModuleName, ModuleNames } from './moduleNames.ts';
import type { UserFunctions } from './userFunctions.ts';

export type PathStart =
  | { readonly kind: 'name'; readonly name: ModuleName }
  | { readonly kind: 'timer'; readonly what: 'setInterval' | 'setTimeout' | 'setImmediate'; readonly callback: number }
  | { readonly kind: 'process' }
  /** V8's own: the stack, handles of the runtime. */
  | { readonly kind: 'root' };

export interface Hop {
  readonly from: number;
  /** Index of the edge. */
  readonly edge: number;
  readonly to: number;
}

export interface RetainingPath {
  readonly start: PathStart;
  /** Of a very long one the first and the last. */
  readonly hops: readonly Hop[];
  /** How many hops are left out behind the first `keptHopCount`. */
  readonly omittedCount: number;
}

/** A list of millions is a path as long: so many hops are kept at either end. */
export const keptHopCount = 50;

export interface RetainingPaths {
  /** Undefined where nothing leads to it. */
  pathTo(node: number): RetainingPath | undefined;
  /** The last hop to it; undefined where it is a start, or not reached. */
  lastHopTo(node: number): Hop | undefined;
  /** Nodes reached from the names and timers, nearest first. */
  forEachNamed(take: (node: number) => void): void;
}

/** Internal edges that lead to what all functions and objects share. */
const sharedInternals = ['shared', 'code', 'feedback_cell', 'native_context', 'scope_info', 'initial_map'] as const;
const internalCode = edgeTypes.indexOf('internal');
const propertyCode = edgeTypes.indexOf('property');
const root = 0;

export function findRetainingPaths(view: GraphView, modules: ModuleNames, functions: UserFunctions): RetainingPaths {
  const { nodeCount, firstEdges, edgeNames, edgeTargets, edgeTypes: types } = view.graph;
  const shared = new Set(sharedInternals.map((name) => view.indexOf(name)));
  const prototypes = new Set([view.indexOf('__proto__')]);
  /** Timers refer to each other; functions to their prototypes, which hold nothing of interest. */
  const passedOver = new Set([view.indexOf('_idlePrev'), view.indexOf('_idleNext'), view.indexOf('prototype')]);
  const parent = new Uint32Array(nodeCount);
  /** Index of the edge that led here, plus two; 1: a start; 0: not reached. */
  const arrival = new Uint32Array(nodeCount);
  const queue = new Uint32Array(nodeCount);
  const starts = new Map<number, PathStart>();
  let queued = 0;
  let taken = 0;

  for (const timer of findTimers(view, functions)) begin(timer.node, timer.start);
  for (const name of modules.names) begin(name.value, { kind: 'name', name });
  // The variables of Node's own modules lead everywhere.
  const modulesOfNode = new Set<number>();
  functions.forEachTopContext((context, closure) => {
    if (functions.isOfNode(closure)) modulesOfNode.add(context);
  });
  const isBarred = (node: number): boolean =>
    modules.scopes.has(node) ||
    modulesOfNode.has(node) ||
    view.isNamed(node, 'system / NativeContext') ||
    view.isNamed(node, 'system / SourceTextModule');
  spread(isBarred);
  const namedCount = queued;
  for (const node of view.nodesNamed('process')) {
    if (view.typeOf(node) === 'object' && view.targetOf(node, '_events') !== undefined) begin(node, { kind: 'process' });
  }
  spread(isBarred);
  begin(root, { kind: 'root' });
  spread((node) => view.typeOf(node) === 'closure' && functions.isOwn(node));

  function lastHopTo(node: number): Hop | undefined {
    const arrived = arrival[node] as number;
    return arrived > 1 ? { from: parent[node] as number, edge: arrived - 2, to: node } : undefined;
  }

  function begin(node: number, start: PathStart): void {
    if (arrival[node] !== 0) return;
    arrival[node] = 1;
    starts.set(node, start);
    queue[queued] = node;
    queued += 1;
  }

  function spread(isClosedTo: (node: number) => boolean): void {
    for (; taken < queued; taken += 1) {
      const from = queue[taken] as number;
      const hasPassedOver = view.typeOf(from) === 'closure' || view.isNamed(from, 'Timeout');
      for (let edge = firstEdges[from] as number; edge < (firstEdges[from + 1] as number); edge += 1) {
        const to = edgeTargets[edge] as number;
        if (arrival[to] !== 0) continue;
        const name = edgeNames[edge] as number;
        if (types[edge] === internalCode && shared.has(name)) continue;
        if (types[edge] === propertyCode && (prototypes.has(name) || (hasPassedOver && passedOver.has(name)))) continue;
        if (isClosedTo(to)) continue;
        arrival[to] = edge + 2;
        parent[to] = from;
        queue[queued] = to;
        queued += 1;
      }
    }
  }

  return {
    lastHopTo,
    pathTo(node) {
      let hopCount = 0;
      let at = node;
      for (; (arrival[at] as number) > 1; at = parent[at] as number) hopCount += 1;
      const start = starts.get(at);
      if (start === undefined) return undefined;
      const hops: Hop[] = [];
      for (let left = hopCount, to = node; left > 0; left -= 1, to = parent[to] as number) {
        if (left > keptHopCount && left <= hopCount - keptHopCount) continue;
        hops.push(lastHopTo(to) as Hop);
      }
      return { start, hops: hops.reverse(), omittedCount: hopCount - hops.length };
    },
    forEachNamed(take) {
      for (let at = 0; at < namedCount; at += 1) take(queue[at] as number);
    },
  };
}

interface Timer {
  readonly node: number;
  readonly start: Extract<PathStart, { kind: 'timer' }>;
}

/** Timers that have not run out and were not cleared: they still have their callback. */
function findTimers(view: GraphView, functions: UserFunctions): Timer[] {
  const callbackOf = (node: number, name: '_onTimeout' | '_onImmediate'): number | undefined => {
    const callback = view.targetOf(node, name);
    return callback !== undefined && view.typeOf(callback) === 'closure' && functions.fileOf(callback) >= 0 ? callback : undefined;
  };
  const timeouts = view.nodesNamed('Timeout').flatMap((node): Timer[] => {
    const callback = callbackOf(node, '_onTimeout');
    if (callback === undefined) return [];
    // Null where it runs once; a small number is not in the snapshot.
    const repeat = view.targetOf(node, '_repeat');
    const what = repeat === undefined || view.typeOf(repeat) === 'number' ? 'setInterval' : 'setTimeout';
    return [{ node, start: { kind: 'timer', what, callback } }];
  });
  const immediates = view.nodesNamed('Immediate').flatMap((node): Timer[] => {
    const callback = callbackOf(node, '_onImmediate');
    return callback === undefined ? [] : [{ node, start: { kind: 'timer', what: 'setImmediate', callback } }];
  });
  return [...timeouts, ...immediates];
}
