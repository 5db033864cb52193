/**
 * Runs generated programs as they are and rewritten, in the same way, and gives what differs.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { instrument, InstrumentError } from '../../src/agent/transform/instrument.ts';
import { generateProgram } from './generateProgram.ts';

export interface Difference {
  readonly seed: number;
  /** The first line that differs, as it was and as it is, and what was logged before it. */
  readonly expected: string | undefined;
  readonly actual: string | undefined;
  readonly before: readonly string[];
}

export interface Comparison {
  readonly differences: readonly Difference[];
  /** Programs that ran; the others do not parse. */
  readonly programCount: number;
  readonly loggedCount: number;
  /** Markers in all programs. */
  readonly siteCount: number;
}

interface Outcome {
  readonly lines: readonly string[];
  readonly open: number;
}

const runner = fileURLToPath(new URL('runPrograms.cjs', import.meta.url));

/** Runs the programs of the seeds from `firstSeed` on with one Node. */
export function compareSeeds(executable: string, firstSeed: number, count: number): Comparison {
  const folder = mkdtempSync(join(tmpdir(), 'memory-lens-fuzz-'));
  try {
    const seeds = new Map<string, number>();
    let siteCount = 0;
    let counterCount = 0;
    for (const variant of ['plain', 'rewritten']) mkdirSync(join(folder, variant));
    for (let seed = firstSeed; seed < firstSeed + count; seed++) {
      const { code, format } = generateProgram(seed);
      const file = `p${seed}.${format === 'module' ? 'mjs' : 'cjs'}`;
      try {
        const rewritten = instrument({
          source: code,
          path: file,
          format,
          firstSiteId: siteCount,
          firstCounterId: counterCount,
          looksAtArguments: seed % 2 === 0,
        });
        siteCount += rewritten.siteCount;
        counterCount += rewritten.counterCount;
        writeFileSync(join(folder, 'rewritten', file), rewritten.code);
      } catch (error) {
        if (error instanceof InstrumentError) continue;
        throw new Error(`The program of seed ${seed} can't be rewritten`, { cause: error });
      }
      writeFileSync(join(folder, 'plain', file), code);
      seeds.set(file, seed);
    }
    const run = (variant: string): Record<string, Outcome> => {
      const args = ['--stack-size=2000', runner, join(folder, variant), ...seeds.keys()];
      const printed = execFileSync(executable, args, { encoding: 'utf8', maxBuffer: 1 << 30, timeout: 120_000 });
      return JSON.parse(printed) as Record<string, Outcome>;
    };
    const plain = run('plain');
    const rewritten = run('rewritten');
    const differences = [...seeds].flatMap(([file, seed]) => differenceOf(seed, plain[file]!, rewritten[file]!));
    const ran = Object.values(plain);
    return {
      differences,
      programCount: ran.length,
      loggedCount: ran.reduce((sum, { lines }) => sum + lines.length, 0),
      siteCount,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function differenceOf(seed: number, plain: Outcome, rewritten: Outcome): Difference[] {
  const longer = Math.max(plain.lines.length, rewritten.lines.length);
  for (let i = 0; i < longer; i++) {
    if (plain.lines[i] === rewritten.lines[i]) continue;
    return [{ seed, expected: plain.lines[i], actual: rewritten.lines[i], before: plain.lines.slice(Math.max(0, i - 3), i) }];
  }
  return [];
}
