/** Fixes applied to much code that nobody wrote for them: Python's own library, profiled as if each of its lines weighed much. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { adviseProfile } from '../../src/advice/adviseProfile.ts';
import { applyEdits, SourceFile } from '../../src/advice/sourceFile.ts';
import type { LineProfile, MemoryProfile } from '../../src/core/profile.ts';
import { testPythons } from '../runtimes.ts';

const python = testPythons().at(-1)?.executable ?? 'python3';
const gibibyte = 1024 ** 3;
const fileCount = 40;

/** Gives its own file's path for every text of the JSON array on standard input that does not compile. */
const compileAll = `
import json, sys, warnings
warnings.simplefilter('ignore')
for name, text in json.load(sys.stdin):
    try:
        compile(text, name, 'exec')
    except SyntaxError as error:
        print(name, error)
`;

describe('the fixes for Python', function () {
  this.timeout(60_000);

  it("leave every file of Python's library as one that compiles", () => {
    const folder = execFileSync(python, ['-c', "import sysconfig; print(sysconfig.get_path('stdlib'))"], { encoding: 'utf8' }).trim();
    const files = fs.readdirSync(folder).filter((name) => name.endsWith('.py') && fs.statSync(path.join(folder, name)).size < 40_000);
    const fixed: [name: string, text: string][] = [];
    const rules = new Set<string>();
    for (const name of files.slice(0, fileCount)) {
      const file = path.join(folder, name);
      const text = fs.readFileSync(file, 'utf8');
      const source = new SourceFile({ path: file, language: 'python' }, text);
      for (const executionCount of [1, 10_000_000]) {
        for (const { rule, at, fix } of adviseProfile(heavyProfile(file, text, executionCount), new Map([[file, text]]))) {
          if (fix === undefined) continue;
          rules.add(rule);
          fixed.push([`${rule} ${name}:${at.line}`, applyEdits(source, fix.edits)]);
        }
      }
    }
    const problems = execFileSync(python, ['-c', compileAll], { input: JSON.stringify(fixed), encoding: 'utf8' });
    assert.equal(problems, '');
    for (const rule of ['slots', 'delete-temporary', 'share-equal-strings', 'cache-pure-call']) assert.ok(rules.has(rule), rule);
  });
});

/** Each line holds a gibibyte, each class has ten million instances, each function is called again and again with the same arguments. */
function heavyProfile(file: string, text: string, executionCount: number): MemoryProfile {
  const at = (line: number): { path: string; line: number } => ({ path: file, line });
  const lineAt = (offset: number): number => text.slice(0, offset).split('\n').length;
  const types = [...text.matchAll(/^class (\w+)/gm)].map(([, name = '']) => ({ name, liveBytes: gibibyte, liveCount: 10_000_000 }));
  const functions = [...text.matchAll(/^( *)def (\w+)/gm)].map(({ index, 1: indent = '', 2: name = '' }) => ({
    name,
    line: lineAt(index + indent.length),
  }));
  const lines: LineProfile[] = text.split('\n').map((_, index) => ({
    line: index + 1,
    executionCount,
    allocatedBytes: gibibyte,
    liveBytes: executionCount === 1 ? gibibyte : 0,
    peakBytes: gibibyte,
    ...(index === 0 ? { types } : {}),
  }));
  const totals = { allocatedBytes: gibibyte, liveBytes: gibibyte, peakBytes: gibibyte, peakAtMs: 1, peakRssBytes: gibibyte };
  return {
    format: 'memory-lens/profile',
    version: 1,
    startedAt: '2026-01-01T00:00:00Z',
    durationMs: 1,
    runtime: { name: 'python', version: '3.13.0', executable: python },
    engine: { name: 'memory-lens-python', precision: 'exact', notes: [] },
    program: { file, args: [], cwd: path.dirname(file), kind: 'file' },
    exit: { code: 0, signal: null, stopped: false },
    totals,
    timeline: { atMs: [], heapUsedBytes: [], externalBytes: [], rssBytes: [] },
    collections: [],
    files: [
      {
        path: file,
        language: 'python',
        contentSha256: '',
        lines,
        functions: functions.map(({ name, line }) => ({ name, line, endLine: line, callCount: 1, totalAllocatedBytes: gibibyte })),
      },
    ],
    repeatedValues: lines.map(({ line }) => ({ at: at(line), typeName: 'str', valueCount: 9, distinctCount: 1, wastedBytes: gibibyte })),
    repeatedCalls: functions.map(({ name, line }) => ({ name, at: at(line), checkedCallCount: 1000, distinctArgumentsCount: 1 })),
  };
}
