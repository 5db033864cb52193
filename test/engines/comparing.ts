/**
 * Runs fixture programs by plain node and under the engine, and tells what differs: standard output and error byte for byte, exit status.
 *
 * A program says in comments of its own what it needs: `// args: one two`, `// input: text`, `// env: NAME=value`,
 * `// runtimeArgs: --flag`, `// node: 20.6` (the oldest that runs it by itself), `// signal: SIGTERM` (sent once it has printed something),
 * `// expected: text` (for what plain node can't run: its whole standard output), `// varies: why` (plain node itself prints now this, now
 * that: it is run again until it has printed the same).
 */

import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { MemoryProfile } from '../../src/core/profile.ts';
import type { LaunchCommand, Launcher } from '../../src/engines/engine.ts';
import { createNodeEngine } from '../../src/engines/node/engine.ts';
import { diffLines } from 'diff';
import { UserError } from '../../src/core/userError.ts';
import { projectRoot } from './profiling.ts';

const maxDifferenceLength = 4000;
const maxPlainRunCount = 40;
const maxProfiledRunCount = 4;

/** What a person sees of a run. */
export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  readonly signal: string | null;
}

export interface Comparison {
  readonly name: string;
  readonly plain: Outcome;
  readonly profiled: Outcome;
  /** Absent: the program could not be parsed. */
  readonly profile: MemoryProfile | undefined;
}

interface Needs {
  readonly args: readonly string[];
  readonly input: string;
  readonly env: NodeJS.ProcessEnv;
  readonly runtimeArgs: readonly string[];
  readonly oldest: string;
  readonly signal: NodeJS.Signals | undefined;
  readonly expected: string | undefined;
  readonly varies: boolean;
}

/** The programs of a folder of test/fixtures/programs: its files, and `main.*` of its folders. */
export function fixturePrograms(theme: string): string[] {
  const folder = path.join(projectRoot, 'test/fixtures/programs', theme);
  installPackages(folder);
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isFile()) return entry.name === 'package.json' ? [] : [file];
    return fs
      .readdirSync(file)
      .filter((name) => name.startsWith('main.'))
      .map((name) => path.join(file, name));
  });
}

/** Compares programs on one Node, two at a time; those that it is too old for are left out. */
export async function comparePrograms(files: readonly string[], executable: string, version: string): Promise<Comparison[]> {
  const queue = files.filter((file) => isAtLeast(version, needsOf(file).oldest));
  const compared: Comparison[] = [];
  const work = async (): Promise<void> => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) compared.push(await compareProgram(file, executable));
  };
  await Promise.all([work(), work()]);
  return compared;
}

/** For each program whose two runs are not the same: which part, and the lines that plain node has (-) and those that are there (+). */
export function differences(compared: readonly Comparison[]): string[] {
  return compared.flatMap(({ name, plain, profiled }) =>
    (['stdout', 'stderr', 'code', 'signal'] as const)
      .filter((part) => plain[part] !== profiled[part])
      .map((part) => `${name}: ${part}\n${changedLines(String(plain[part]), String(profiled[part]))}`),
  );
}

function changedLines(plain: string, profiled: string): string {
  return diffLines(plain, profiled)
    .filter(({ added, removed }) => added || removed)
    .map(({ added, value }) => value.trimEnd().replace(/^/gm, added ? '+ ' : '- '))
    .join('\n')
    .slice(0, maxDifferenceLength);
}

/** One that plain Node runs in several ways is profiled again where plain Node did not take the way that was seen. */
async function compareProgram(file: string, executable: string): Promise<Comparison> {
  const needs = needsOf(file);
  let compared = await compareOnce(file, executable, needs);
  for (let count = 1; needs.varies && count < maxProfiledRunCount && differences([compared]).length > 0; count++)
    compared = await compareOnce(file, executable, needs);
  return compared;
}

async function compareOnce(file: string, executable: string, needs: Needs): Promise<Comparison> {
  const env = { ...process.env, ...needs.env };
  const command = { executable, args: [...needs.runtimeArgs, file, ...needs.args], cwd: path.dirname(file), env };
  let plain =
    needs.expected === undefined ? await run(command, needs) : { stdout: `${needs.expected}\n`, stderr: '', code: 0, signal: null };
  let profiled: Promise<Outcome> | undefined;
  const launch: Launcher = (given) => {
    const outcome = run(given, needs);
    profiled = outcome;
    return Promise.resolve({ exited: outcome, terminate: () => undefined });
  };
  const engine = createNodeEngine({ agentDirectory: path.join(projectRoot, 'dist') });
  const { args, runtimeArgs } = needs;
  const workspaceFolder = path.join(projectRoot, 'test/fixtures');
  const request = { file, args, runtimeArgs, cwd: command.cwd, env, workspaceFolder, runtimePath: executable };
  const profile = await engine.profile(request, { launch }).catch((error: unknown) => {
    // The program did not parse; what it printed all the same is compared.
    if (error instanceof UserError && error.code === 'syntaxError') return undefined;
    throw error;
  });
  if (profiled === undefined) throw new Error(`${file} was not started`);
  const found = await profiled;
  for (let count = 1; needs.varies && count < maxPlainRunCount && !isDeepStrictEqual(plain, found); count++)
    plain = await run(command, needs);
  return { name: path.relative(path.join(projectRoot, 'test/fixtures/programs'), file), plain, profiled: found, profile };
}

/** Never rejects; a program that can't be started has no exit status. */
function run(command: LaunchCommand, needs: Needs): Promise<Outcome> {
  const child = spawn(command.executable, command.args, { cwd: command.cwd, env: command.env, stdio: 'pipe' });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (bytes: Buffer) => stdout.push(bytes));
  child.stderr.on('data', (bytes: Buffer) => stderr.push(bytes));
  child.stdout.once('data', () => {
    if (needs.signal !== undefined) child.kill(needs.signal);
  });
  // A program that does not read leaves a broken pipe.
  child.stdin.on('error', () => undefined);
  child.stdin.end(needs.input);
  return new Promise((settle) => {
    child.once('error', () => settle({ stdout: '', stderr: '', code: null, signal: null }));
    child.once('close', (code, signal) => {
      settle({ stdout: text(stdout), stderr: withoutProcessIds(text(stderr)), code, signal });
    });
  });
}

function text(parts: readonly Buffer[]): string {
  // As latin1 every byte is a character of its own.
  return Buffer.concat(parts).toString('latin1');
}

function withoutProcessIds(stderr: string): string {
  return stderr.replace(/^\(node:\d+\)/gm, '(node)');
}

function needsOf(file: string): Needs {
  const source = fs.readFileSync(file, 'utf8');
  const value = (name: string): string | undefined => new RegExp(`^// ${name}: (.*)$`, 'm').exec(source)?.[1];
  const words = (name: string): string[] => value(name)?.split(' ') ?? [];
  return {
    args: words('args'),
    input: value('input') ?? '',
    env: Object.fromEntries(words('env').map((pair) => pair.split('=', 2) as [string, string])),
    runtimeArgs: words('runtimeArgs'),
    oldest: value('node') ?? '18',
    signal: value('signal') as NodeJS.Signals | undefined,
    varies: value('varies') !== undefined,
    expected: value('expected')?.replaceAll('\\n', '\n'),
  };
}

function isAtLeast(version: string, oldest: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldest.split('.').map(Number);
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

/** Packages of a fixture lie in `installed`, for git leaves `node_modules` out; that is what it becomes here. */
function installPackages(folder: string): void {
  for (const entry of fs.readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (path.basename(entry) !== 'installed' || entry.includes('node_modules')) continue;
    fs.cpSync(path.join(folder, entry), path.join(folder, path.dirname(entry), 'node_modules'), { recursive: true });
  }
}
