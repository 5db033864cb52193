/**
 * Sums up a sampled heap by what it belongs to: the site whose marker allocated it, or the user's function that did so outside of any
 * marker. What packages and the runtime allocate belongs to the innermost of the user's frames that called them.
 */

import { birthBinCount } from '../../protocol/agentMessages.ts';
import { isMarkerName } from '../originalPositions.ts';
import type { FunctionInfo } from '../../protocol/instrumentation.ts';
import type { SamplingNode, SamplingProfile } from './mainInspector.ts';

export interface LoadedFile {
  readonly fileIndex: number;
  /** As V8 names the script: its path (CommonJS) or its URL (ES module). */
  readonly names: readonly string[];
  readonly functions: readonly FunctionInfo[];
  readonly firstSiteId: number;
  readonly siteCount: number;
}

export interface SampleSums {
  /** Pairs: site, bytes. */
  readonly sites: readonly number[];
  /** Triples: file index, function index, bytes. */
  readonly functions: readonly number[];
  /** As ReadingMessage has them. */
  readonly siteBirths: readonly number[];
  readonly functionBirths: readonly number[];
  readonly otherBytes: number;
  /** What the agent itself holds. */
  readonly ownBytes: number;
}

interface Owner {
  readonly site: number;
  readonly functionKey: string;
}

const nobody: Owner = { site: -1, functionKey: '' };
const agent: Owner = { site: -1, functionKey: '' };

/** Of less, it does not matter when it was allocated. */
const leastBirthBytes = 32_768;

export interface SampleContext {
  readonly files: readonly LoadedFile[];
  /** As V8 names the agent's script, which markers call into. */
  readonly agentFile: string;
  /** In which part of the time a sample was taken, by its number. */
  readonly birthBin: (ordinal: number) => number;
}

export function aggregateSample({ head, samples }: SamplingProfile, { files, agentFile, birthBin }: SampleContext): SampleSums {
  const bySite = new Map<number, number>();
  const byFunction = new Map<string, number>();
  const fileOfName = new Map(files.flatMap((file) => file.names.map((name) => [name, file])));
  const functionOfPosition = new Map<LoadedFile, Map<string, number>>();
  const fileOfScript = scriptsOf(head, files);
  const ownerOfNode = new Map<number, Owner>();
  let otherBytes = 0;
  let ownBytes = 0;

  // A stack of our own: sampled trees are deeper than the thread's stack is.
  const open: { readonly node: SamplingNode; readonly owner: Owner }[] = [{ node: head, owner: nobody }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const owner = ownerOf(next.node, next.owner);
    const bytes = next.node.selfSize;
    if (bytes > 0) {
      ownerOfNode.set(next.node.id, owner);
      if (owner.site >= 0) bySite.set(owner.site, (bySite.get(owner.site) ?? 0) + bytes);
      else if (owner.functionKey !== '') byFunction.set(owner.functionKey, (byFunction.get(owner.functionKey) ?? 0) + bytes);
      else if (owner === agent) ownBytes += bytes;
      else otherBytes += bytes;
    }
    for (const child of next.node.children) open.push({ node: child, owner });
  }
  const siteBirths = new Map<number, Float64Array>();
  const functionBirths = new Map<string, Float64Array>();
  for (const { size, nodeId, ordinal } of samples) {
    const owner = ownerOfNode.get(nodeId);
    if (owner === undefined) continue;
    if (owner.site >= 0) addBirth(siteBirths, bySite, owner.site, size, birthBin(ordinal));
    else if (owner.functionKey !== '') addBirth(functionBirths, byFunction, owner.functionKey, size, birthBin(ordinal));
  }
  return {
    sites: [...bySite].flat(),
    functions: [...byFunction].flatMap(([key, bytes]) => [...key.split(':').map(Number), bytes]),
    siteBirths: [...siteBirths].flatMap(([site, bins]) => [site, ...bins]),
    functionBirths: [...functionBirths].flatMap(([key, bins]) => [...key.split(':').map(Number), ...bins]),
    otherBytes,
    ownBytes,
  };

  function ownerOf(node: SamplingNode, caller: Owner): Owner {
    const frame = node.callFrame;
    if (frame.url === agentFile) return agent;
    if (isMarkerName(frame.functionName)) return { site: Number(frame.functionName.slice(4)), functionKey: '' };
    const file = fileOfName.get(frame.url) ?? fileOfScript.get(frame.scriptId);
    if (file === undefined) return caller;
    const index = frame.url === '' ? functionNamed(file, frame.functionName) : functionAt(file, frame.lineNumber, frame.columnNumber);
    return { site: -1, functionKey: `${file.fileIndex}:${index}` };
  }

  /** For a script that was collected: V8 knows the name of the function, but no position any more. */
  function functionNamed(file: LoadedFile, name: string): number {
    return Math.max(
      0,
      file.functions.findIndex((info, index) => index > 0 && info.name === name),
    );
  }

  function functionAt(file: LoadedFile, line0: number, column0: number): number {
    let positions = functionOfPosition.get(file);
    if (positions === undefined) {
      positions = new Map(file.functions.map((info, index) => [`${info.rewrittenLine0}:${info.rewrittenColumn0}`, index]));
      functionOfPosition.set(file, positions);
    }
    const found = positions.get(`${line0}:${column0}`);
    if (found !== undefined) return found;
    // Functions that V8 makes itself (field initialisers): the innermost one around.
    let innermost = 0;
    for (let index = 1; index < file.functions.length; index += 1) {
      const info = file.functions[index] as FunctionInfo;
      if (info.rewrittenLine0 <= line0 && line0 - info.rewrittenLine0 <= info.endLine - info.line) innermost = index;
    }
    return innermost;
  }
}

function addBirth<Key>(births: Map<Key, Float64Array>, totals: ReadonlyMap<Key, number>, key: Key, bytes: number, bin: number): void {
  if ((totals.get(key) ?? 0) < leastBirthBytes) return;
  let bins = births.get(key);
  if (bins === undefined) {
    bins = new Float64Array(birthBinCount);
    births.set(key, bins);
  }
  bins[bin] = (bins[bin] ?? 0) + bytes;
}

/** Files by V8's script id, from the markers in the tree, whose ids tell their file: a script that was collected has no name any more. */
function scriptsOf(head: SamplingNode, files: readonly LoadedFile[]): Map<string, LoadedFile> {
  const found = new Map<string, LoadedFile>();
  const open = [head];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const { functionName, scriptId } = node.callFrame;
    if (isMarkerName(functionName) && !found.has(scriptId)) {
      const site = Number(functionName.slice(4));
      const file = files.find((candidate) => candidate.firstSiteId <= site && site < candidate.firstSiteId + candidate.siteCount);
      if (file !== undefined) found.set(scriptId, file);
    }
    open.push(...node.children);
  }
  return found;
}
