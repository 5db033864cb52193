/** Runs Python files under the native recorder alone, without the rest of the probe, and reads the tables that it leaves. */

import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { run } from '../../scripts/processes.mjs';
import { openTablesFile, type Tables } from '../../src/engines/python/tablesFile.ts';
import { projectRoot } from './probedRun.ts';

const probeFolder = path.join(projectRoot, 'dist/probe');
const nativeFolder = path.join(projectRoot, 'dist/native');
const recordScript = path.join(import.meta.dirname, 'native/record.py');

export interface NativeRun {
  readonly executable: string;
  readonly program: string;
  readonly precision?: 'auto' | 'exact' | 'sampled';
  readonly intervalBytes?: number;
  /** Of the library; else the built one's. */
  readonly libraryFolder?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Python's own options. */
  readonly pythonArgs?: readonly string[];
}

export interface Recorded {
  readonly code: number | null;
  /** Standard output and error. */
  readonly output: string;
  readonly tables: Tables;
  /** Self figures by line of the program's own file. */
  readonly lines: ReadonlyMap<number, LineFigures>;
}

export interface LineFigures {
  readonly allocatedBytes: number;
  readonly allocatedCount: number;
  readonly liveBytes: number;
  readonly peakBytes: number;
  readonly freedBytes: number;
  readonly collectorFreedBytes: number;
}

/** Throws when the recorder left no tables. */
export async function recordProgram({ executable, program, ...options }: NativeRun): Promise<Recorded> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'memory-lens-native-'));
  const tablesFile = path.join(folder, 'tables');
  try {
    const { precision = 'exact', intervalBytes = 0, libraryFolder = nativeFolder, env, pythonArgs = [] } = options;
    const args = [...pythonArgs, recordScript, probeFolder, libraryFolder, tablesFile, precision, String(intervalBytes), program];
    const ran = await run(executable, args, { cwd: folder, output: 'capture', timeoutMs: 120_000, env: { ...process.env, ...env } });
    const file = openTablesFile(tablesFile);
    const tables = file?.readTables();
    file?.close();
    if (tables === undefined) throw new Error(`${program} left no tables:\n${ran.output}`);
    return { code: ran.code, output: ran.output, tables, lines: linesOf(tables, fs.realpathSync(program)) };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** The peak figures of a stack that did not change since the peak are its live ones. */
function peakBytesOf({ header, stacks: { columns } }: Tables, stack: number): number {
  return (columns.lastEvent[stack]! <= header.peakEvent ? columns.liveBytes[stack] : columns.peakBytes[stack])!;
}

function linesOf(tables: Tables, file: string): Map<number, LineFigures> {
  const { stacks, frames, codes, text } = tables;
  const lines = new Map<number, LineFigures>();
  for (let stack = 0; stack < stacks.count; stack += 1) {
    if (stacks.columns.frameCount[stack] === 0) continue;
    const frame = stacks.columns.firstFrame[stack]!;
    const code = frames.columns.code[frame]!;
    if (text(codes.columns.fileOffset[code]!, codes.columns.fileLength[code]!) !== file) continue;
    const line = frames.columns.line[frame]!;
    const sums = lines.get(line) ?? {
      allocatedBytes: 0,
      allocatedCount: 0,
      liveBytes: 0,
      peakBytes: 0,
      freedBytes: 0,
      collectorFreedBytes: 0,
    };
    const { columns } = stacks;
    lines.set(line, {
      allocatedBytes: sums.allocatedBytes + columns.allocatedBytes[stack]!,
      allocatedCount: sums.allocatedCount + columns.allocatedCount[stack]!,
      liveBytes: sums.liveBytes + columns.liveBytes[stack]!,
      peakBytes: sums.peakBytes + peakBytesOf(tables, stack),
      freedBytes: sums.freedBytes + columns.freedBytes[stack]!,
      collectorFreedBytes: sums.collectorFreedBytes + columns.collectorFreedBytes[stack]!,
    });
  }
  return lines;
}
