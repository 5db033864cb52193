/** Large sources of which hardly any line weighs enough: the rules look at all of them, and may not take longer than the parser by much. */

import assert from 'node:assert/strict';
import { adviseProfile } from '../../../src/advice/adviseProfile.ts';
import type { MemoryProfile } from '../../../src/core/profile.ts';

const mebibyte = 1024 * 1024;

/** A profile in which every 5,000th line weighs. */
function profileOf(path: string, text: string): MemoryProfile {
  const language = path.endsWith('.py') ? 'python' : 'javascript';
  const lines = text.split('\n').map((_, index) => {
    const bytes = index % 5000 === 7 ? 10 * mebibyte : 100;
    return { line: index + 1, executionCount: 10_000, allocatedBytes: bytes, liveBytes: 0, peakBytes: bytes };
  });
  return {
    format: 'memory-lens/profile',
    version: 1,
    startedAt: '2026-01-01T00:00:00Z',
    durationMs: 10,
    runtime: { name: language === 'python' ? 'python' : 'node', version: '3.11.2', executable: '/usr/bin/runtime' },
    engine: { name: 'memory-lens', precision: 'exact', notes: [] },
    program: { file: path, args: [], cwd: '/p', kind: 'file' },
    exit: { code: 0, signal: null, stopped: false },
    totals: { allocatedBytes: 100 * mebibyte, liveBytes: 0, peakBytes: 50 * mebibyte, peakAtMs: 5, peakRssBytes: 1 },
    timeline: { atMs: [], heapUsedBytes: [], externalBytes: [], rssBytes: [] },
    collections: [],
    files: [{ path, language, contentSha256: '', lines, functions: [] }],
  };
}

const repeat = (count: number, write: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => write(index)).join('');

const pythonClasses = repeat(
  2500,
  (n) => `class C${n}:
    def __init__(self, items):
        self.items = items
def make${n}(items):
    copy${n} = list(items)
    text = ''
    for item in copy${n}:
        text += str(item)
    return C${n}(text)
`,
);
const manyPushes = `const out = [];\nlet total = 0;\n${repeat(20_000, (n) => `total += ${n}; out.push(total);\n`)}`;
const oneLine = repeat(4000, (n) => `function f${n}(a){let t=[];for(const c of a){t=[...t,c]}return t.map(x=>x*2).reduce((p,q)=>p+q,0)};`);

describe('the rules', function () {
  // Each of these took a minute or more where the whole file was gone through again for each class, call, push or function.
  this.timeout(30_000);

  for (const [what, path, text] of [
    ['22,500 lines of small Python classes and functions', '/p/classes.py', pythonClasses],
    ['20,000 pushes onto one array of a number that has as many steps', '/p/pushes.js', manyPushes],
    ['4,000 functions on one line', '/p/bundle.js', oneLine],
  ] as const) {
    it(`come to an end soon with ${what}`, () => {
      assert.deepEqual(
        adviseProfile(profileOf(path, text), new Map([[path, text]])).filter(({ rule }) => rule !== 'join-strings'),
        [],
      );
    });
  }
});
