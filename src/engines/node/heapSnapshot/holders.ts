/** What holds what lines left alive: of the values that the agent followed, the largest of each line and of each kind of path. */

import type { HolderReport } from '../../../core/profile.ts';
import { followedName, siteOfFollowedName } from '../../../protocol/heapSnapshots.ts';
import type { Retention } from './dominators.ts';
import type { QuestionFile, QuestionSite } from './explanationMessages.ts';
import type { GraphView } from './graphView.ts';
import type { PathSpeech, SaidPath } from './pathSteps.ts';
import type { RetainingPaths } from './retainingPaths.ts';

/** A line's values may be held in several ways; so many of them are told. */
const maxPathsPerLine = 2;

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
  const followed = followedValues(view);
  const lines = new Map<string, { readonly at: HolderReport['at']; readonly groups: Map<string, Group> }>();
  for (const { site, file, line } of sites) {
    const path = (files[file]?.path ?? '').replaceAll('\\', '/');
    const key = `${path}:${line}`;
    const found = lines.get(key) ?? { at: { path, line }, groups: new Map<string, Group>() };
    lines.set(key, found);
    for (const node of followed.get(site) ?? []) addTo(found.groups, node);
  }
  return [...lines.values()].flatMap(({ at, groups }) =>
    [...groups.values()]
      .sort((first, second) => second.totalBytes - first.totalBytes)
      .slice(0, maxPathsPerLine)
      .map(({ said, node, bytes }): HolderReport => ({
        at,
        typeName: view.typeNameOf(node),
        bytes,
        rootKind: said.rootKind,
        path: said.steps,
      })),
  );

  function addTo(groups: Map<string, Group>, node: number): void {
    const path = retaining.pathTo(node);
    if (path === undefined) return;
    const said = speech.say(path);
    // That Node itself has it says nothing.
    if (path.start.kind === 'root' && said.steps.length === 1) return;
    const bytes = retention.retainedBytes(node);
    const kind = kindOf(said);
    const known = groups.get(kind);
    const totalBytes = (known?.totalBytes ?? 0) + bytes;
    if (known !== undefined && known.bytes >= bytes) known.totalBytes = totalBytes;
    else groups.set(kind, { said, node, bytes, totalBytes });
  }
}

/** Paths that differ in an index or a key only are of one kind. */
function kindOf({ rootKind, steps }: SaidPath): string {
  const texts = steps.map(({ text }) =>
    text
      .replace(/ entry .*$/, ' entry')
      .replace(/^\[.*\]$/, '[]')
      .replace(/ \(\d+ times\)$/, ''),
  );
  return `${rootKind}|${texts.join('|')}`;
}

/** Nodes by site, as the agent left them in the snapshot. A value that several sites gave is of the first: the others were handed it. */
function followedValues(view: GraphView): Map<number, number[]> {
  const { weakTargets } = view.graph;
  const lists = view.nodesWith(followedName).flatMap((marks) => {
    const bySite = view.targetOf(marks, followedName);
    return (bySite === undefined ? [] : view.edgesOf(bySite)).flatMap((edge) => {
      const named = edge.type === 'property' ? siteOfFollowedName(view.textOf(edge)) : undefined;
      return named === undefined ? [] : [{ ...named, list: edge.target }];
    });
  });
  const seen = new Set<number>();
  const found = new Map<number, number[]>();
  for (const { site, list } of lists.sort((first, second) => first.order - second.order)) {
    const values = view.edgesOf(list).flatMap(({ target }) => weakTargets.get(target) ?? []);
    found.set(
      site,
      [...new Set(values)].filter((value) => !seen.has(value) && !view.isNamed(value, 'process')),
    );
    for (const value of values) seen.add(value);
  }
  return found;
}
