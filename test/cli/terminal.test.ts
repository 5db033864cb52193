import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { cliFile, createTestFolder, isRunning, type TestFolder } from './commandLine.ts';

/** `script` of util-linux gives a program a terminal; it is part of every Debian. Those of other systems know no --version. */
const terminalProgram = 'script';
const hasTerminal = spawnSync(terminalProgram, ['--version']).status === 0;

interface TerminalResult {
  readonly status: number | null;
  /** All that the terminal showed, with line feeds alone. */
  readonly screen: string;
}

describe('memory-lens run in a terminal', function () {
  // Its figures are sampled, now and then off by more than three standard errors, but not again and again.
  this.retries(2);
  let folder: TestFolder;
  before(function () {
    if (!hasTerminal) this.skip();
  });
  beforeEach(() => (folder = createTestFolder()));
  afterEach(() => folder.remove());

  /** Runs the program in a terminal of 100 columns; types `keys` once it has said 'ready', and again at each further 'ready'. */
  function runInTerminal(code: string, keys: string, options = ''): Promise<TerminalResult> {
    folder.write('program.js', code);
    const { NO_COLOR: _1, FORCE_COLOR: _2, COLUMNS: _3, NODE_OPTIONS: _4, ...env } = process.env;
    const command = `stty cols 100 rows 30; exec '${process.execPath}' '${cliFile}' run ${options} program.js`;
    const child = spawn(terminalProgram, ['-qec', command, '/dev/null'], {
      cwd: folder.path,
      env: { ...env, TERM: 'xterm' },
      stdio: 'pipe',
    });
    let screen = '';
    let answered = 0;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      screen += text;
      for (const seen = screen.split('ready').length - 1; answered < seen; answered++) {
        setTimeout(() => child.stdin.writable && child.stdin.write(keys), 300);
      }
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), 50_000);
    return new Promise((settle) => {
      child.once('close', (status) => {
        clearTimeout(timer);
        settle({ status, screen: screen.replaceAll('\r\n', '\n') });
      });
    });
  }

  const announce = 'globalThis.kept = new Array(1_000_000).fill(1);\nconsole.log(`pid ${process.pid} ready`);\n';

  it('says what it does after the program, for the person who waits', async () => {
    const { status, screen } = await runInTerminal(announce, '', '--explain');
    assert.equal(status, 0, screen);
    assert.equal(screen.split('memory-lens: Looking at what is still alive ...\n').length, 2, screen);
  });

  it('has Ctrl+C end the program, not the profile', async () => {
    const { status, screen } = await runInTerminal(`${announce}setInterval(() => {}, 1000);\n`, '\u0003');
    assert.equal(status, 130, screen);
    assert.match(stripVTControlCharacters(screen), /^ {3}1 {2,}(7\.[3-9]|8\.0) MiB /m);
    assert.equal(isRunning(Number(/pid (\d+)/.exec(screen)?.[1])), false);
  });

  it('has Ctrl+C reach a program that handles it once', async () => {
    const code = `${announce}let count = 0;\nprocess.on('SIGINT', () => { count++; setTimeout(() => { console.log('count ' + count); process.exit(6); }, 600); });\nsetInterval(() => {}, 1000);\n`;
    const { status, screen } = await runInTerminal(code, '\u0003');
    assert.match(screen, /count 1\n/);
    assert.equal(status, 6);
  });

  it('gives the program the terminal, and a coloured table that fits', async () => {
    const code =
      `console.log([process.stdin.isTTY, process.stdout.isTTY, process.stdout.columns].join(' '));\nconsole.log('ready');\n${'const x = { value: 1 }; '.repeat(8)}\n`.replaceAll(
        'const x',
        'var x',
      );
    const reading = `${code}process.stdin.once('data', (typed) => { console.log('typed', String(typed).trim()); process.exit(0); });\n`;
    const { status, screen } = await runInTerminal(reading, 'hello\n');
    assert.equal(status, 0);
    assert.match(screen, /^true true 100$/m);
    assert.match(screen, /^typed hello$/m);
    assert.ok(screen.includes('\u001b[1mMemory Lens: program.js\u001b[0m'));
    const table = stripVTControlCharacters(screen)
      .split('\n')
      .filter((line) => line.includes(' │'));
    assert.ok(table.length > 3);
    assert.ok(table.every((line) => line.length <= 100));
    assert.ok(table.some((line) => line.endsWith('…')));
  });
});
