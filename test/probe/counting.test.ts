/**
 * Execution counts of Python programs: against those that sys.settrace reports in a run of its own, and against figures known by hand.
 */

import * as assert from 'node:assert';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { openTablesFile } from '../../src/engines/python/tablesFile.ts';
import type { ProbeConfigureMessage } from '../../src/protocol/probeMessages.ts';
import { testPythons, type TestPython } from '../runtimes.ts';
import { projectRoot, runPlainly, runProbed, type ProbedOutcome } from './probedRun.ts';

const programsFolder = path.join(projectRoot, 'test/fixtures/countedPrograms');
const referee = path.join(import.meta.dirname, 'counting/referee.py');
const countLimit = 100_001;

interface CountedLine {
  readonly count: number;
  readonly isStopped: boolean;
  readonly inUseBeforeBytes: number;
  readonly inUseAfterBytes: number;
}

interface Counts {
  /** By line. */
  readonly lines: ReadonlyMap<number, CountedLine>;
  /** By the first line of the function. */
  readonly calls: ReadonlyMap<number, CountedLine>;
  readonly outcome: ProbedOutcome;
}

for (const python of testPythons()) {
  describe(`Execution counts on ${python.name}`, function () {
    this.timeout(120_000);
    let folder: string;

    beforeEach(() => {
      folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'memory-lens-counts-')));
    });

    afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

    const countProgram = async (source: string, answer: Partial<ProbeConfigureMessage> = {}, name = 'main.py'): Promise<Counts> => {
      const file = path.join(folder, name);
      fs.writeFileSync(file, source);
      return countFile(python, file, answer);
    };

    for (const program of programs(python)) {
      it(`agree with sys.settrace in ${program}`, async () => {
        const source = fs.readFileSync(path.join(programsFolder, program), 'utf8');
        const { lines, calls, outcome } = await countProgram(source);
        const refereed = await refereeCounts(python, path.join(folder, 'main.py'));
        assert.strictEqual(outcome.stdout, refereed.stdout);
        // From 3.12 on, sys.monitoring doesn't report that a loop goes on within one line.
        const isLeftOut = (line: number): boolean =>
          python.minor >= 12 && source.split('\n')[line - 1]?.includes('turns within the line') === true;
        assert.deepStrictEqual(
          plainCounts(lines, isLeftOut),
          refereed.lines.filter(([line]) => !isLeftOut(line)),
        );
        assert.deepStrictEqual(plainCounts(calls), refereed.calls);
      });
    }

    it('are exact up to 100,000 executions of a line and minima above, whatever else is hot', async () => {
      const { lines, calls } = await countProgram(fs.readFileSync(path.join(programsFolder, 'hotLines.py'), 'utf8'));
      const found = [...lines].map(([line, { count, isStopped }]) => [line, count, isStopped] as const).sort(([a], [b]) => a - b);
      const stopped = countLimit + 1;
      assert.deepStrictEqual(
        found.filter(([, count]) => count > 0),
        [
          [1, 1, false],
          [2, 1, false],
          [4, 1, false],
          [7, 1, false],
          [9, 100_000, false],
          [12, 1, false],
          [13, 3, false],
          [14, stopped, true],
          [15, stopped, true],
          [16, stopped, true],
          [17, 6, false],
          [18, 3, false],
          [19, 3, false],
          [22, 100_001, false],
          [23, 100_000, false],
          [24, stopped, true],
          [25, stopped, true],
          [26, stopped, true],
          [27, 2, false],
          [28, 1, false],
          [29, 4, false],
          [30, 3, false],
          [31, 2, false],
          [32, 1, false],
          [33, 1, false],
        ],
      );
      assert.deepStrictEqual(plainCounts(calls), [
        [7, 100_000],
        [12, 3],
      ]);
    });

    it('count every execution where all are asked for', async () => {
      const { lines, calls } = await countProgram(
        'def call():\n    return 1\nfor turn in range(300000):\n    turn += 1\n    call()\nfor turn in range(3):\n    call()\n',
        { counting: 'all' },
      );
      assert.deepStrictEqual(plainCounts(lines), [
        [1, 1],
        [2, 300_003],
        [3, 300_001],
        [4, 300_000],
        [5, 300_000],
        [6, 4],
        [7, 3],
      ]);
      assert.deepStrictEqual(plainCounts(calls), [[1, 300_003]]);
      assert.ok([...lines.values()].every(({ isStopped }) => !isStopped));
    });

    it('tell the memory in use before a line and after it', async () => {
      const { lines } = await countProgram(
        [
          'def my_function():',
          '    a = [1] * (10 ** 6)',
          '    b = [2] * (2 * 10 ** 7)',
          '    del b',
          '    return a',
          'my_function()',
          'c = my_function()',
        ].join('\n'),
      );
      const megabytes = (line: number): number[] => {
        const { inUseBeforeBytes = -1, inUseAfterBytes = -1 } = lines.get(line) ?? {};
        return [inUseBeforeBytes, inUseAfterBytes].map((bytes) => Math.round(bytes / 1e6));
      };
      assert.deepStrictEqual([2, 3, 4, 5, 6, 7].map(megabytes), [
        [0, 8],
        [8, 168],
        [168, 8],
        [8, 8],
        [0, 0],
        [0, 8],
      ]);
    });

    it('tell the memory in use around a line that calls others and around calls in a row', async () => {
      const { lines } = await countProgram(
        [
          'kept = []',
          'def keep(count):',
          '    kept.append(bytearray(count))',
          'def both():',
          '    keep(1000000)',
          '    keep(3000000)',
          'both()',
          'kept.clear()',
          'done = True',
        ].join('\n'),
      );
      const megabytes = (line: number): number[] => {
        const { inUseBeforeBytes = -1, inUseAfterBytes = -1 } = lines.get(line) ?? {};
        return [inUseBeforeBytes, inUseAfterBytes].map((bytes) => Math.round(bytes / 1e6));
      };
      assert.deepStrictEqual([3, 5, 6, 7, 8, 9].map(megabytes), [
        [1, 4],
        [0, 1],
        [1, 4],
        [0, 4],
        [4, 0],
        [0, 0],
      ]);
    });

    it('tell the memory in use after a line that calls deep, when all callers go straight on to return', async () => {
      const { lines } = await countProgram(
        [
          'def deep(count):',
          '    return bytearray(5000000) if count == 0 else deep(count - 1)',
          'first = deep(7)',
          'second = deep(100)',
          'third = deep(900)',
          'done = True',
        ].join('\n'),
      );
      const megabytes = (line: number): number[] => {
        const { inUseBeforeBytes = -1, inUseAfterBytes = -1 } = lines.get(line) ?? {};
        return [inUseBeforeBytes, inUseAfterBytes].map((bytes) => Math.round(bytes / 1e6));
      };
      assert.deepStrictEqual([3, 4, 5, 6].map(megabytes), [
        [0, 5],
        [5, 10],
        [10, 15],
        [15, 15],
      ]);
    });

    it('leave out lines of installed packages and of what is made at run time', async () => {
      fs.mkdirSync(path.join(folder, 'site-packages'));
      fs.writeFileSync(path.join(folder, 'site-packages/installed.py'), 'value = 1\n');
      fs.writeFileSync(path.join(folder, 'own.py'), 'value = 1\nvalue = 2\n');
      const source = [
        'import sys',
        'sys.path.append("site-packages")',
        'import installed, own',
        'exec("value = 1\\nvalue = 2")',
        'exec(compile("\\n\\n\\n\\n\\nvalue = 3", "<made>", "exec"))',
      ].join('\n');
      const { lines } = await countProgram(source);
      assert.deepStrictEqual(plainCounts(lines), [
        [1, 1],
        [2, 1],
        [3, 1],
        [4, 1],
        [5, 1],
      ]);
    });

    it('count modules that are imported, imported again and run by runpy', async () => {
      fs.writeFileSync(path.join(folder, 'own.py'), 'def work():\n    return 1\nwork()\n');
      const source = [
        'import importlib, own, runpy',
        'importlib.reload(own)',
        'runpy.run_path("own.py")',
        'code = compile(open("own.py").read(), own.__file__, "exec")',
        'for turn in range(3):',
        '    exec(code)',
      ].join('\n');
      await countProgram(source);
      const { lines, calls } = await countFile(python, path.join(folder, 'main.py'), {}, 'own.py');
      assert.deepStrictEqual(plainCounts(lines), [
        [1, 6],
        [2, 6],
        [3, 6],
      ]);
      assert.deepStrictEqual(plainCounts(calls), [[1, 6]]);
    });

    it('stop in a forked child', async () => {
      const source = [
        'import os',
        'def work():',
        '    return 1',
        'if hasattr(os, "fork"):',
        '    child = os.fork()',
        '    if child == 0:',
        '        for turn in range(200000):',
        '            work()',
        '        os._exit(0)',
        '    os.waitpid(child, 0)',
        'work()',
      ].join('\n');
      const { lines, calls } = await countProgram(source);
      assert.strictEqual(lines.get(8)?.count ?? 0, 0);
      assert.deepStrictEqual(plainCounts(calls), [[2, 1]]);
    });

    // From 3.11 on they go by positions in the line instead.
    if (python.minor < 11) {
      it('leave bytecode as it is where others compare it with what they compile', async () => {
        const write = (name: string, text: string): void => fs.writeFileSync(path.join(folder, name), text);
        fs.mkdirSync(path.join(folder, 'executing'));
        write('executing/__init__.py', '');
        write('executing/executing.py', '');
        write('early.py', 'import icecream\ndef work():\n    return 1\n');
        write('icecream.py', '');
        write('debugger.py', 'from executing import executing\n');
        write('late.py', 'def work():\n    return 1\n');
        const source = [
          'def is_same(module):',
          '    with open(module.__file__) as file:',
          '        codes = compile(file.read(), module.__file__, "exec").co_consts',
          '    code = [item for item in codes if hasattr(item, "co_code")][0]',
          '    return code.co_code == module.work.__code__.co_code',
          'import early, debugger, late',
          'executing = is_same(early), is_same(late)',
          'print(executing)',
        ].join('\n');
        const { lines, outcome } = await countProgram(source);
        assert.strictEqual(outcome.stdout, '(True, True)\n', outcome.stderr);
        // A name alone is no import.
        assert.strictEqual(lines.get(7)?.count, 1);
        assert.ok(outcome.messages.some((message) => message.type === 'note' && message.text.includes('executing')));
      });
    }

    it('are kept when the program kills itself', async () => {
      const { lines } = await countProgram('import os\nfor turn in range(10):\n    turn += 1\nos.kill(os.getpid(), 9)\n');
      assert.deepStrictEqual(plainCounts(lines), [
        [1, 1],
        [2, 11],
        [3, 10],
        [4, 1],
      ]);
    });

    it('go on in a file of thousands of lines, with jumps farther than one byte says', async () => {
      const body = Array.from({ length: 3000 }, (_, index) => `    value = turn + ${index}`);
      const { lines } = await countProgram(['for turn in range(3):', ...body, '    if value == 3001: continue', 'value = 0'].join('\n'));
      assert.strictEqual(lines.size, 3003);
      assert.strictEqual(lines.get(1)?.count, 4);
      assert.ok(body.every((_, index) => lines.get(index + 2)?.count === 3));
      assert.strictEqual(lines.get(3003)?.count, 1);
    });
  });
}

function programs({ minor }: TestPython): string[] {
  const all = ['loops.py', 'exceptions.py', 'functions.py', 'coroutines.py'];
  return minor >= 10 ? [...all, 'matching.py'] : all;
}

async function countFile({ executable }: TestPython, file: string, answer: Partial<ProbeConfigureMessage>, of?: string): Promise<Counts> {
  const folder = path.dirname(file);
  const tablesPath = path.join(folder, 'tables');
  fs.rmSync(tablesPath, { force: true });
  const outcome = await runProbed({ executable, args: [path.basename(file)], cwd: folder }, { tablesPath, ...answer });
  const measuring = outcome.messages.find(({ type }) => type === 'measuring');
  assert.ok(measuring?.type === 'measuring' && measuring.recorder === 'native', JSON.stringify(outcome));
  const opened = openTablesFile(tablesPath);
  const tables = opened?.readTables();
  opened?.close();
  assert.ok(tables !== undefined, outcome.stderr);
  const lines = new Map<number, CountedLine>();
  const calls = new Map<number, CountedLine>();
  const columns = tables.lines.columns;
  for (let index = 0; index < tables.lines.count; index += 1) {
    const name = tables.text(columns.fileOffset[index] ?? 0, columns.fileLength[index] ?? 0);
    if (path.resolve(folder, name) !== path.join(folder, of ?? path.basename(file))) continue;
    const flags = columns.flags[index] ?? 0;
    const line = columns.line[index] ?? 0;
    const target = (flags & 2) === 0 ? lines : calls;
    target.set(line, {
      count: (columns.executionCount[index] ?? 0) + (target.get(line)?.count ?? 0),
      isStopped: (flags & 1) !== 0,
      inUseBeforeBytes: columns.inUseBeforeBytes[index] ?? 0,
      inUseAfterBytes: columns.inUseAfterBytes[index] ?? 0,
    });
  }
  return { lines, calls, outcome };
}

/** Ascending; lines that never ran are left out. */
function plainCounts(counts: ReadonlyMap<number, CountedLine>, isLeftOut: (line: number) => boolean = () => false): [number, number][] {
  return [...counts]
    .map(([line, { count }]): [number, number] => [line, count])
    .filter(([line, count]) => count > 0 && !isLeftOut(line))
    .sort(([left], [right]) => left - right);
}

async function refereeCounts(
  { executable }: TestPython,
  program: string,
): Promise<{ lines: [number, number][]; calls: [number, number][]; stdout: string }> {
  const result = `${program}.json`;
  const { stdout, stderr, code } = await runPlainly({ executable, args: [referee, result, program], cwd: path.dirname(program) });
  assert.strictEqual(code, 0, stderr);
  const { lines, calls } = JSON.parse(fs.readFileSync(result, 'utf8')) as Record<'lines' | 'calls', Record<string, number>>;
  const sorted = (counts: Record<string, number>): [number, number][] =>
    Object.entries(counts)
      .map(([line, count]): [number, number] => [Number(line), count])
      .sort(([left], [right]) => left - right);
  return { lines: sorted(lines), calls: sorted(calls), stdout };
}
