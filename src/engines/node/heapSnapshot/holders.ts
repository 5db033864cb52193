/** What holds what lines left alive: of the values that the agent followed, the largest of each line and of each kind of path. */

import type { HolderReport } from '../../../core/profile.ts';
import { followedName, siteOfFollowedName, siteOfGrownName } from '../../../protocol/heapSnapshots.ts';
import type { Retention } from './dominators.ts';
import type { QuestionFile, QuestionSite } from './explanationMessages.ts';
import type { GraphView } from './graphView.ts';
import type { PathSpeech, SaidPath } from './pathSteps.ts';
import type { RetainingPaths } from './retainingPaths.ts';

/** A line's values may be held in several ways; so many of them are told. */
const maxPathsPerLine = 2;
/** Of so many of its values the paths are followed. */
const maxValuesPerLine = 64;

export interface HolderParts {
  readonly view: GraphView;
  readonly retention: Retention;
  readonly retaining: RetainingPaths;
  readonly speech: PathSpeech;
  readonly files: readonly QuestionFile[];
  readonly sites: readonly QuestionSite[];
}

interface Group {
  readonly said: SaidPath;
  readonly node: number;
  readonly bytes: number;
  totalBytes: number;
}

/** In the order of `sites`. */
export function findHolders({ view, retention, retaining, speech, files, sites }: HolderParts): HolderReport[] {
  const { made, collections } = followedValues(view);
  const lines = new Map<string, { readonly at: HolderReport['at']; readonly sites: number[] }>();
  for (const { site, file, line } of sites) {
    const path = (files[file]?.path ?? '').replaceAll('\\', '/');
    const known = lines.get(`${path}:${line}`);
    if (known === undefined) lines.set(`${path}:${line}`, { at: { path, line }, sites: [site] });
    else known.sites.push(site);
  }
  return [...lines.values()].flatMap(({ at, sites: onLine }) => {
    const groups = groupsOf(onLine.flatMap((site) => made.get(site) ?? []));
    // Of a line that only adds to collections, what holds these holds what it adds.
    const told = groups.length > 0 ? groups : groupsOf(onLine.flatMap((site) => collections.get(site) ?? []));
    return told.slice(0, maxPathsPerLine).map(({ said, node, bytes }): HolderReport => {
      return { at, typeName: view.typeNameOf(node), bytes, rootKind: said.rootKind, path: said.steps };
    });
  });

  /** Those that keep the most alive first. */
  function groupsOf(nodes: readonly number[]): Group[] {
    const groups = new Map<string, Group>();
    const largest = [...nodes].sort((first, second) => retention.retainedBytes(second) - retention.retainedBytes(first));
    for (const node of largest.slice(0, maxValuesPerLine)) addTo(groups, node);
    return [...groups.values()].sort((first, second) => second.totalBytes - first.totalBytes);
  }

  function addTo(groups: Map<string, Group>, node: number): void {
    const path = retaining.pathTo(node);
    if (path === undefined) return;
    const said = speech.say(path);
    // That Node itself has it says nothing.
    if (said.rootKind === 'other' && said.steps.length === 1) return;
    const bytes = retention.retainedBytes(node);
    const kind = kindOf(said);
    const known = groups.get(kind);
    const totalBytes = (known?.totalBytes ?? 0) + bytes;
    if (known !== undefined && known.bytes >= bytes) known.totalBytes = totalBytes;
    else groups.set(kind, { said, node, bytes, totalBytes });
  }
}

/** Paths that differ in an index, a key, or how often a step repeats only are of one kind. */
function kindOf({ rootKind, steps }: SaidPath): string {
  const texts = steps.map(({ text }) =>
    text
      .replace(/ entry .*$/, ' entry')
      .replace(/^\[.*\]$/, '[]')
      .replace(/ \(\d+ times\)$/, ''),
  );
  const told = texts.filter(
    (text, index) => !text.startsWith('…') && text !== texts.slice(0, index).findLast((one) => !one.startsWith('…')),
  );
  return `${rootKind}|${told.join('|')}`;
}

interface FollowedValues {
  /** A value that several sites gave is of the first: the others were handed it. */
  readonly made: ReadonlyMap<number, readonly number[]>;
  /** What sites add to. */
  readonly collections: ReadonlyMap<number, readonly number[]>;
}

/** Nodes by site, as the agent left them in the snapshot. */
function followedValues(view: GraphView): FollowedValues {
  const lists = view.nodesWith(followedName).flatMap((marks) => {
    const bySite = view.targetOf(marks, followedName);
    const edges = bySite === undefined ? [] : view.edgesOf(bySite).filter(({ type }) => type === 'property');
    return edges.map((edge) => ({ name: view.textOf(edge), values: valuesIn(view, edge.target) }));
  });
  const ordered = lists.flatMap(({ name, values }) => {
    const named = siteOfFollowedName(name);
    return named === undefined ? [] : [{ ...named, values }];
  });
  const seen = new Set<number>();
  const made = new Map<number, readonly number[]>();
  for (const { site, values } of ordered.sort((first, second) => first.order - second.order)) {
    const own = values.filter((value) => !seen.has(value) && !view.isNamed(value, 'process'));
    made.set(site, own);
    for (const value of own) seen.add(value);
  }
  const collections = lists.flatMap(({ name, values }) => {
    const site = siteOfGrownName(name);
    return site === undefined ? [] : [[site, values] as const];
  });
  return { made, collections: new Map(collections) };
}

/** What the WeakRefs in an array refer to, each once. */
function valuesIn(view: GraphView, list: number): number[] {
  return [...new Set(view.edgesOf(list).flatMap(({ target }) => view.graph.weakTargets.get(target) ?? []))];
}
