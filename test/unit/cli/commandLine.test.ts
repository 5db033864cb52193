import assert from 'node:assert/strict';
import { helpText, parseCommandLine, type RunCommand } from '../../../src/cli/commandLine.ts';
import { UserError } from '../../../src/core/userError.ts';

function parseRun(...args: string[]): RunCommand {
  const command = parseCommandLine(['run', ...args]);
  assert.ok(command.kind === 'run');
  return command;
}

function assertWrong(args: string[], pattern: RegExp): void {
  assert.throws(
    () => parseCommandLine(args),
    (error) => {
      assert.ok(error instanceof UserError, String(error));
      assert.equal(error.code, 'wrongCall');
      assert.match(error.message, pattern);
      return true;
    },
  );
}

describe('the command line', () => {
  it('gives the program everything that stands after FILE, options of ours included', () => {
    const command = parseRun('--quiet', 'a.js', '--json', 'x', '-m', '--', '--help', '');
    assert.equal(command.file, 'a.js');
    assert.deepEqual(command.args, ['--json', 'x', '-m', '--', '--help', '']);
    assert.equal(command.quiet, true);
    assert.equal(command.jsonFile, undefined);
  });

  it('reads each option, with its value beside it or after =', () => {
    const command = parseRun('--json', '-', '--node=/n/node', '--interval', '16KiB', '--min-bytes=1k', '--fail-above', '64MiB', 'a.js');
    assert.equal(command.jsonFile, '-');
    assert.equal(command.nodePath, '/n/node');
    assert.equal(command.samplingIntervalBytes, 16384);
    assert.equal(command.minBytes, 1024);
    assert.equal(command.failAbovePeakBytes, 64 * 1024 * 1024);
    assert.deepEqual(command.args, []);
  });

  it('takes a Python module in place of the file, and gives the program what follows it', () => {
    const command = parseRun('--python', '.venv', '--exact', '--count', '-m', 'json.tool', '--quiet', '-m', 'x');
    assert.deepEqual([command.module, command.file, command.pythonPath], ['json.tool', '', '.venv']);
    assert.deepEqual(command.args, ['--quiet', '-m', 'x']);
    assert.deepEqual([command.exact, command.countAll, command.quiet], [true, true, false]);
    assert.equal(parseRun('-mjson.tool', 'x').module, 'json.tool');
    assert.deepEqual(parseRun('--module=json.tool', 'x').args, ['x']);
  });

  it('looks closer at what is still alive only when asked', () => {
    assert.equal(parseRun('a.js').explain, false);
    assert.equal(parseRun('--explain', 'a.js').explain, true);
    assert.equal(parseRun('a.js', '--explain').explain, false);
  });

  it('takes a file whose name looks like an option after --', () => {
    const command = parseRun('--quiet', '--', '--weird.js', '--', 'b');
    assert.equal(command.file, '--weird.js');
    assert.deepEqual(command.args, ['--', 'b']);
  });

  it('refuses what it does not know and says so', () => {
    assertWrong([], /run or show/);
    assertWrong(['frobnicate'], /no command 'frobnicate'/);
    assertWrong(['a.js'], /memory-lens run a\.js/);
    assertWrong(['run'], /FILE/);
    assertWrong(['run', ''], /FILE/);
    assertWrong(['run', '--quite', 'a.js'], /--quite/);
    assertWrong(['run', '--json'], /--json/);
    assertWrong(['run', '--json=', 'a.js'], /--json/);
    assertWrong(['run', '--quiet=yes', 'a.js'], /--quiet/);
    assertWrong(['run', '--interval', 'fast', 'a.js'], /--interval .*'fast'/);
    assertWrong(['run', '--interval', '0', 'a.js'], /at least one byte/);
    assertWrong(['run', '--fail-above', '64MeB', 'a.js'], /--fail-above/);
    assertWrong(['run', '--recorder', 'native', 'a.py'], /--recorder takes fallback, not 'native'/);
    assertWrong(['run', '-m', ''], /-m takes a module/);
    assertWrong(['run', '-m'], /--module/);
    assertWrong(['show'], /one saved profile/);
    assertWrong(['show', 'a', 'b'], /one saved profile/);
  });

  it('says of what is to come that it is not there yet', () => {
    assertWrong(['compare', 'a', 'b'], /not available yet/);
    assertWrong(['export', 'a'], /not available yet/);
    assert.doesNotMatch(helpText, /compare|export/);
  });

  it('gives help where it is asked for, but not to the program of the person', () => {
    for (const args of [['--help'], ['-h'], ['help'], ['run', '--help'], ['run', '-h', 'a.js'], ['show', '--help']]) {
      assert.equal(parseCommandLine(args).kind, 'help');
    }
    assert.deepEqual(parseRun('a.js', '--help').args, ['--help']);
  });

  it('names every option in the help, in 140 columns', () => {
    for (const option of [
      '--json',
      '--node',
      '--interval',
      '--min-bytes',
      '--quiet',
      '--fail-above',
      '-m',
      '--python',
      '--exact',
      '--count',
    ])
      assert.ok(helpText.includes(option));
    assert.ok(helpText.split('\n').every((line) => line.length <= 140));
  });
});
