/**
 * Runs a generated Python program plainly, under the profiler, and under referees of its figures, and tells what differs.
 */
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { LineProfile, MemoryProfile } from '../../src/core/profile.ts';
import { profileSums } from '../../src/core/profileSums.ts';
import type { ProfileRequest } from '../../src/engines/engine.ts';
import { profileProgram, projectRoot, type TestRun } from '../engines/profiling.ts';
import type { TestPython } from '../runtimes.ts';
import { generatePythonProgram } from './pythonProgram.ts';

export interface PythonSeedResult {
  /** Sentences. */
  readonly differences: readonly string[];
  /** Lines whose figures were compared with a referee's, and lines whose executions were. */
  readonly comparedFigureCount: number;
  readonly comparedCountCount: number;
}

interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

type Figure = 'liveBytes' | 'netBytes' | 'allocatedBytes';

const memoryReferee = path.join(import.meta.dirname, 'python/referee.py');
const countReferee = path.join(projectRoot, 'test/probe/counting/referee.py');
const smallestComparedBytes = 65_536;
/** Frames that are traced are objects, too, and some of them stay. */
const toleranceBytes = 32_768;
/** An object that Python makes of a freed one stays that one's line's; tracemalloc gives it to the line that made it anew. */
const movedBytes = 163_840;
const toleranceRatio = 0.05;
const smallestSampledBytes = 1_048_576;
const toleratedStandardErrors = 4;
/** Counts above it may be minima. */
const mostCounted = 100_000;

export async function comparePythonSeed(seed: number, python: TestPython): Promise<PythonSeedResult> {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'memory-lens-fuzz-')));
  try {
    const { main, second, isSteady } = generatePythonProgram(seed);
    fs.writeFileSync(path.join(folder, 'main.py'), main);
    fs.writeFileSync(path.join(folder, 'second.py'), second);
    return await compareProgram(folder, main.split('\n'), isSteady, python);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function compareProgram(folder: string, source: readonly string[], isSteady: boolean, python: TestPython): Promise<PythonSeedResult> {
  const program = path.join(folder, 'main.py');
  const env: NodeJS.ProcessEnv = { ...process.env, PYTHONHASHSEED: '0', PYTHONDONTWRITEBYTECODE: '1' };
  const run = (args: readonly string[], variables = env): Promise<Outcome> => runPython(python.executable, args, folder, variables);
  const profile = (options: Partial<ProfileRequest>): Promise<TestRun> =>
    profileProgram(program, { runtimePath: python.executable, env, workspaceFolder: folder, ...options });
  const referee = async (script: string, ...what: string[]): Promise<unknown> => {
    const result = path.join(folder, 'result.json');
    fs.rmSync(result, { force: true });
    // A referee lies in another folder, and finds the program's second module so.
    await run([script, result, program, ...what], { ...env, PYTHONPATH: folder });
    return JSON.parse(fs.readFileSync(result, 'utf8')) as unknown;
  };

  const plain = await run([program]);
  const exact = await profile({ precision: 'exact' });
  const sampled = await profile({ precision: 'sampled', samplingIntervalBytes: 512 });
  const usual = await profile({});
  const { lines: executionCounts } = (await referee(countReferee)) as { lines: Record<string, number> };
  const live = (await referee(memoryReferee, 'live')) as Record<string, number>;
  const net = (await referee(memoryReferee, 'net')) as Record<string, number>;

  const differences: string[] = [];
  // From 3.12 on, sys.monitoring doesn't report that a loop goes on within one line.
  const turnsWithin = (line: number): boolean => python.minor >= 12 && /\S .*\bfor\b.* in /.test(source[line - 1] ?? '');
  const texts = (line: number): string => (source[line - 1] ?? '').trim();
  let comparedFigureCount = 0;

  for (const [name, profiled] of Object.entries({ exact, sampled, usual })) {
    differences.push(...outcomeDifferences(plain, profiled).map((difference) => `${name}: ${difference}`));
    differences.push(...brokenSums(profiled.profile).map((sum) => `${name}: ${sum}`));
    differences.push(...countDifferences(executionCounts, profiled.profile, turnsWithin).map((difference) => `${name}: ${difference}`));
  }

  const lines = linesOf(exact.profile);
  const compareExact = (figure: Figure, expected: Record<string, number>, isPart = false): void => {
    const numbers = new Set([...Object.keys(expected).map(Number), ...(isPart ? [] : lines.keys())]);
    for (const line of numbers) {
      // The referees have loaded most of these themselves.
      if (source[line - 1]?.startsWith('import ')) continue;
      const [wanted, found] = [expected[line] ?? 0, lines.get(line)?.[figure] ?? 0];
      const largest = Math.max(Math.abs(wanted), Math.abs(found));
      if (largest < smallestComparedBytes) continue;
      comparedFigureCount += 1;
      const toleratedBytes = figure === 'liveBytes' ? movedBytes : toleranceBytes;
      if (Math.abs(wanted - found) <= Math.max(toleratedBytes, toleranceRatio * largest)) continue;
      differences.push(`exact: line ${line} has ${found} ${figure}, not ${wanted}: ${texts(line)}`);
    }
  };
  // An uncaught error keeps its frames alive, which the referee's are not.
  if (plain.code === 0) compareExact('liveBytes', live);
  if (isSteady) compareExact('netBytes', net);
  compareExact('allocatedBytes', allocatedBytesOf(source, executionCounts), true);

  for (const [name, { profile: other }] of Object.entries({ sampled, usual })) {
    const found = linesOf(other);
    // Of two moments of nearly the same height either may be taken, so what made the peak is not compared.
    const [peakBytes, exactPeakBytes] = [other.totals.peakBytes, exact.profile.totals.peakBytes];
    const peakErrorBytes = Math.sqrt((other.engine.samplingIntervalBytes ?? 0) * exactPeakBytes);
    if (Math.abs(peakBytes - exactPeakBytes) > toleratedStandardErrors * peakErrorBytes + toleranceBytes) {
      differences.push(`${name}: the peak is ${peakBytes}, not ${exactPeakBytes}`);
    }
    for (const [line, truth] of lines) {
      for (const figure of ['allocatedBytes', 'liveBytes'] as const) {
        const wanted = truth[figure] ?? 0;
        if (wanted < smallestSampledBytes) continue;
        comparedFigureCount += 1;
        const { [figure]: bytes = 0, relativeErrorRatio = 0 } = found.get(line) ?? {};
        const tolerated = toleratedStandardErrors * relativeErrorRatio * Math.max(wanted, bytes) + Math.max(toleranceBytes, 0.01 * wanted);
        if (Math.abs(bytes - wanted) <= tolerated) continue;
        differences.push(`${name}: line ${line} has ${bytes} ${figure} (error ${relativeErrorRatio}), not ${wanted}: ${texts(line)}`);
      }
    }
  }
  return { differences, comparedFigureCount, comparedCountCount: Object.keys(executionCounts).length };
}

function linesOf(profile: MemoryProfile): ReadonlyMap<number, LineProfile> {
  const main = profile.files.find((file) => file.path.endsWith('/main.py'));
  return new Map(main?.lines.map((line) => [line.line, line]));
}

function outcomeDifferences(plain: Outcome, { profile, stdout, stderr }: TestRun): string[] {
  return [
    ...(stdout === plain.stdout ? [] : [`prints ${stdout}, not ${plain.stdout}`]),
    ...(stderr === plain.stderr ? [] : [`complains ${stderr}, not ${plain.stderr}`]),
    ...(profile.exit.code === plain.code ? [] : [`exits with ${profile.exit.code}, not ${plain.code}`]),
  ];
}

function brokenSums(profile: MemoryProfile): string[] {
  return profileSums(profile)
    .filter(({ holds }) => !holds)
    .map(({ metric, differenceBytes }) => `the sum of ${metric} is off by ${differenceBytes}`);
}

function countDifferences(expected: Record<string, number>, profile: MemoryProfile, isLeftOut: (line: number) => boolean): string[] {
  const found = linesOf(profile);
  const lines = new Set([...Object.keys(expected).map(Number), ...found.keys()]);
  return [...lines].flatMap((line) => {
    const [wanted, count] = [expected[line] ?? 0, found.get(line)?.executionCount ?? 0];
    const isSame = wanted === count || (wanted > mostCounted && count >= mostCounted);
    return isSame || isLeftOut(line) ? [] : [`line ${line} has an executionCount of ${count}, not ${wanted}`];
  });
}

/** Of the lines that make but one object of known size: what that takes, as often as they ran. */
function allocatedBytesOf(source: readonly string[], executionCounts: Record<string, number>): Record<string, number> {
  const allocated: Record<string, number> = {};
  source.forEach((text, index) => {
    const [, maker, size] = /^ *(?:value\d+ = |keep\.append\(|cache\[\d\] = )(bytes\(|bytearray\(|\[None\] \* )(\d+)\)*$/.exec(text) ?? [];
    if (maker === undefined) return;
    const bytes = maker.startsWith('[') ? 56 + Number(size) * 8 : Number(size) + (maker === 'bytes(' ? 33 : 57);
    allocated[index + 1] = bytes * (executionCounts[index + 1] ?? 0);
  });
  return allocated;
}

function runPython(executable: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Outcome> {
  const child = spawn(executable, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((settle, fail) => {
    child.once('error', fail);
    child.once('close', (code) => {
      settle({ stdout, stderr, code });
    });
  });
}
