/**
 * Reads the source map of a generated file: inline or beside it, plain or indexed. A map that is missing, broken or huge never throws;
 * it is a note in the profile.
 */

import { decodedMappings, FlattenMap, type TraceMap } from '@jridgewell/trace-mapping';
import { joinPath, parentFolder } from './filePaths.ts';
import { line0FromLine1, line1FromLine0, toLine0, type Line1 } from './positions.ts';

/** What reading a map needs of the machine; the core has no file system of its own. */
export interface SourceMapFiles {
  /** undefined when there is no such file. */
  sizeBytes(path: string): Promise<number | undefined>;
  readText(path: string): Promise<string>;
  /** The bytes as UTF-8 text. @throws when it is no base64. */
  decodeBase64(text: string): string;
  /** Lower-case hex of the text's UTF-8 bytes. */
  sha256(text: string): string;
}

export interface OriginalPlace {
  /** Absolute, forward slashes. */
  readonly path: string;
  readonly line: Line1;
}

export interface ResolvedSourceMap {
  /** Absolute paths of the original files, forward slashes. */
  readonly sources: readonly string[];
  /** What the map says an original's text is, where it says so. */
  contentOf(path: string): string | undefined;
  /**
   * Where a line of the generated file comes from: the place of its first mapped part. 'ambiguous' when its parts come from several files
   * or from far apart, as in minified code, for then no single line can be named; undefined when nothing of it is mapped.
   */
  originalOf(generatedLine: Line1): OriginalPlace | 'ambiguous' | undefined;
}

export interface SourceMapResult {
  readonly map?: ResolvedSourceMap;
  /** A whole sentence: why there is a map but it is not used. Absent when the file names no map. */
  readonly note?: string;
}

/** A larger map would cost more memory and time than the profile. */
const maxMapBytes = 50 * 1024 * 1024;

/** One statement that was written over this many lines may stand on one generated line; more means that lines were joined. */
const maxStatementLineCount = 50;

/**
 * Finds and reads the map that a generated file names in its last comment.
 * @param generatedPath absolute, forward slashes.
 * @param text of the generated file.
 */
export async function resolveSourceMap(generatedPath: string, text: string, files: SourceMapFiles): Promise<SourceMapResult> {
  const url = findSourceMapUrl(text);
  if (url === undefined) return {};
  const refuse = (why: string): SourceMapResult => ({ note: `The source map of ${generatedPath} is not used: ${why}.` });
  try {
    const inline = /^data:[^,]*,/i.exec(url);
    if (!inline && /^(?!file:)[a-z][a-z\d+.-]+:/i.test(url))
      return refuse(`it is at ${shorten(url)}, and nothing is fetched from elsewhere`);
    const mapPath = inline ? generatedPath : await findMapFile(url, generatedPath, files);
    const sizeBytes = inline ? url.length : await files.sizeBytes(mapPath);
    if (sizeBytes === undefined) return refuse(`there is no file ${mapPath}`);
    if (sizeBytes > maxMapBytes) return refuse(`it is larger than ${maxMapBytes / 1024 / 1024} MiB`);
    const mapText = inline ? decodeDataUrl(url, inline[0].length, files) : await files.readText(mapPath);
    return { map: await openMap(mapText, parentFolder(mapPath), files) };
  } catch (error) {
    return refuse(`it is broken (${shorten(error instanceof Error ? error.message : String(error))})`);
  }
}

/** The URL of the last `//# sourceMappingURL=` when only blank lines and comments follow it; in the middle of a text it is just text. */
export function findSourceMapUrl(text: string): string | undefined {
  const at = text.lastIndexOf('sourceMappingURL=');
  if (at < 0 || !/(?:\/\/|\/\*)[#@][ \t]*$/.test(text.slice(Math.max(0, at - 20), at))) return undefined;
  const rest = text.slice(at + 'sourceMappingURL='.length);
  const end = rest.search(/[\s'"]|\*\//);
  const url = end < 0 ? rest : rest.slice(0, end);
  const after = end < 0 ? '' : rest.slice(end);
  return url !== '' && /^[ \t]*(?:\*\/)?\s*(?:\/\/[^\n]*\s*)*$/.test(after) ? url : undefined;
}

async function findMapFile(url: string, generatedPath: string, files: SourceMapFiles): Promise<string> {
  const path = joinPath(parentFolder(generatedPath), url.replace(/[?#].*$/, ''));
  return firstThatExists([decodeSafely(path), path, joinPath(parentFolder(generatedPath), url)], files);
}

function decodeDataUrl(url: string, headerLength: number, files: SourceMapFiles): string {
  const content = url.slice(headerLength);
  return /;base64,$/i.test(url.slice(0, headerLength)) ? files.decodeBase64(content) : decodeURIComponent(content);
}

async function openMap(mapText: string, folder: string, files: SourceMapFiles): Promise<ResolvedSourceMap> {
  const trace = new FlattenMap(readMapJson(mapText));
  const mappings = decodedMappings(trace);
  const sources = await Promise.all(trace.resolvedSources.map((source) => resolveSource(source, folder, files)));
  const places = mappings.map((segments) => placeOf(segments, sources));
  const contents = contentsOf(trace, sources);
  return {
    sources: [...new Set(sources.filter((path) => path !== undefined))],
    contentOf: (path) => contents.get(path),
    originalOf: (generatedLine) => places[line0FromLine1(generatedLine)],
  };
}

function readMapJson(text: string): ConstructorParameters<typeof FlattenMap>[0] {
  // A guard against script inclusion that the format allows in front.
  const value: unknown = JSON.parse(text.replace(/^\)\]\}'[^\n]*\n/, ''));
  if (typeof value !== 'object' || value === null || !('version' in value)) throw new Error('it is not a source map');
  if (value.version !== 3) throw new Error(`its version is ${String(value.version)}, not 3`);
  const isPlain = 'mappings' in value && typeof value.mappings === 'string' && 'sources' in value && Array.isArray(value.sources);
  if (!isPlain && !('sections' in value && Array.isArray(value.sections))) throw new Error('it has neither mappings nor sections');
  return value as ConstructorParameters<typeof FlattenMap>[0];
}

type Segments = ReturnType<typeof decodedMappings>[number];

function placeOf(segments: Segments, sources: readonly (string | undefined)[]): OriginalPlace | 'ambiguous' | undefined {
  let first: { path: string; line0: number } | undefined;
  let lowest = Infinity;
  let highest = -Infinity;
  for (const [, sourceIndex, line0] of segments) {
    const path = sourceIndex === undefined ? undefined : sources[sourceIndex];
    if (path === undefined || line0 === undefined) continue;
    first ??= { path, line0 };
    if (path !== first.path) return 'ambiguous';
    lowest = Math.min(lowest, line0);
    highest = Math.max(highest, line0);
  }
  if (!first) return undefined;
  if (highest - lowest >= maxStatementLineCount) return 'ambiguous';
  return { path: first.path, line: line1FromLine0(toLine0(first.line0)) };
}

/** Sources are URLs by the format, but most tools write paths as they are, so both readings are tried. */
async function resolveSource(source: string | null, folder: string, files: SourceMapFiles): Promise<string | undefined> {
  if (source === null || source === '') return undefined;
  // webpack://name/./src/a.ts has no place of its own: it is looked for from the map's folder upwards.
  const bundled = /^[a-z][a-z\d+.-]+:\/\/[^/]*\/(.*)$/i.exec(source);
  if (bundled && !/^file:/i.test(source)) {
    const candidates: string[] = [];
    for (let at = folder; candidates.length < 6; at = parentFolder(at)) candidates.push(joinPath(at, bundled[1] ?? ''));
    return firstThatExists(candidates, files);
  }
  const path = joinPath(folder, source);
  return firstThatExists([path, decodeSafely(path)], files);
}

/** The first path that there is a file at, else the first. */
async function firstThatExists(paths: readonly string[], files: SourceMapFiles): Promise<string> {
  for (const path of paths) if ((await files.sizeBytes(path)) !== undefined) return path;
  return paths[0] ?? '';
}

function contentsOf(trace: TraceMap, sources: readonly (string | undefined)[]): ReadonlyMap<string, string> {
  const contents = new Map<string, string>();
  trace.sourcesContent?.forEach((content, index) => {
    const path = sources[index];
    if (path !== undefined && typeof content === 'string') contents.set(path, content);
  });
  return contents;
}

function decodeSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // A lone '%' that was never encoded.
  }
}

function shorten(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
