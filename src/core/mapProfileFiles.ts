/**
 * Moves a profile's figures from generated files to the originals that a person wrote, by source maps. The sums stay true: what can't be
 * moved to a line becomes unattributed.
 */

import { formatCounted } from './formatFigures.ts';
import { mapFindingPlaces } from './mapFindingPlaces.ts';
import { mergeLines } from './mergeLines.ts';
import { lineBytes, type Metric } from './metrics.ts';
import { toLine1 } from './positions.ts';
import type {
  CallTree,
  Collection,
  FileProfile,
  FunctionProfile,
  LineProfile,
  MemoryProfile,
  ProfileTotals,
  SourceRef,
} from './profile.ts';
import type { OriginalPlace, ResolvedSourceMap, SourceMapFiles } from './sourceMaps.ts';

/**
 * The profile with the files of `maps` replaced by their originals; others stay as they are. An original whose text is neither in the map
 * nor on disk can't be shown, so a file with such originals only is left as it is, with a note.
 * @param maps by the path of the generated file as it stands in the profile.
 */
export async function mapProfileFiles(
  profile: MemoryProfile,
  maps: ReadonlyMap<string, ResolvedSourceMap>,
  files: SourceMapFiles,
): Promise<MemoryProfile> {
  const shaOf = await readOriginals(profile, maps, files);
  const usable = new Map([...maps].filter(([, map]) => map.sources.some((path) => shaOf.has(path))));
  const place = (path: string, line: number): OriginalPlace | 'ambiguous' | undefined => {
    const found = usable.get(path)?.originalOf(toLine1(line));
    return typeof found === 'object' && !shaOf.has(found.path) ? undefined : found;
  };
  const mapped = new Map<string, { lines: Map<number, LineProfile[]>; functions: FunctionProfile[] }>();
  const originalFile = (path: string): { lines: Map<number, LineProfile[]>; functions: FunctionProfile[] } => {
    const file = mapped.get(path) ?? { lines: new Map<number, LineProfile[]>(), functions: [] };
    mapped.set(path, file);
    return file;
  };
  const kept: FileProfile[] = [];
  const lost: LineProfile[] = [];
  const notes = [...profile.engine.notes];
  for (const file of profile.files) {
    if (!usable.has(file.path)) {
      kept.push(file);
      if (maps.has(file.path)) notes.push(`${file.path} is shown as it was run: the originals that its source map names are not there.`);
      continue;
    }
    let ambiguous = 0;
    for (const line of file.lines) {
      const to = place(file.path, line.line);
      if (to === undefined || to === 'ambiguous') {
        lost.push(line);
        if (to === 'ambiguous') ambiguous++;
        continue;
      }
      const lines = originalFile(to.path).lines;
      lines.set(to.line, [...(lines.get(to.line) ?? []), line]);
    }
    if (ambiguous > 0)
      notes.push(
        `The figures of ${formatCounted(ambiguous, 'line')} of ${file.path} are unattributed: each holds code of many original lines.`,
      );
    for (const func of file.functions) {
      const to = place(file.path, func.line);
      const end = place(file.path, func.endLine);
      if (typeof to !== 'object') continue;
      const endLine = typeof end === 'object' && end.path === to.path && end.line >= to.line ? end.line : to.line;
      originalFile(to.path).functions.push({ ...func, line: to.line, endLine });
    }
  }
  const newFiles: FileProfile[] = kept.map((file) => {
    // A run may load an original both compiled beforehand and as it is.
    const more = mapped.get(file.path);
    mapped.delete(file.path);
    return more ? { ...file, lines: mergedLines(more.lines, file.lines), functions: [...file.functions, ...more.functions] } : file;
  });
  for (const [path, { lines, functions }] of mapped) {
    newFiles.push({ path, language: languageOf(path), contentSha256: shaOf.get(path) ?? '', lines: mergedLines(lines, []), functions });
  }
  const ref = (at: SourceRef): SourceRef => {
    const to = place(at.path, at.line);
    return typeof to === 'object' ? { path: to.path, line: to.line } : at;
  };
  return {
    ...profile,
    engine: { ...profile.engine, notes },
    totals: addToUnattributed(profile.totals, lost),
    files: newFiles,
    collections: profile.collections.map((collection): Collection =>
      collection.line ? { ...collection, line: ref(collection.line) } : collection,
    ),
    ...(profile.callTree ? { callTree: mapCallTree(profile.callTree, ref) } : {}),
    ...mapFindingPlaces(profile, ref),
  };
}

/** The hash of each original's text that can be had. */
async function readOriginals(
  profile: MemoryProfile,
  maps: ReadonlyMap<string, ResolvedSourceMap>,
  files: SourceMapFiles,
): Promise<ReadonlyMap<string, string>> {
  const shaOf = new Map<string, string>();
  for (const file of profile.files) {
    const map = maps.get(file.path);
    if (!map) continue;
    const places = [...file.lines, ...file.functions].map((at) => map.originalOf(toLine1(at.line)));
    for (const path of new Set(places.flatMap((to) => (typeof to === 'object' ? [to.path] : [])))) {
      const onDisk = (await files.sizeBytes(path)) !== undefined;
      const text = map.contentOf(path) ?? (onDisk ? await files.readText(path).catch(() => undefined) : undefined);
      if (text !== undefined && onDisk) shaOf.set(path, files.sha256(text));
    }
  }
  return shaOf;
}

function mergedLines(lines: ReadonlyMap<number, readonly LineProfile[]>, others: readonly LineProfile[]): readonly LineProfile[] {
  const all = new Map(lines);
  for (const line of others) all.set(line.line, [...(all.get(line.line) ?? []), line]);
  return [...all].sort(([a], [b]) => a - b).map(([line, parts]) => mergeLines(line, parts));
}

function addToUnattributed(totals: ProfileTotals, lost: readonly LineProfile[]): ProfileTotals {
  const sum = (metric: Metric): number => lost.reduce((bytes, line) => bytes + (lineBytes(line, metric) ?? 0), 0);
  const added = (before: number | undefined, bytes: number): number | undefined => (bytes === 0 ? before : (before ?? 0) + bytes);
  return {
    ...totals,
    unattributedLiveBytes: added(totals.unattributedLiveBytes, sum('live')),
    unattributedPeakBytes: added(totals.unattributedPeakBytes, sum('peak')),
    unattributedAllocatedBytes: added(totals.unattributedAllocatedBytes, sum('allocated')),
  };
}

function mapCallTree(tree: CallTree, ref: (at: SourceRef) => SourceRef): CallTree {
  return { ...tree, frames: tree.frames.map((frame) => ({ ...frame, ...ref(frame) })) };
}

function languageOf(path: string): string {
  const extension = /\.([cm]?[jt]s|[jt]sx)$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  if (extension === 'tsx') return 'typescriptreact';
  if (extension === 'jsx') return 'javascriptreact';
  return extension.endsWith('ts') ? 'typescript' : 'javascript';
}
