/** Heap snapshots are read as V8 writes them, and what nodes retain is what would be free without them. */

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { placeInTable } from '../../../src/engines/node/heapSnapshot/collections.ts';
import { computeRetention } from '../../../src/engines/node/heapSnapshot/dominators.ts';
import { GraphView } from '../../../src/engines/node/heapSnapshot/graphView.ts';
import { readSnapshot, type SnapshotGraph } from '../../../src/engines/node/heapSnapshot/snapshotGraph.ts';

const nodeTypeNames = ['hidden', 'array', 'string', 'object', 'code', 'closure', 'regexp', 'number', 'native', 'synthetic'];
const edgeTypeNames = ['context', 'element', 'property', 'internal', 'hidden', 'shortcut', 'weak'];

interface SnapshotNode {
  readonly type?: string;
  readonly name: string;
  readonly bytes: number;
  /** Type, name or index, target. */
  readonly edges?: readonly (readonly [string, string | number, number])[];
}

describe('a heap snapshot', () => {
  let folder: string;
  const opened: (() => void)[] = [];
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'snapshot-test-'));
  });
  afterEach(() => {
    for (const close of opened.splice(0)) close();
    fs.rmSync(folder, { recursive: true });
  });

  /** Writes it in V8's form and reads it. */
  function snapshotOf(nodes: readonly SnapshotNode[], locations: readonly number[] = []): SnapshotGraph {
    const strings = new Map<string, number>();
    const indexOf = (text: string): number => {
      if (!strings.has(text)) strings.set(text, strings.size);
      return strings.get(text) as number;
    };
    const fields = ['type', 'name', 'id', 'self_size', 'edge_count', 'detachedness'];
    const rows = nodes.map(({ type = 'object', name, bytes, edges = [] }, index) =>
      [nodeTypeNames.indexOf(type), indexOf(name), 2 * index + 1, bytes, edges.length, 0].join(','),
    );
    const edges = nodes.flatMap((node) =>
      (node.edges ?? []).map(([type, name, target]) =>
        [edgeTypeNames.indexOf(type), typeof name === 'number' ? name : indexOf(name), target * fields.length].join(','),
      ),
    );
    const meta = {
      node_fields: fields,
      node_types: [nodeTypeNames, 'string', 'number', 'number', 'number', 'number'],
      edge_fields: ['type', 'name_or_index', 'to_node'],
      edge_types: [edgeTypeNames, 'string_or_number', 'node'],
    };
    const head = JSON.stringify({ snapshot: { meta, node_count: nodes.length, edge_count: edges.length } }).slice(0, -1);
    const text = `${head},\n"nodes":[${rows.join('\n,')}],\n"edges":[${edges.join('\n,')}],\n"locations":[${locations.join(',')}],\n`;
    return read(`${text}"strings":${JSON.stringify([...strings.keys()])}}`);
  }

  function read(text: string): SnapshotGraph {
    const file = path.join(folder, 'a.heapsnapshot');
    fs.writeFileSync(file, text);
    const { graph, close } = readSnapshot(file, ['wanted', 'map']);
    opened.push(close);
    return graph;
  }

  it('gives what keeps nodes alive, and leaves out what does not', () => {
    const graph = snapshotOf(
      [
        {
          type: 'synthetic',
          name: '',
          bytes: 0,
          edges: [
            ['element', 1, 1],
            ['shortcut', 'globals', 2],
          ],
        },
        {
          name: 'A',
          bytes: 10,
          edges: [
            ['property', 'wanted', 2],
            ['internal', 'map', 5],
            ['weak', 'target', 3],
            ['shortcut', 'x', 3],
          ],
        },
        { name: 'say "é"\n', bytes: 20, edges: [['element', 17, 3]] },
        {
          type: 'array',
          name: '',
          bytes: 30,
          edges: [['internal', '4 / part of key (A @1) -> value (B @9) pair in WeakMap (table @7)', 4]],
        },
        { type: 'closure', name: 'f', bytes: 5_000_000_000, edges: [] },
        { name: 'shape', bytes: 1 },
      ],
      [4 * 6, 3, 12, 34],
    );
    const edgesOf = (node: number): number[] => [...graph.edgeTargets.subarray(graph.firstEdges[node], graph.firstEdges[node + 1])];
    assert.deepEqual([0, 1, 2, 3, 4].map(edgesOf), [[1, 2], [2], [3], [], []]);
    assert.equal(graph.selfBytes[4], 5_000_000_000);
    assert.deepEqual([...graph.weakTargets], [[1, 3]]);
    assert.deepEqual(graph.placeOf(4), { line0: 12, column0: 34 });
    assert.equal(graph.placeOf(1), undefined);
    assert.equal(graph.edgeNames[graph.firstEdges[1] as number], graph.strings.indexOf('wanted'));
    assert.equal(graph.edgeNames[graph.firstEdges[2] as number], 17);
  });

  it('is read across the borders of the pieces in which it is read', () => {
    // 9 digits and a comma, six to a node: no power of two, so that pieces end within rows and numbers.
    const count = 120_000;
    const nameOf = (index: number): string => `${'long '.repeat(8)} ${index}`;
    const nodes = Array.from({ length: count }, (_, index): SnapshotNode => {
      return { name: 'node', bytes: 100_000_000 + index, edges: index + 1 < count ? [['property', nameOf(index), index + 1]] : [] };
    });
    const graph = snapshotOf(nodes);
    assert.equal(graph.nodeCount, count);
    for (let node = 0; node < count; node += 1) {
      if (graph.selfBytes[node] !== 100_000_000 + node) assert.fail(`node ${node}`);
      if (node + 1 < count && graph.edgeTargets[node] !== node + 1) assert.fail(`edge ${node}`);
    }
    for (const index of [0, 1, 77_777, 98_765, count - 2])
      assert.equal(graph.strings.textOf(graph.edgeNames[index] as number), nameOf(index));
    assert.equal(computeRetention(graph, [], () => false).retainedBytes(count - 2), 2 * (100_000_000 + count) - 3);
  });

  it('is refused when it was cut short, wherever that was', () => {
    snapshotOf([
      { name: 'root', bytes: 1, edges: [['property', 'wanted', 1]] },
      { name: 'leaf', bytes: 2 },
    ]);
    const text = fs.readFileSync(path.join(folder, 'a.heapsnapshot'), 'utf8');
    for (const part of ['"nodes":[9', '"nodes":[3,0', '"edges":[2', '"strings":["root"']) {
      const at = part === '"nodes":[9' ? 40 : text.indexOf(part.slice(0, 9)) + part.length;
      assert.throws(() => read(text.slice(0, at)), /cut short|no heap snapshot/, part);
    }
  });

  it('retains what can be reached through a node only, as removing it shows', () => {
    const random = createRandom(7);
    for (let round = 0; round < 60; round += 1) {
      const count = 2 + Math.floor(random() * 30);
      const nodes = Array.from({ length: count }, (_, index): SnapshotNode => {
        const edgeCount = Math.floor(random() * 4);
        const targets = Array.from({ length: edgeCount }, () => Math.floor(random() * count));
        return { name: `node ${index}`, bytes: 1 + Math.floor(random() * 9), edges: targets.map((to) => ['property', 'x', to]) };
      });
      const graph = snapshotOf(nodes);
      const late = Math.floor(random() * count);
      const root = Math.floor(random() * count);
      const retention = computeRetention(graph, [root], (node) => node === late);
      const reached = reach(nodes, root, late, -1);
      for (let node = 1; node < count; node += 1) {
        if (node === root || !reached.has(node)) continue;
        const without = reach(nodes, root, late, node);
        const gone = [...reached].filter((other) => !without.has(other));
        const bytes = gone.reduce((sum, other) => sum + (nodes[other]?.bytes ?? 0), 0);
        assert.equal(retention.retainedBytes(node), bytes, `round ${round}, node ${node}`);
        for (const other of reached) assert.equal(retention.isDominatedBy(other, node), gone.includes(other));
      }
    }
  });

  it('tells of a long list, each part of which refers to its owner, that the owner alone holds it', () => {
    const count = 200_000;
    const nodes = Array.from({ length: count }, (_, index): SnapshotNode => {
      const next: [string, string, number][] = index + 1 < count ? [['property', 'next', index + 1]] : [];
      return { name: 'node', bytes: 1, edges: index === 0 ? next : [...next, ['property', 'list', 1]] };
    });
    const retention = computeRetention(snapshotOf(nodes), [], () => false);
    const holders = retention.holdersOf(1);
    assert.equal(holders.length, count - 1);
    assert.equal(holders.filter((holder) => retention.isDominatedBy(holder, 1)).length, count - 2);
  });

  it('tells the key of an entry of a Map, however many entries it has', () => {
    const bucketCount = 2 ** 15;
    const entryCount = 2 * bucketCount;
    const firstEntry = 3 + bucketCount;
    const edges: [string, string, number][] = [];
    for (let entry = 0; entry < entryCount; entry += 1) {
      // Small whole numbers are in no snapshot, and what was deleted leaves a hole.
      if (entry % 4 !== 1) edges.push(['internal', String(firstEntry + 3 * entry), entry % 4 === 2 ? 5 : 3]);
      edges.push(['internal', String(firstEntry + 3 * entry + 1), 4]);
    }
    const graph = snapshotOf([
      { type: 'synthetic', name: '', bytes: 0, edges: [['element', 1, 1]] },
      { name: 'Map', bytes: 32, edges: [['internal', 'table', 2]] },
      { type: 'array', name: '', bytes: 8 * (2 + firstEntry + 3 * entryCount), edges },
      { type: 'string', name: 'key', bytes: 16 },
      { name: 'value', bytes: 16 },
      { type: 'hidden', name: 'system / Hole', bytes: 0 },
    ]);
    const view = new GraphView(graph);
    let keyCount = 0;
    for (const [index, [, name, target]] of edges.entries()) {
      const place = placeInTable(view, 1, 2, (graph.firstEdges[2] as number) + index);
      const entry = Math.floor((Number(name) - firstEntry) / 3);
      assert.deepEqual(
        place,
        target === 4 ? { part: 'value', key: entry % 4 === 1 || entry % 4 === 2 ? undefined : 3 } : { part: 'key', key: undefined },
      );
      if (target === 4 && place.key === 3) keyCount += 1;
    }
    assert.equal(keyCount, entryCount / 2);
  });
});

/** What is reachable from the first node and `root`; through `late` only where nothing else leads there. */
function reach(nodes: readonly SnapshotNode[], root: number, late: number, removed: number): Set<number> {
  const reached = new Set<number>();
  const spread = (start: number, passesLate: boolean): void => {
    const open = [start];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      if (node === removed || reached.has(node)) continue;
      reached.add(node);
      if (node !== late || passesLate) open.push(...(nodes[node]?.edges ?? []).map(([, , to]) => to));
    }
  };
  spread(0, false);
  spread(root, false);
  return reached;
}

function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
