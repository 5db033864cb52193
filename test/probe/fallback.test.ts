/** The recorder in pure Python: its figures against known truths, and that the program does not notice it. */

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { parseProfile } from '../../src/core/decodeProfile.ts';
import { profileSums } from '../../src/core/profileSums.ts';
import type { MemoryProfile } from '../../src/core/profile.ts';
import { untruthsOf } from '../engines/knownTruths.ts';
import { lineOf, profileProgram } from '../engines/profiling.ts';
import { testPythons } from '../runtimes.ts';
import { projectRoot, runPlainly } from './probedRun.ts';

const folder = path.join(projectRoot, 'test/fixtures/pythonAccuracy');
/** All but those that call libraries which hold much: whose memory that is, the fallback can only tell roughly. */
const programs = ['founding', 'rebinding', 'multiline', 'peak', 'modules', 'recursion', 'exceptions'];
/** Of what is freed within a line that makes no new peak, Python 3.8 tells nothing. */
const programsWithSpikes = ['spikes', 'decorators', 'contexts'];
const usualToleranceRatio = 0.05;

for (const { name: pythonName, executable, minor } of testPythons()) {
  describe(`the fallback on ${pythonName}`, function () {
    this.timeout(120_000);

    for (const name of minor === 8 ? programs : [...programs, ...programsWithSpikes]) {
      it(`gives the known figures of ${name}.py`, async () => {
        const { profile, stderr } = await profileProgram(path.join(folder, `${name}.py`), {
          runtimePath: executable,
          recorder: 'fallback',
        });
        assert.equal(profile.exit.code, 0, stderr);
        assert.deepEqual(
          profile.files.flatMap((file) => untruthsOf(file, usualToleranceRatio)),
          [],
        );
        assertHolds(profile);
      });
    }

    it('counts executions exactly, and says where it stopped to count', async () => {
      const source = 'total = 0\nfor i in range(100500):\n    total += 1\nprint(total)\n';
      const profile = await profileSource(source, executable);
      const line = lineOf(profile, 'main.py', 3);
      // Before 3.12 events of a line can't be switched off.
      assert.equal(line?.executionCount, minor >= 12 ? 100_000 : 100_500);
      assert.equal(line.executionCountIsMinimum, minor >= 12 ? true : undefined);
    });

    it('goes on measuring a line that grows, however often it runs', async () => {
      const source = 'kept = [None] * 120000\nfor i in range(120000):\n    kept[i] = [i]\n';
      const line = lineOf(await profileSource(source, executable), 'main.py', 3);
      assert.equal(line?.executionCount, 120_000);
      const oneListBytes = 64;
      assert.ok(Math.abs((line.liveBytes ?? 0) / (120_000 * oneListBytes) - 1) < usualToleranceRatio, String(line.liveBytes));
      // What events themselves need is up to 12 bytes off on 3.8, which is much of so small an increment.
      const toleranceRatio = minor === 8 ? 0.25 : usualToleranceRatio;
      assert.ok(Math.abs((line.netBytes ?? 0) / (120_000 * oneListBytes) - 1) < toleranceRatio, String(line.netBytes));
    });

    it('leaves output, tracebacks and the exit status as they are', async () => {
      const source = [
        'import sys, threading',
        'def deep(n):',
        '    return 0 if n == 0 else 1 + deep(n - 1)',
        'def numbers():',
        '    try:',
        '        yield 1',
        '    except ValueError:',
        '        yield 2',
        'generator = numbers()',
        'print(next(generator), generator.throw(ValueError))',
        'thread = threading.Thread(target=lambda: print(deep(50)))',
        'thread.start()',
        'thread.join()',
        // 3.8 and 3.9 take a trace function away at the limit, and then show old lines of functions that were being traced.
        ...(minor < 10 ? [] : ['try:', '    deep(100000)', 'except RecursionError:', '    print("too deep")']),
        'print(sys.argv[1:], [name for name in sys.modules if "memory_lens" in name])',
        'print("to the error", file=sys.stderr)',
        'deep("x")',
      ].join('\n');
      await profileUnchanged(source, executable);
    });

    if (minor < 12) {
      it('gives way to a trace function of the program, and says so', async () => {
        const source = 'import sys\nsys.settrace(lambda *event: None)\nkept = [0] * 1000000\n';
        const profile = await profileSource(source, executable);
        assert.ok(
          profile.engine.notes.some((note) => note.startsWith('The program set a trace function of its own')),
          profile.engine.notes.join('\n'),
        );
        // tracemalloc knows what is alive all the same.
        assert.ok((lineOf(profile, 'main.py', 3)?.liveBytes ?? 0) >= 8_000_000);
      });
    }

    it('lets a program use tracemalloc as if nobody else did', async () => {
      const source = [
        'import tracemalloc',
        'print(tracemalloc.is_tracing(), tracemalloc.get_traced_memory(), tracemalloc.get_traceback_limit())',
        'before = bytes(3000000)',
        'tracemalloc.start(5)',
        'kept = bytes(2000000)',
        'print(tracemalloc.is_tracing(), tracemalloc.get_traceback_limit())',
        'len(bytes(4000000))',
        'now, peak = tracemalloc.get_traced_memory()',
        'print(now // 1000000, peak // 1000000)',
        'print(tracemalloc.take_snapshot().statistics("lineno")[0].size, len(tracemalloc.get_object_traceback(kept)))',
        'tracemalloc.stop()',
        'print(tracemalloc.is_tracing(), tracemalloc.get_traced_memory(), tracemalloc.get_object_traceback(kept))',
        'after = bytes(5000000)',
      ].join('\n');
      const profile = await profileUnchanged(source, executable);
      assert.ok(profile.engine.notes.some((note) => note.startsWith('The program starts and stops tracemalloc itself')));
      assert.equal(lineOf(profile, 'main.py', 13)?.liveBytes, 5_000_033);
    });

    it('tells collections by their generation', async () => {
      const profile = await profileSource('import gc\ngc.collect(0)\ngc.collect(1)\ngc.collect(2)\n', executable);
      const kinds = profile.collections.map(({ kind }) => kind);
      assert.deepEqual([...new Set(kinds)].sort(), ['gen0', 'gen1', 'gen2']);
    });
  });
}

async function profileSource(source: string, runtimePath: string): Promise<MemoryProfile> {
  return withProgram(source, async (file) => {
    const { profile, stderr } = await profileProgram(file, { runtimePath, recorder: 'fallback' });
    assert.equal(profile.exit.code, 0, stderr);
    return profile;
  });
}

/** Output, errors and the exit status are those of plain Python. */
async function profileUnchanged(source: string, executable: string): Promise<MemoryProfile> {
  return withProgram(source, async (file) => {
    const plain = await runPlainly({ executable, args: [file], cwd: path.dirname(file) });
    const { profile, stdout, stderr } = await profileProgram(file, { runtimePath: executable, recorder: 'fallback' });
    assert.equal(stdout, plain.stdout);
    assert.equal(stderr, plain.stderr);
    assert.equal(profile.exit.code, plain.code);
    return profile;
  });
}

async function withProgram<Result>(source: string, use: (file: string) => Promise<Result>): Promise<Result> {
  const place = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'memory-lens-test-')));
  const file = path.join(place, 'main.py');
  fs.writeFileSync(file, source);
  try {
    return await use(file);
  } finally {
    fs.rmSync(place, { recursive: true, force: true });
  }
}

/** The sums of the format, and its schema. */
function assertHolds(profile: MemoryProfile): void {
  for (const { metric, holds, linesBytes, unattributedBytes } of profileSums(profile)) {
    assert.ok(holds, `${metric}: lines and rest make ${linesBytes} and ${unattributedBytes}`);
  }
  parseProfile(JSON.stringify(profile), 'the profile');
}
