/** The native recorder's figures against known truths and against tracemalloc, on every Python that is here. */

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { run } from '../../scripts/processes.mjs';
import { testPythons } from '../runtimes.ts';
import type { Tables } from '../../src/engines/python/tablesFile.ts';
import { recordProgram, type Recorded } from './nativeRecording.ts';

const truths = path.join(import.meta.dirname, 'native/truths.py');
const traced = path.join(import.meta.dirname, 'native/traced.py');
const calls = path.join(import.meta.dirname, 'native/calls.py');
const mebibyte = 1_048_576;

for (const { name, executable } of testPythons()) {
  describe(`the native recorder on ${name}`, function () {
    this.timeout(60_000);

    it('gives the known figures exactly', async () => {
      const recorded = await recordProgram({ executable, program: truths });
      assert.equal(recorded.code, 0, recorded.output);
      assert.equal(recorded.tables.header.exact, 1);
      assert.deepEqual(untruths(recorded, 0.05, 20_000), []);
    });

    it('gives the known figures of sampling within a tenth', async () => {
      const recorded = await recordProgram({ executable, program: truths, precision: 'sampled', intervalBytes: 512 });
      assert.equal(recorded.tables.header.exact, 0);
      // A line of 2.4 MB at 512 bytes has a standard error of 1.5 %.
      assert.deepEqual(untruths(recorded, 0.1, mebibyte / 4), []);
    });

    it('agrees with tracemalloc, line by line', async () => {
      const referee = await run(executable, [traced, truths], { output: 'capture', timeoutMs: 60_000 });
      const expected = JSON.parse(referee.output.trim().split('\n').at(-1) ?? '') as Readonly<Record<string, number>>;
      const { lines } = await recordProgram({ executable, program: truths });
      const large = Object.entries(expected).filter(([, bytes]) => bytes > mebibyte);
      assert.ok(large.length > 10, 'tracemalloc saw too little to be a referee');
      // Of freed tuples that Python keeps, one program may have more at its start than the other: those are made of them without allocating.
      const differing = large.filter(([line, bytes]) => Math.abs((lines.get(Number(line))?.liveBytes ?? 0) - bytes) > bytes / 1000);
      assert.deepEqual(differing, []);
    });

    it('charges the right callers, in recursion, generators, threads and callbacks of libraries', async () => {
      const { tables } = await recordProgram({ executable, program: calls });
      const bytesWith = (line: number): number => {
        let bytes = 0;
        for (let stack = 0; stack < tables.stacks.count; stack += 1) {
          if (linesOfStack(tables, stack).includes(line)) bytes += tables.stacks.columns.allocatedBytes[stack]!;
        }
        return bytes;
      };
      for (const [line, expected] of Object.entries(totalsIn(calls))) {
        const found = bytesWith(Number(line));
        assert.ok(Math.abs(found - expected) < 0.05 * expected, `line ${line}: ${found} bytes with callees, not ${expected}`);
      }
    });
  });
}

/** What differs from the truths that the program printed. */
function untruths({ output, lines }: Recorded, toleranceRatio: number, toleranceBytes: number): string[] {
  const expected = JSON.parse(output.trim().split('\n').at(-1) ?? '') as Readonly<Record<string, { live: number; allocated?: number }>>;
  assert.ok(Object.keys(expected).length > 12);
  return Object.entries(expected).flatMap(([line, { live, allocated }]) => {
    const found = lines.get(Number(line));
    const pairs = [
      ['live', live, found?.liveBytes ?? 0],
      ['allocated', allocated ?? found?.allocatedBytes ?? 0, found?.allocatedBytes ?? 0],
    ] as const;
    return pairs
      .filter(([, truth, figure]) => Math.abs(figure - truth) > Math.max(toleranceRatio * truth, toleranceBytes))
      .map(([what, truth, figure]) => `line ${line}: ${figure} bytes ${what}, not ${truth}`);
  });
}

/** The lines of a stack of one file. */
function linesOfStack({ stacks, frames }: Tables, stack: number): number[] {
  const first = stacks.columns.firstFrame[stack]!;
  return [...frames.columns.line.subarray(first, first + stacks.columns.frameCount[stack]!)];
}

/** What stands after `#=` in a program, by line. */
function totalsIn(program: string): Record<number, number> {
  const source = fs.readFileSync(program, 'utf8').split('\n');
  return Object.fromEntries(
    source.flatMap((text, index) => {
      const total = / {2}#= ([\d_]+)$/.exec(text)?.[1];
      return total === undefined ? [] : [[index + 1, Number(total.replaceAll('_', ''))]];
    }),
  );
}
