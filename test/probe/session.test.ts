/** What the probe tells the engine about a run, and that the program runs whatever becomes of the engine. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { ProbeMessage } from '../../src/protocol/probeMessages.ts';
import { testPythons } from '../runtimes.ts';
import { projectRoot, runPlainly, runProbed } from './probedRun.ts';
import type { Answer, ProbedOutcome } from './probedRun.ts';

type MessageOf<Type extends ProbeMessage['type']> = Extract<ProbeMessage, { type: Type }>;

for (const { executable, minor, name } of testPythons()) {
  describe(`the probe on ${name}`, function () {
    this.timeout(60_000);
    let folder = '';
    beforeEach(() => {
      folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'memory-lens-test-')));
    });
    afterEach(() => {
      fs.rmSync(folder, { recursive: true, force: true });
    });

    /** Runs main.py of these files. */
    function run(files: string | Readonly<Record<string, string>>, answer: Answer = {}, ...options: string[]): Promise<ProbedOutcome> {
      for (const [file, source] of Object.entries(typeof files === 'string' ? { 'main.py': files } : files)) {
        fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
        fs.writeFileSync(path.join(folder, file), source);
      }
      return runProbed({ executable, args: [...options, 'main.py'], cwd: folder }, answer);
    }

    it('says hello, how it measures, when the program starts and when it has ended', async () => {
      const before = Date.now();
      const { messages, code } = await run('print(1)');
      assert.equal(code, 0);
      assert.deepEqual(
        messages.map(({ type }) => type),
        ['hello', 'measuring', 'start', 'inspection', 'end'],
      );
      const hello = only(messages, 'hello');
      assert.match(hello.runtimeVersion, new RegExp(`^3\\.${minor}\\.\\d+$`));
      assert.ok(path.isAbsolute(hello.executable) && hello.pid > 0 && hello.startupMs > 0, JSON.stringify(hello));
      const measuring = only(messages, 'measuring');
      assert.equal(measuring.recorder, 'native');
      assert.equal(measuring.counting, minor >= 12 ? 'monitoring' : 'rewriting');
      const start = only(messages, 'start');
      assert.ok(start.startedAtEpochMs >= before && start.startedAtEpochMs <= Date.now());
      // An interpreter has a few MB.
      assert.ok(start.baselineRssBytes! > 4e6 && start.baselineRssBytes! < 1e8, String(start.baselineRssBytes));
      const end = only(messages, 'end');
      assert.ok(end.error === undefined && end.atMs >= 0 && end.atMs < 30_000);
    });

    it('names the uncaught error by its first line', async () => {
      const error = async (source: string): Promise<string | undefined> => only((await run(source)).messages, 'end').error;
      assert.equal(await error('raise ValueError("first\\nsecond")'), 'ValueError: first');
      assert.equal(await error('{}["key"]'), "KeyError: 'key'");
      assert.equal(await error('class Own(Exception): pass\nraise Own(1)'), 'Own: 1');
      assert.equal(await error('import json\njson.loads("?")'), 'json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)');
      assert.equal(await error('try:\n  1 / 0\nexcept Exception:\n  pass\nimport sys\nsys.exit(3)'), undefined);
    });

    it('tells the end whatever the program did to what the probe looks at', async () => {
      const kept = 'import sys, time\nkept = [bytes(1000) for number in range(1000)]\n';
      for (const source of [
        "sys.modules['__main__'] = object()",
        'def broken():\n  raise StopIteration\ntime.perf_counter = broken',
        "def refuse(event, arguments):\n  if event.startswith(('gc.', 'ctypes.')):\n    raise RuntimeError(event)\nsys.addaudithook(refuse)",
      ]) {
        const { messages, stderr, code } = await run(kept + source);
        assert.deepEqual([code, stderr], [0, ''], source);
        assert.equal(all(messages, 'inspection').length, 1, source);
        assert.equal(only(messages, 'end').error, undefined, source);
        assert.deepEqual(all(messages, 'note'), [], source);
      }
    });

    it('takes its own function out of those that follow collections, and asks the program for none', async () => {
      const source = `import gc, time
class Callback:
  def __eq__(self, other):
    print("asked")
    return True
  def __call__(self, phase, information):
    pass
gc.callbacks.insert(0, Callback())
def broken():
  raise StopIteration
time.process_time = time.perf_counter = broken
kept = [bytes(1000) for number in range(1000)]
`;
      for (const recorder of ['auto', 'fallback'] as const) {
        const { messages, stdout, stderr, code } = await run(source, { recorder });
        assert.deepEqual([code, stdout, stderr], [0, '', ''], recorder);
        assert.equal(only(messages, 'end').error, undefined, recorder);
      }
    });

    it('is disturbed by no signal at the very end, and shows none', async () => {
      const interrupted = `\
import gc, signal
gc.disable()
rows = [(number,) for number in range(400_000)]
def late(number, frame):
    if 'memory_lens' in frame.f_code.co_filename:
        raise KeyboardInterrupt
signal.signal(signal.SIGALRM, late)
signal.setitimer(signal.ITIMER_REAL, 0.05)
for number in range(300_000):
    pass
`;
      for (const delay of [0.01, 0.03, 0.06, 0.1, 0.15]) {
        const { messages, stderr, code } = await run(interrupted.replace('0.05', String(delay)));
        assert.deepEqual([stderr, code], ['', 0], String(delay));
        assert.equal(messages.at(-1)?.type, 'end');
        assert.ok(messages.some((message) => message.type === 'inspection' && message.globals !== undefined));
      }
    });

    it('asks no class of the program for the text of its error', async () => {
      const { messages } = await run('class Own(Exception):\n  def __str__(self):\n    return "text"\nraise Own(1)');
      assert.equal(only(messages, 'end').error, 'Own');
    });

    it('says where the program can not be parsed', async () => {
      const { messages } = await run('print(1)\nx = = 2\n');
      const { path: file, message, line, column } = only(messages, 'syntaxError');
      assert.deepEqual([path.basename(file), message, line, column], ['main.py', 'invalid syntax', 2, 4]);
      assert.equal(only(messages, 'end').error, 'SyntaxError: invalid syntax');
      const module = await runProbed({ executable, args: ['-m', 'main'], cwd: folder });
      assert.equal(only(module.messages, 'syntaxError').line, 2);
    });

    it('does not take a syntax error in an imported module for one in the program', async () => {
      const { messages } = await run({ 'main.py': 'import other', 'other.py': 'x = = 1' });
      assert.equal(all(messages, 'syntaxError').length, 0);
      assert.match(only(messages, 'end').error!, /^SyntaxError: invalid syntax/);
    });

    it('tells which functions carry @profile, with their lines', async () => {
      const source = `import functools
@profile
def plain():
    return [
        1,
    ]
class Methods:
    @profile
    def method(self):
        def inner():
            pass
        return inner
    @staticmethod
    @profile(precision=4)
    def fixed():
        pass
    @profile
    @classmethod
    def made(cls):
        pass
    @profile
    @property
    def value(self):
        return 1
def other(function):
    @functools.wraps(function)
    def wrapper():
        return function()
    return wrapper
@profile
@other
async def wrapped():
    pass
profile(3), profile(None)
`;
      const { messages, stderr } = await run(source);
      assert.equal(stderr, '');
      const functions = all(messages, 'profiledFunctions').at(-1)!.functions;
      assert.ok(functions.every((item) => path.basename(item.path) === 'main.py'));
      assert.deepEqual(
        functions.map((item) => [item.name, item.line, item.endLine]),
        [
          // Before 3.11 the bytecode does not tell where the last statement ends.
          ['plain', 2, minor >= 11 ? 6 : 5],
          ['Methods.method', 8, 12],
          ['Methods.fixed', 13, 16],
          ['Methods.made', 17, 20],
          ['Methods.value', 21, 24],
          ['wrapped', 30, 33],
        ],
      );
    });

    it('stands in for a memory_profiler that is not installed, for the program only', async function () {
      if (hasMemoryProfiler(executable)) this.skip();
      const { stdout, stderr, messages } = await run({
        'main.py': 'import sys\nsys.path.append("lib/site-packages")\nimport library, helper\nprint(library.found, helper.g())',
        'helper.py': 'import memory_profiler\nfrom memory_profiler import profile\n@profile(stream=None)\ndef g(): return 5',
        'lib/site-packages/library.py': 'try:\n  import memory_profiler\nexcept ImportError as error:\n  found = error.name',
      });
      assert.deepEqual([stdout, stderr], ['memory_profiler 5\n', '']);
      assert.deepEqual(
        only(messages, 'profiledFunctions').functions.map((item) => [path.basename(item.path), item.name]),
        [['helper.py', 'g']],
      );
      assert.deepEqual(all(messages, 'note'), []);
    });

    it('leaves an installed memory_profiler alone, and notes what it costs', async function () {
      if (!hasMemoryProfiler(executable)) this.skip();
      const { stdout, messages } = await run('from memory_profiler import profile\n@profile\ndef f():\n  return [1] * 10\nf()');
      assert.match(stdout, /Mem usage/);
      assert.match(only(messages, 'note').text, /installed memory_profiler/);
    });

    it('runs the program when the engine hangs up, says nothing, or does not listen', async () => {
      const source = 'import sys\nprint(sorted(set(sys.modules) - {"atexit"}), sys.path)';
      const plain = await run(source).then(() => runPlainly({ executable, args: ['main.py'], cwd: folder }));
      for (const answer of ['hangsUp', 'silent'] as const) {
        const { stdout, stderr, code, messages } = await run(source, answer);
        assert.deepEqual({ stdout, stderr, code }, { stdout: plain.stdout, stderr: '', code: 0 });
        assert.deepEqual(
          messages.map(({ type }) => type),
          ['hello'],
        );
      }
      for (const description of ['{"pipe": "/nowhere/pipe", "token": "t", "pythonPath": null}', '{}', 'nonsense', '']) {
        const env = { PYTHONPATH: path.join(projectRoot, 'dist/probe/site'), MEMORY_LENS_PROBE: description };
        const { stdout, stderr, code } = await runPlainly({ executable, args: ['main.py'], cwd: folder, env });
        assert.deepEqual({ stdout, stderr, code }, { stdout: plain.stdout, stderr: '', code: 0 });
      }
    });

    it('says why it is the fallback', async () => {
      const { messages, stdout } = await run('print([0] * 3)', { nativeFolder: path.join(folder, 'nothing') });
      assert.equal(stdout, '[0, 0, 0]\n');
      const { recorder, reason } = only(messages, 'measuring');
      assert.equal(recorder, 'fallback');
      assert.match(reason!, /^[A-Z].*\.$/);
      assert.equal(only(messages, 'end').error, undefined);
    });

    it('notes children once, and only where there were some', async () => {
      const children = 'The program started other processes, which were not profiled.';
      const notes = async (source: string): Promise<string[]> => all((await run(source)).messages, 'note').map(({ text }) => text);
      assert.deepEqual(await notes('print(1)'), []);
      assert.deepEqual(await notes('import subprocess\nsubprocess.run(["true"])\nsubprocess.run(["true"])'), [children]);
      assert.deepEqual(await notes('import os\nif os.fork() == 0: os._exit(0)'), [children]);
      assert.deepEqual(await notes('import subprocess\nsubprocess.Popen(["sleep", "0.3"])'), [children]);
    });

    it('hears nothing from forked children', async () => {
      const source =
        'import os, sys\nchild = os.fork()\n@profile\ndef f(): pass\nif child == 0: raise ValueError("child")\nos.waitpid(child, 0)\nsys.exit(0)';
      const { messages } = await run(source);
      assert.equal(only(messages, 'end').error, undefined);
      assert.equal(all(messages, 'profiledFunctions').length, 1);
    });

    it('imports no module at its start that takes long', async () => {
      const { stderr } = await run('', {}, '-X', 'importtime');
      const imported = [...stderr.matchAll(/\| +(\S+)$/gm)].map(([, module = '']) => module);
      const session = imported.indexOf('memory_lens_probe.session');
      assert.ok(session > 0);
      const slow = [
        'typing',
        're',
        'enum',
        'json',
        'socket',
        'threading',
        'tracemalloc',
        'inspect',
        'ast',
        'dis',
        'dataclasses',
        'logging',
      ];
      const plain = await runPlainly({ executable, args: ['-X', 'importtime', 'main.py'], cwd: folder });
      assert.deepEqual(
        slow.filter((module) => imported.includes(module) && !new RegExp(`\\| +${module}$`, 'm').test(plain.stderr)),
        [],
      );
    });
  });
}

function hasMemoryProfiler(executable: string): boolean {
  return spawnSync(executable, ['-c', 'import memory_profiler']).status === 0;
}

function all<Type extends ProbeMessage['type']>(messages: readonly ProbeMessage[], type: Type): MessageOf<Type>[] {
  return messages.filter((message): message is MessageOf<Type> => message.type === type);
}

function only<Type extends ProbeMessage['type']>(messages: readonly ProbeMessage[], type: Type): MessageOf<Type> {
  const found = all(messages, type);
  assert.equal(found.length, 1, `${type} in ${JSON.stringify(messages)}`);
  return found[0]!;
}
