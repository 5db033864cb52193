/**
 * Runs fixture programs by plain Python and with the probe, and tells what differs: standard output and error byte for byte, exit status.
 *
 * A program says in comments of its own what it needs: `# args: one "two three"` (a run for each such line), `# input: text`,
 * `# env: NAME=value`, `# runtimeArgs: -X dev`, `# python: 3.11` (the oldest), `# signal: SIGTERM` (sent soon after its first output),
 * `# module: name` (started by -m), `# start: folder` (started in the file's place).
 */

import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { diffLines } from 'diff';
import type { TestPython } from '../runtimes.ts';
import { projectRoot, runPlainly, runProbed } from './probedRun.ts';
import type { Answer, Outcome, ProbedOutcome, PythonRun } from './probedRun.ts';

const maxDifferenceLength = 4000;
const programsFolder = path.join(projectRoot, 'test/fixtures/pythonPrograms');

export interface Comparison {
  /** Its file, and its arguments where it runs with several. */
  readonly name: string;
  readonly plain: Outcome;
  readonly probed: ProbedOutcome;
}

interface Program {
  readonly name: string;
  /** Of its theme, which it gets a copy of. */
  readonly theme: string;
  /** Inside the theme's folder. */
  readonly folder: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly input: string;
  readonly signal: NodeJS.Signals | undefined;
}

/**
 * Compares the programs of a folder of test/fixtures/pythonPrograms on one Python, two at a time. Those that it is too old for are left
 * out, and those named in `without`.
 */
export async function comparePrograms(
  theme: string,
  { executable, minor }: TestPython,
  { answer = {}, without = [] }: { readonly answer?: Answer; readonly without?: readonly string[] } = {},
): Promise<Comparison[]> {
  const queue = programsOf(theme, minor).filter(({ name }) => !without.includes(name));
  const compared: Comparison[] = [];
  const work = async (): Promise<void> => {
    for (let program = queue.shift(); program !== undefined; program = queue.shift()) {
      compared.push(await compareProgram(program, executable, answer));
    }
  };
  await Promise.all([work(), work()]);
  return compared;
}

/** For each program whose two runs are not the same: which part, and the lines that the plain run has (-) and those that are there (+). */
export function differences(compared: readonly Comparison[]): string[] {
  return compared.flatMap(({ name, plain, probed }) =>
    (['stdout', 'stderr', 'code', 'signal'] as const)
      .filter((part) => plain[part] !== probed[part])
      .map((part) => `${name}: ${part}\n${changedLines(String(plain[part]), String(probed[part]))}`),
  );
}

function changedLines(plain: string, probed: string): string {
  return diffLines(plain, probed)
    .filter(({ added, removed }) => added || removed)
    .map(({ added, value }) => value.trimEnd().replace(/^/gm, added ? '+ ' : '- '))
    .join('\n')
    .slice(0, maxDifferenceLength);
}

async function compareProgram({ name, theme, folder, ...program }: Program, executable: string, answer: Answer): Promise<Comparison> {
  const place = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'memory-lens-test-')));
  const copy = path.join(place, 'programs');
  const run: PythonRun = { ...program, executable, cwd: path.join(copy, folder) };
  // A copy of its own for each run: programs may write, or delete themselves.
  const runIn = async <Result>(start: () => Promise<Result>): Promise<Result> => {
    fs.cpSync(path.join(programsFolder, theme), copy, { recursive: true, verbatimSymlinks: true });
    try {
      return await start();
    } finally {
      fs.rmSync(copy, { recursive: true, force: true });
    }
  };
  try {
    const plain = await runIn(() => runPlainly(run));
    const probed = await runIn(() => runProbed(run, answer));
    return { name, plain, probed };
  } finally {
    fs.rmSync(place, { recursive: true, force: true });
  }
}

/** A theme's files, and `main.py` of its folders. */
function programsOf(theme: string, minor: number): Program[] {
  const folder = path.join(programsFolder, theme);
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      if (entry.isFile()) return [entry.name];
      const main = path.join(entry.name, 'main.py');
      return fs.existsSync(path.join(folder, main)) ? [main] : [];
    })
    .flatMap((file) => runsOf(theme, file, minor));
}

function runsOf(theme: string, file: string, minor: number): Program[] {
  const source = fs.readFileSync(path.join(programsFolder, theme, file), 'latin1');
  const values = (name: string): string[] => [...source.matchAll(new RegExp(`^# ${name}: ?(.*)$`, 'gm'))].map(([, value = '']) => value);
  const value = (name: string): string | undefined => values(name)[0];
  if (minor < Number(/^3\.(\d+)$/.exec(value('python') ?? '')?.[1] ?? 0)) return [];
  const module = value('module');
  const start = module === undefined ? [value('start') ?? path.basename(file)] : ['-m', module];
  const runs = values('args');
  return (runs.length === 0 ? [''] : runs).map((args) => ({
    name: [theme, file, ...(runs.length > 1 ? [args] : [])].join('/'),
    theme,
    folder: path.dirname(file),
    args: [...words(value('runtimeArgs') ?? ''), ...start, ...words(args)],
    env: Object.fromEntries(words(value('env') ?? '').map((pair) => pair.split('=', 2) as [string, string])),
    input: (value('input') ?? '').replaceAll('\\n', '\n'),
    signal: value('signal') as NodeJS.Signals | undefined,
  }));
}

function words(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
}
