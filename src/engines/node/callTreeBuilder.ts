/**
 * The line-level call tree, and from it what lines and functions took with all that they called.
 *
 * The stacks were taken at some measured executions of each site; a site's figures are divided among its stacks by the bytes that were
 * measured on each.
 */

import type { CallNode, CallTree, Frame } from '../../core/profile.ts';
import type { FileMessage } from '../../protocol/agentMessages.ts';
import type { RunTotals } from './lineTotals.ts';
import type { Recording } from './recording.ts';

export interface CallFigures {
  readonly tree: CallTree;
  /** Bytes allocated by the line or in what it called; key 'file:line'. */
  readonly totalByLine: ReadonlyMap<string, number>;
  /** The same by function; key 'file:function'. */
  readonly totalByFunction: ReadonlyMap<string, number>;
}

interface OpenNode {
  readonly frame: number;
  readonly parent: number;
  allocatedBytes: number;
  liveBytes: number;
  peakBytes: number;
}

export function buildCallFigures(recording: Recording, totals: RunTotals, pathOf: (fileIndex: number) => string): CallFigures {
  const frames: Frame[] = [];
  const frameIndexes = new Map<string, number>();
  const nodes: OpenNode[] = [];
  const nodeIndexes = new Map<string, number>();
  const totalByLine = new Map<string, number>();
  const totalByFunction = new Map<string, number>();

  for (const { site, fileIndex, line, allocatedBytes, liveBytes, peakBytes } of totals.sites) {
    if (allocatedBytes === 0 && liveBytes === 0) continue;
    const stacks = [...(recording.stacks.get(site)?.values() ?? [])];
    const measuredBytes = stacks.reduce((sum, stack) => sum + stack.bytes, 0);
    const paths = measuredBytes > 0 ? stacks : [{ frames: [fileIndex, line], bytes: 1 }];
    for (const stack of paths) {
      const share = measuredBytes > 0 ? stack.bytes / measuredBytes : 1;
      // The innermost frame is the function with the marker; the site's own line is better known than the stack's.
      const path = [fileIndex, line, ...stack.frames.slice(2)];
      const leaf = nodeFor(path);
      leaf.allocatedBytes += allocatedBytes * share;
      leaf.liveBytes += liveBytes * share;
      leaf.peakBytes += peakBytes * share;
      addTotals(path, allocatedBytes * share);
    }
  }

  function nodeFor(path: readonly number[]): OpenNode {
    let parent = -1;
    for (let at = path.length - 2; at >= 0; at -= 2) {
      const frame = frameFor(path[at] as number, path[at + 1] as number);
      const key = `${parent}:${frame}`;
      let index = nodeIndexes.get(key);
      if (index === undefined) {
        index = nodes.length;
        nodes.push({ frame, parent, allocatedBytes: 0, liveBytes: 0, peakBytes: 0 });
        nodeIndexes.set(key, index);
      }
      parent = index;
    }
    return nodes[parent] as OpenNode;
  }

  function frameFor(fileIndex: number, line: number): number {
    const key = `${fileIndex}:${line}`;
    let index = frameIndexes.get(key);
    if (index === undefined) {
      index = frames.length;
      const info = recording.files[fileIndex]?.file.functions[functionAt(recording.files[fileIndex], line)];
      frames.push({
        functionName: info?.name === undefined || info.name === '' ? '(anonymous)' : info.name,
        path: pathOf(fileIndex),
        line,
      });
      frameIndexes.set(key, index);
    }
    return index;
  }

  /** A line or function that stands on the stack twice counts once. */
  function addTotals(path: readonly number[], bytes: number): void {
    const lines = new Set<string>();
    const functions = new Set<string>();
    for (let at = 0; at + 1 < path.length; at += 2) {
      const fileIndex = path[at] as number;
      const line = path[at + 1] as number;
      lines.add(`${fileIndex}:${line}`);
      functions.add(`${fileIndex}:${functionAt(recording.files[fileIndex], line)}`);
    }
    for (const key of lines) totalByLine.set(key, (totalByLine.get(key) ?? 0) + bytes);
    for (const key of functions) totalByFunction.set(key, (totalByFunction.get(key) ?? 0) + bytes);
  }

  return { tree: { frames, nodes: nodes.map(asCallNode) }, totalByLine, totalByFunction };
}

function asCallNode(node: OpenNode): CallNode {
  return {
    frame: node.frame,
    parent: node.parent,
    allocatedBytes: Math.round(node.allocatedBytes),
    liveBytes: Math.round(node.liveBytes),
    peakBytes: Math.round(node.peakBytes),
  };
}

/** The innermost function around a line: the last one to begin of those that have not ended. */
function functionAt(message: FileMessage | undefined, line: number): number {
  let found = 0;
  message?.file.functions.forEach((info, index) => {
    const known = message.file.functions[found];
    if (index > 0 && info.line <= line && line <= info.endLine && (found === 0 || (known !== undefined && info.line >= known.line)))
      found = index;
  });
  return found;
}
