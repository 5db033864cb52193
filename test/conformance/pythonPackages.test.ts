/**
 * Large real Python programs behave the same profiled as not, byte for byte, when all of their packages' lines count as the user's own.
 */

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { ProfileRequest } from '../../src/engines/engine.ts';
import { createProgramFolder, type ProgramFolder } from '../engines/programFolder.ts';
import { profileProgram } from '../engines/profiling.ts';
import { runPlainly } from '../probe/probedRun.ts';
import { testPythons, type TestPython } from '../runtimes.ts';
import { ensurePythonPackages } from './debianPythonPackages.ts';

interface Job {
  readonly name: string;
  /** Debian's packages. */
  readonly packages: readonly string[];
  /** Modules and packages of Python that they hold and that are copied beside the program. */
  readonly modules: readonly string[];
  /** What follows `python`. */
  readonly args: readonly [string, ...string[]];
  /** At the least: else the comparison says nothing. */
  readonly leastLineCount: number;
  readonly exitCode: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether the packages are of pure Python that runs on each version. */
  readonly isForEveryPython?: boolean;
}

const jobs: readonly Job[] = [
  {
    name: 'pycparser',
    packages: ['pycparser', 'ply'],
    modules: ['pycparser', 'ply'],
    args: ['main.py'],
    leastLineCount: 1500,
    exitCode: 0,
    isForEveryPython: true,
  },
  {
    name: 'pytest',
    packages: ['pytest', 'pluggy', 'iniconfig', 'packaging', 'attr'],
    modules: ['pytest', '_pytest', 'pluggy', 'iniconfig', 'packaging', 'attr', 'attrs', 'py.py'],
    args: ['-m', 'pytest', '-p', 'no:cacheprovider', '-v', '-rA', '--color=yes', 'tests.py'],
    leastLineCount: 8000,
    exitCode: 1,
  },
  {
    name: 'django',
    packages: ['django', 'asgiref', 'sqlparse', 'tz', 'typing-extensions'],
    modules: ['django', 'asgiref', 'sqlparse', 'pytz', 'typing_extensions.py'],
    args: ['manage.py', 'test', '-v', '2'],
    leastLineCount: 15_000,
    exitCode: 1,
  },
  {
    name: 'twisted',
    packages: ['twisted', 'zope.interface', 'constantly', 'incremental', 'hyperlink', 'automat', 'idna'],
    modules: [
      'twisted',
      'zope',
      'constantly',
      'incremental',
      'hyperlink',
      'automat',
      'attr',
      'attrs',
      'idna',
      'six.py',
      'typing_extensions.py',
    ],
    args: ['main.py'],
    leastLineCount: 7000,
    exitCode: 0,
  },
  {
    name: 'ipython',
    packages:
      'ipython traitlets decorator pickleshare backcall jedi parso prompt-toolkit wcwidth stack-data executing asttokens pure-eval matplotlib-inline pexpect ptyprocess six pygments'.split(
        ' ',
      ),
    modules:
      'IPython traitlets decorator.py pickleshare.py backcall jedi parso prompt_toolkit wcwidth stack_data executing asttokens pure_eval matplotlib_inline pexpect ptyprocess six.py pygments'.split(
        ' ',
      ),
    args: ['-m', 'IPython', '--simple-prompt', '--no-banner', '--HistoryManager.enabled=False', 'main.py'],
    leastLineCount: 15_000,
    exitCode: 1,
    env: { IPYTHONDIR: 'profiles' },
  },
];

describe('real Python programs', function () {
  this.timeout(120_000);
  let packagesFolder: string;

  before(function () {
    if (process.platform !== 'linux' || !fs.existsSync('/usr/bin/dpkg-deb')) return this.skip();
    try {
      packagesFolder = ensurePythonPackages([...new Set(jobs.flatMap(({ packages }) => packages))]);
    } catch (error) {
      console.error(`Debian's packages can't be had: ${error instanceof Error ? error.message : String(error)}`);
      this.skip();
    }
  });

  for (const job of jobs) {
    for (const python of testPythons().filter(({ executable }) => job.isForEveryPython === true || executable === '/usr/bin/python3')) {
      it(`behave the same profiled as not: ${job.name} on ${python.name}`, () => compare(job, python, packagesFolder));
    }
  }
});

async function compare(job: Job, python: TestPython, packagesFolder: string): Promise<void> {
  const folder = createProgramFolder(job.name);
  try {
    const env = { ...process.env, ...job.env, PYTHONHASHSEED: '0', PYTHONPATH: undefined };
    prepare(job, folder, packagesFolder);
    const plain = await runPlainly({ executable: python.executable, args: job.args, cwd: folder.path, env });
    prepare(job, folder, packagesFolder);
    const start = startOf(job);
    const { profile, stdout, stderr } = await profileProgram(start.typedFile === undefined ? '' : path.join(folder.path, start.typedFile), {
      ...start,
      runtimePath: python.executable,
      env,
      cwd: folder.path,
      workspaceFolder: folder.path,
    });
    assert.equal(plain.code, job.exitCode, plain.stderr);
    assert.ok(plain.stdout.length + plain.stderr.length > 500, plain.stdout + plain.stderr);
    assert.equal(timeless(stdout), timeless(Buffer.from(plain.stdout, 'latin1').toString()));
    assert.equal(timeless(stderr), timeless(Buffer.from(plain.stderr, 'latin1').toString()));
    assert.equal(profile.exit.code, plain.code);
    const countedLines = profile.files.flatMap(({ lines }) => lines.filter((line) => (line.executionCount ?? 0) > 0));
    assert.ok(countedLines.length >= job.leastLineCount, `only ${countedLines.length} lines have counts`);
  } finally {
    folder.remove();
  }
}

/** The program and copies of its packages, each time as new: both runs compile them. */
function prepare({ name, modules }: Job, folder: ProgramFolder, packagesFolder: string): void {
  fs.rmSync(folder.path, { recursive: true });
  fs.cpSync(path.join(import.meta.dirname, 'pythonPrograms', name), folder.path, { recursive: true });
  for (const module of modules) {
    const source = path.join(packagesFolder, module);
    for (const file of fs.statSync(source).isFile() ? [''] : fs.readdirSync(source, { recursive: true, encoding: 'utf8' })) {
      copyFile(path.join(source, file), path.join(folder.path, module, file));
    }
  }
}

/**
 * Compiled extensions, which packages can do without, belong to one Python; links may lead to packages that are not there; translations and
 * stubs are very many and not needed.
 */
function copyFile(source: string, target: string): void {
  if (/\.so$|\/third_party\/|\/locale\/(?!en\/|__init__)/.test(source) || !fs.lstatSync(source).isFile()) return;
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.copyFileSync(source, target);
}

function startOf({ args: [first, ...others] }: Job): Partial<ProfileRequest> {
  if (first !== '-m') return { typedFile: first, args: others };
  const [module = '', ...args] = others;
  return { module, args };
}

/** Without addresses, and without what took how long. */
function timeless(output: string): string {
  return output.replaceAll(/\b0x[0-9a-f]+/g, '…').replaceAll(/\bin \d+\.\d+ ?s\b/g, 'in … s');
}
